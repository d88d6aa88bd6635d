/// Fixed-width base62 (`0-9A-Za-z`, most significant digit first) of big-endian numbers.
///
/// The width follows from the byte count, so every value has exactly one text and a text that
/// stands for a larger number than fits is refused. Digits are computed, never looked up: a
/// table indexed by a secret would leave its trace in the cache.
package enum Base62 {
    /// Digits of a 16-byte value.
    package static let width16 = 22

    /// The digit of a value below 62, without a branch or a table.
    static func digit(_ value: UInt8) -> UInt8 {
        // Offsets from '0' to 'A' and from 'Z' to 'a' are added when the value has passed them.
        let past9 = UInt8(truncatingIfNeeded: (9 &- Int(value)) >> 63)
        let past35 = UInt8(truncatingIfNeeded: (35 &- Int(value)) >> 63)
        return value &+ 48 &+ (past9 & 7) &+ (past35 & 6)
    }

    /// The value of a digit, or 255 for any other byte; without a branch on the digit.
    static func value(_ digit: UInt8) -> UInt8 {
        let number = inRange(digit, 48, 57) & (digit &- 48 &+ 1)
        let upper = inRange(digit, 65, 90) & (digit &- 55 &+ 1)
        let lower = inRange(digit, 97, 122) & (digit &- 61 &+ 1)
        return (number | upper | lower) &- 1
    }

    /// The values of eight digits, a byte each; nil if one is a foreign byte.
    static func values(_ digits: UInt64) -> UInt64? {
        let number = inRange(digits, 48, 57)
        let upper = inRange(digits, 65, 90)
        let lower = inRange(digits, 97, 122)
        guard (number | upper | lower) & ~digits & eight(0x80) == eight(0x80) else { return nil }
        let offsets =
            filled(number) & eight(48) | filled(upper) & eight(55) | filled(lower) & eight(61)
        // No byte is below its offset, so none borrows from the next.
        return digits &- offsets
    }

    /// The high bit of each byte below 128 that is within `low...high`; of others, anything.
    private static func inRange(_ bytes: UInt64, _ low: UInt64, _ high: UInt64) -> UInt64 {
        let clear = bytes & eight(0x7F)
        return (clear &+ eight(128 - low)) & ~(clear &+ eight(127 - high)) & eight(0x80)
    }

    /// All bits of each byte whose high bit is the only one set.
    private static func filled(_ marks: UInt64) -> UInt64 { marks | marks &- (marks >> 7) }

    private static func eight(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }

    private static func inRange(_ byte: UInt8, _ low: Int, _ high: Int) -> UInt8 {
        let below = (Int(byte) &- low) >> 63
        let above = (high &- Int(byte)) >> 63
        return UInt8(truncatingIfNeeded: ~(below | above))
    }

    /// Writes `value` as exactly `width` digits; the caller chose a width that holds it.
    package static func append(_ value: UInt128, width: Int, to text: inout [UInt8]) {
        let start = text.count
        text.append(contentsOf: repeatElement(48, count: width))
        var target = text.mutableSpan
        write(value, width: width, to: &target, at: start)
    }

    /// The same, in place of what is there.
    package static func write(
        _ value: UInt128, width: Int, to text: inout MutableSpan<UInt8>, at start: Int
    ) {
        var rest = value
        var position = start + width
        while position > start {
            // Ten digits at a time: one wide division, then cheap ones.
            let (quotient, remainder) = rest.quotientAndRemainder(
                dividingBy: 839_299_365_868_340_224)
            rest = quotient
            var chunk = UInt64(truncatingIfNeeded: remainder)
            for _ in 0..<min(10, position - start) {
                position -= 1
                text[position] = digit(UInt8(truncatingIfNeeded: chunk % 62))
                chunk /= 62
            }
        }
    }

    /// The number that `digits` spell, or nil for a foreign byte or a number above 128 bits.
    package static func uint128(_ digits: Span<UInt8>) -> UInt128? {
        var number: UInt128 = 0
        for index in digits.indices {
            let digit = value(digits[index])
            guard digit < 62 else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: 62)
            let (sum, carry) = product.addingReportingOverflow(UInt128(digit))
            if overflow || carry { return nil }
            number = sum
        }
        return number
    }
}
