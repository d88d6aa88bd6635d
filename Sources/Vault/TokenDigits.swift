import Crypto

/// The values of a token text's base62 digits, of which most are a secret.
struct TokenDigits {
    private static let first = TokenText.selectorRange.lowerBound
    private static let count = TokenText.characterCount - first
    private static let width = 8

    /// The digits from the selector's first on.
    private var values = InlineArray<66, UInt8>(repeating: 0)

    /// Reads a text of the right length; false if one of the characters is no digit.
    mutating func read(_ text: RawSpan) -> Bool {
        var span = values.mutableSpan
        var bytes = unsafe span.mutableBytes
        for step in 0...Self.count / Self.width {
            // The last step begins early enough to end with the text.
            let offset = min(step * Self.width, Self.count - Self.width)
            let digits = text.bigEndian64(at: Self.first + offset)
            guard let eight = Base62.values(digits) else { return false }
            bytes.setBigEndian(eight, at: offset)
        }
        return true
    }

    var checksum: UInt64 { run(TokenText.checksumRange) }

    /// Nil for a number above 96 bits.
    var selector: SelectorBytes? {
        let range = TokenText.selectorRange
        let split = range.upperBound - WideNumber.runLength
        let high = run(range.lowerBound..<split).multipliedFullWidth(by: WideNumber.runFactor)
        // 17 digits are less than 102 bits.
        let number =
            (UInt128(high.high) << 64 | UInt128(high.low))
            + UInt128(run(split..<range.upperBound))
        return number >> 96 == 0 ? SelectorBytes(number) : nil
    }

    /// Writes the secret's 32 bytes; false for a number above 256 bits.
    func readSecret(into bytes: inout MutableRawSpan) -> Bool {
        var number = WideNumber()
        defer { number.wipe() }
        // 3 digits, then four times 10: one wide multiplication for each run.
        var start = TokenText.secretRange.lowerBound
        var end = start + TokenText.secretRange.count % WideNumber.runLength
        while start < TokenText.secretRange.upperBound {
            guard number.append(run: run(start..<end)) else { return false }
            start = end
            end += WideNumber.runLength
        }
        for limb in 0..<4 { bytes.setBigEndian(number.limbs[3 - limb], at: limb * 8) }
        return true
    }

    /// The number that at most ten digits of the text spell.
    private func run(_ range: Range<Int>) -> UInt64 {
        var run: UInt64 = 0
        for index in range { run = run &* 62 &+ UInt64(values[index - Self.first]) }
        return run
    }

    mutating func wipe() { values.wipe() }
}

/// A 256-bit number that is built from, and taken apart into, base62 digits.
struct WideNumber {
    /// Least significant first.
    var limbs = InlineArray<4, UInt64>(repeating: 0)

    /// Digits that one step takes: the most whose number fits into a limb.
    static let runLength = 10
    static let runFactor: UInt64 = 839_299_365_868_340_224

    /// Multiplies by 62 to the tenth and adds; false for a number that no longer fits.
    mutating func append(run: UInt64) -> Bool {
        var carry = run
        for index in 0..<4 {
            let product = limbs[index].multipliedFullWidth(by: Self.runFactor)
            let (low, overflow) = product.low.addingReportingOverflow(carry)
            limbs[index] = low
            carry = product.high + (overflow ? 1 : 0)
        }
        return carry == 0
    }

    /// Divides by 62; the remainder is the last digit.
    mutating func removeLastDigit() -> UInt8 {
        var remainder: UInt64 = 0
        for index in [3, 2, 1, 0] {
            let (quotient, rest) = UInt64(62).dividingFullWidth((remainder, limbs[index]))
            limbs[index] = quotient
            remainder = rest
        }
        return UInt8(remainder)
    }

    mutating func wipe() {
        limbs.wipe()
    }
}
