/// Percent-encoding (RFC 3986, section 2.1), read strictly.
package enum PercentCoding {
    /// Hands out the decoded bytes; a "%" without two hexadecimal digits is a fault.
    static func decode(
        _ bytes: Span<UInt8>, _ range: Range<Int>, plusIsSpace: Bool, _ body: (UInt8) -> Void
    ) throws(FieldPairFault) {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            guard byte == Octet.percent else {
                body(plusIsSpace && byte == Octet.plus ? Octet.space : byte)
                index += 1
                continue
            }
            guard index + 2 < range.upperBound, let high = bytes[index + 1].hexadecimalValue,
                let low = bytes[index + 2].hexadecimalValue
            else { throw .malformed }
            body(high << 4 | low)
            index += 3
        }
    }

    /// The decoded text, which must be UTF-8.
    package static func text(
        _ bytes: Span<UInt8>, _ range: Range<Int>, plusIsSpace: Bool
    ) throws(FieldPairFault) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        try decode(bytes, range, plusIsSpace: plusIsSpace) { decoded.append($0) }
        guard let text = decoded.span.validText else { throw .malformed }
        return text
    }

    /// Encodes everything but unreserved characters.
    package static func append(_ text: String, to target: inout [UInt8]) {
        for byte in text.utf8 {
            if isUnreserved(byte) {
                target.append(byte)
            } else {
                target.append(Octet.percent)
                target.append(hexadecimalDigit(byte >> 4))
                target.append(hexadecimalDigit(byte & 0xF))
            }
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2D, 0x2E, 0x5F, 0x7E: true
        default: byte.isLetter || byte.isDigit
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? Octet.zero + value : 0x41 + value - 10
    }
}
