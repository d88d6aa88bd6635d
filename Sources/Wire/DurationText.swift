/// A length of time as Go writes it: `24h`, `1h30m`, `10m`, `1.5h`, `500ms`.
package enum DurationText {
    /// In falling order, as they must stand in a text.
    private static let units: [(name: String, microseconds: Int64)] = [
        ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000), ("us", 1),
    ]

    /// Microseconds; nil for what is negative, too long or malformed. Each unit may stand once,
    /// and what is finer than a microsecond is refused.
    package static func parse(_ text: Span<UInt8>) -> Int64? {
        guard text.count > 0, text.count <= 64 else { return nil }
        var total: Int64 = 0
        var index = 0
        var unitIndex = 0
        while index < text.count {
            guard let number = DecimalNumber(text, at: &index) else { return nil }
            let start = index
            while index < text.count, text[index].isLetter { index += 1 }
            let name = text.extracting(start..<index)
            guard let found = units[unitIndex...].firstIndex(where: { name.equals($0.name) }),
                let part = number.times(units[found].microseconds)
            else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow else { return nil }
            total = sum
            unitIndex = found + 1
        }
        return total
    }

    package static func parse(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        return parse(bytes.span)
    }

    /// The shortest text that means the same; a negative length is written as none.
    package static func text(microseconds: Int64) -> String {
        guard microseconds > 0 else { return "0s" }
        var text = ""
        var rest = microseconds
        for unit in units where rest >= unit.microseconds {
            text += "\(rest / unit.microseconds)\(unit.name)"
            rest %= unit.microseconds
        }
        return text
    }
}

/// Digits, and maybe a point and more digits.
private struct DecimalNumber {
    private var digits: Int64 = 0
    /// What the digits are to be divided by.
    private var divisor: Int64 = 1

    init?(_ text: Span<UInt8>, at index: inout Int) {
        guard takeDigits(text, at: &index, scaling: false) else { return nil }
        guard index < text.count, text[index] == Octet.dot else { return }
        index += 1
        guard takeDigits(text, at: &index, scaling: true) else { return nil }
    }

    /// One digit or more; false also for a number that does not fit.
    private mutating func takeDigits(
        _ text: Span<UInt8>, at index: inout Int, scaling: Bool
    ) -> Bool {
        let start = index
        while index < text.count, let digit = text[index].decimalValue {
            let (product, isTooLarge) = digits.multipliedReportingOverflow(by: 10)
            let (sum, isBeyond) = product.addingReportingOverflow(Int64(digit))
            guard !isTooLarge, !isBeyond, !scaling || scale() else { return false }
            digits = sum
            index += 1
        }
        return index > start
    }

    private mutating func scale() -> Bool {
        let (product, isTooLarge) = divisor.multipliedReportingOverflow(by: 10)
        divisor = product
        return !isTooLarge
    }

    /// Nil if the product is no whole number or does not fit.
    func times(_ factor: Int64) -> Int64? {
        let product = Int128(digits) * Int128(factor)
        guard product % Int128(divisor) == 0 else { return nil }
        return Int64(exactly: product / Int128(divisor))
    }
}
