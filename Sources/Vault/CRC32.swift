import Crypto

/// CRC-32 (IEEE 802.3, reflected, as in zlib): for early refusal and secret scanners only.
///
/// The sum runs over secrets, so nothing is looked up by their bytes: each step adds up what
/// every set bit of the state contributes, all 32 of them whether set or not.
package enum CRC32 {
    /// What each bit of the state has become after 32 steps, lowest bit first.
    private static let contributions: (low: SIMD16<UInt32>, high: SIMD16<UInt32>) = {
        var low = SIMD16<UInt32>()
        var high = SIMD16<UInt32>()
        for bit in 0..<16 {
            low[bit] = advanced(1 << UInt32(bit), steps: 32)
            high[bit] = advanced(1 << UInt32(bit + 16), steps: 32)
        }
        return (low, high)
    }()

    private static let bits: (low: SIMD16<UInt32>, high: SIMD16<UInt32>) = {
        var low = SIMD16<UInt32>()
        for bit in 0..<16 { low[bit] = 1 << UInt32(bit) }
        return (low, low &<< 16)
    }()

    package static func checksum(_ bytes: RawSpan) -> UInt32 {
        let contributions = contributions
        var value: UInt32 = 0xFFFF_FFFF
        var offset = 0
        while bytes.byteCount - offset >= 4 {
            var word: UInt32 = 0
            for index in 0..<4 {
                word |= UInt32(bytes.byte(at: offset + index)) << UInt32(8 * index)
            }
            value = sum(value ^ word, contributions)
            offset += 4
        }
        while offset < bytes.byteCount {
            value = advanced(value ^ UInt32(bytes.byte(at: offset)), steps: 8)
            offset += 1
        }
        return ~value
    }

    private static func sum(
        _ state: UInt32, _ contributions: (low: SIMD16<UInt32>, high: SIMD16<UInt32>)
    ) -> UInt32 {
        let spread = SIMD16<UInt32>(repeating: state)
        let bits = bits
        let low = SIMD16<UInt32>.zero.replacing(
            with: contributions.low, where: (spread & bits.low) .== bits.low)
        let high = SIMD16<UInt32>.zero.replacing(
            with: contributions.high, where: (spread & bits.high) .== bits.high)
        let sixteen = low ^ high
        let eight = sixteen.lowHalf ^ sixteen.highHalf
        let four = eight.lowHalf ^ eight.highHalf
        let two = four.lowHalf ^ four.highHalf
        return two.x ^ two.y
    }

    /// One bit at a time, without a branch.
    private static func advanced(_ value: UInt32, steps: Int) -> UInt32 {
        var value = value
        for _ in 0..<steps { value = value >> 1 ^ 0xEDB8_8320 & (0 &- value & 1) }
        return value
    }
}
