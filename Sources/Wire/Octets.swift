/// The characters that the formats of this module are made of.
enum Octet {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let hash: UInt8 = 0x23
    static let percent: UInt8 = 0x25
    static let ampersand: UInt8 = 0x26
    static let plus: UInt8 = 0x2B
    static let comma: UInt8 = 0x2C
    static let hyphen: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let nine: UInt8 = 0x39
    static let colon: UInt8 = 0x3A
    static let equals: UInt8 = 0x3D
    static let question: UInt8 = 0x3F
    static let openBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let closeBracket: UInt8 = 0x5D
    static let delete: UInt8 = 0x7F
}

extension UInt8 {
    var isDigit: Bool { self &- Octet.zero < 10 }
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
    var isVisible: Bool { self > Octet.space && self < Octet.delete }
    var isOptionalWhitespace: Bool { self == Octet.space || self == Octet.tab }

    /// Folds ASCII letters to lower case and leaves every other byte alone.
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    var decimalValue: UInt8? { isDigit ? self &- Octet.zero : nil }

    var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }

    /// A character of a token (RFC 9110, section 5.6.2).
    var isTokenCharacter: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x5E...0x7A, 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x7C,
            0x7E:
            true
        default: false
        }
    }
}

extension Span<UInt8> {
    /// Whether these bytes are `text`, in any case of ASCII letters; `text` is in lower case.
    package func equalsIgnoringCase(_ text: String) -> Bool {
        guard count == text.utf8.count else { return false }
        var index = 0
        for byte in text.utf8 {
            guard self[index].lowercased == byte else { return false }
            index += 1
        }
        return true
    }

    package func equals(_ text: String) -> Bool {
        guard count == text.utf8.count else { return false }
        var index = 0
        for byte in text.utf8 {
            guard self[index] == byte else { return false }
            index += 1
        }
        return true
    }

    /// The text, if it is valid UTF-8.
    var validText: String? {
        // A fault of encoding has no other meaning than "not a text".
        guard let text = try? UTF8Span(validating: self) else { return nil }
        return String(copying: text)
    }

    /// `range` without the spaces and tabs around it.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, self[lower].isOptionalWhitespace { lower += 1 }
        while lower < upper, self[upper - 1].isOptionalWhitespace { upper -= 1 }
        return lower..<upper
    }

    /// A decimal number `0|[1-9][0-9]*`; nil for anything else and for what does not fit.
    func decimal(_ range: Range<Int>) -> Int? {
        guard !range.isEmpty, range.count == 1 || self[range.lowerBound] != Octet.zero else {
            return nil
        }
        var value = 0
        for index in range {
            guard let digit = self[index].decimalValue else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isBeyond) = product.addingReportingOverflow(Int(digit))
            guard !isTooLarge, !isBeyond else { return nil }
            value = sum
        }
        return value
    }

    /// Whether a comma-separated list has `element`, which is in lower case.
    func listHolds(_ element: String, _ range: Range<Int>) -> Bool {
        var start = range.lowerBound
        for index in range where self[index] == Octet.comma {
            if extracting(trimmed(start..<index)).equalsIgnoringCase(element) { return true }
            start = index + 1
        }
        return extracting(trimmed(start..<range.upperBound)).equalsIgnoringCase(element)
    }
}
