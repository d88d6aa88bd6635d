/// The value of `Host`: a name, an IPv4 address or a bracketed IPv6 address, and maybe a port.
enum HostField {
    /// Narrower than RFC 3986: no percent-encoding, no sub-delimiters, never empty.
    static func isValid(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count > 0 else { return false }
        let hostEnd = bytes[0] == Octet.openBracket ? literalEnd(bytes) : nameEnd(bytes)
        guard let hostEnd, hostEnd > 0 else { return false }
        return isPort(bytes, from: hostEnd)
    }

    private static func nameEnd(_ bytes: Span<UInt8>) -> Int? {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == Octet.colon { return index }
            guard isNameCharacter(byte) else { return nil }
        }
        return bytes.count
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2D, 0x2E, 0x5F, 0x7E: true
        default: byte.isLetter || byte.isDigit
        }
    }

    /// Behind the bracket that closes an IPv6 address.
    private static func literalEnd(_ bytes: Span<UInt8>) -> Int? {
        for index in 1..<bytes.count where bytes[index] == Octet.closeBracket {
            guard IPv6Text.parse(bytes.extracting(1..<index)) != nil else { return nil }
            return index + 1
        }
        return nil
    }

    private static func isPort(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        guard start < bytes.count else { return true }
        guard bytes[start] == Octet.colon else { return false }
        return PortText.isValid(bytes.extracting(start + 1..<bytes.count))
    }
}
