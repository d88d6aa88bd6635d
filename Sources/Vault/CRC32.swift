import Crypto

/// CRC-32 (IEEE 802.3, reflected, as in zlib): for early refusal and secret scanners only.
///
/// The sum runs over secrets, so nothing is looked up by their bytes: each step adds up what
/// every set bit of the state contributes, all 32 of them whether set or not.
package enum CRC32 {
    /// What one bit of the state has become after 32 steps.
    private static let contributions: InlineArray<32, UInt32> = {
        var contributions = InlineArray<32, UInt32>(repeating: 0)
        for bit in 0..<32 { contributions[bit] = advanced(1 << UInt32(bit), steps: 32) }
        return contributions
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

    private static func sum(_ state: UInt32, _ contributions: InlineArray<32, UInt32>) -> UInt32 {
        var sum: UInt32 = 0
        for bit in contributions.indices {
            let isSet = state >> UInt32(truncatingIfNeeded: bit) & 1
            sum ^= contributions[bit] & (0 &- isSet)
        }
        return sum
    }

    /// One bit at a time, without a branch.
    private static func advanced(_ value: UInt32, steps: Int) -> UInt32 {
        var value = value
        for _ in 0..<steps { value = value >> 1 ^ 0xEDB8_8320 & (0 &- value & 1) }
        return value
    }
}
