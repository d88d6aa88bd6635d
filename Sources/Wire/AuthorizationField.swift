/// The value of an `Authorization` field; the ranges are offsets into the bytes it was read from.
package enum AuthorizationField: Equatable, Sendable {
    /// RFC 6750.
    case bearer(Range<Int>)
    /// RFC 7617; still in base64.
    case basic(Range<Int>)
    /// Another scheme, more than one credential, or not well formed.
    case other

    package init(_ value: Span<UInt8>) { self.init(value, in: 0..<value.count) }

    /// Reads the field's value at `range`, which has no white space around it.
    package init(_ bytes: Span<UInt8>, in range: Range<Int>) {
        self = .other
        var schemeEnd = range.lowerBound
        while schemeEnd < range.upperBound, bytes[schemeEnd] != Octet.space { schemeEnd += 1 }
        var start = schemeEnd
        while start < range.upperBound, bytes[start] == Octet.space { start += 1 }
        let credential = start..<range.upperBound
        guard AuthorizationField.isToken68(bytes, credential) else { return }
        let scheme = bytes.extracting(range.lowerBound..<schemeEnd)
        if scheme.equalsIgnoringCase("bearer") {
            self = .bearer(credential)
        } else if scheme.equalsIgnoringCase("basic") {
            self = .basic(credential)
        }
    }

    /// One character or more of base64 in any alphabet, then padding (RFC 9110, section 11.2).
    private static func isToken68(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound, isToken68Character(bytes[index]) { index += 1 }
        guard index > range.lowerBound else { return false }
        while index < range.upperBound, bytes[index] == Octet.equals { index += 1 }
        return index == range.upperBound
    }

    private static func isToken68Character(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2B, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E: true
        default: byte.isLetter || byte.isDigit
        }
    }
}
