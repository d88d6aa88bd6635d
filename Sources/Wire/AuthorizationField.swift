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
        let characters = characters
        while index < range.upperBound, characters.contains(bytes[index]) { index += 1 }
        guard index > range.lowerBound else { return false }
        while index < range.upperBound, bytes[index] == Octet.equals { index += 1 }
        return index == range.upperBound
    }

    private static let characters = OctetSet { octet in
        switch octet {
        case 0x2B, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E: true
        default: octet.isLetter || octet.isDigit
        }
    }
}

/// A set of ASCII characters as a bit for each.
private struct OctetSet {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ isMember: (UInt8) -> Bool) {
        for octet in UInt8(0)..<64 {
            if isMember(octet) { low |= 1 << UInt64(octet) }
            if isMember(octet + 64) { high |= 1 << UInt64(octet) }
        }
    }

    func contains(_ octet: UInt8) -> Bool {
        let half = octet & 64 == 0 ? low : high
        return octet < 128 && half >> UInt64(octet & 63) & 1 == 1
    }
}
