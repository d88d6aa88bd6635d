import Crypto

/// CRC-32 (IEEE 802.3, reflected, as in zlib): for early refusal and secret scanners only.
///
/// The sum runs over secrets, so nothing is looked up by their bytes. It is linear: every bit of
/// the sum over a block is the parity of certain bits of the block, the same ones each time.
package enum CRC32 {
    private static let blockByteCount = 64

    /// For each bit of the sum, lowest first, the bits of a block whose parity it is.
    private static let masks: InlineArray<32, SIMD8<UInt64>> = {
        var masks = InlineArray<32, SIMD8<UInt64>>(repeating: SIMD8())
        for position in 0..<blockByteCount * 8 {
            let start = UInt32(1) << UInt32(position % 8)
            let end = advanced(start, steps: 8 * (blockByteCount - position / 8))
            for bit in 0..<32 where end >> UInt32(bit) & 1 == 1 {
                masks[bit][position / 64] |= 1 << UInt64(position % 64)
            }
        }
        return masks
    }()

    package static func checksum(_ bytes: RawSpan) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        var offset = 0
        while bytes.byteCount - offset >= blockByteCount {
            var block = SIMD8<UInt64>()
            for word in 0..<8 { block[word] = bytes.bigEndian64(at: offset + 8 * word).byteSwapped }
            block[0] ^= UInt64(value)
            value = sum(block)
            offset += blockByteCount
        }
        while offset < bytes.byteCount {
            value = advanced(value ^ UInt32(bytes.byte(at: offset)), steps: 8)
            offset += 1
        }
        return ~value
    }

    private static func sum(_ block: SIMD8<UInt64>) -> UInt32 {
        var sum: UInt32 = 0
        for bit in masks.indices {
            let eight = block & masks[bit]
            let four = eight.lowHalf ^ eight.highHalf
            let two = four.lowHalf ^ four.highHalf
            sum |= UInt32(truncatingIfNeeded: (two.x ^ two.y).nonzeroBitCount & 1) << UInt32(bit)
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
