import Crypto

/// CRC-32 (IEEE 802.3, reflected, as in zlib): for early refusal and secret scanners only.
///
/// The sum runs over secrets, so nothing is looked up by their bytes. It is linear: every bit of
/// the sum over a block is the parity of certain bits of the block, the same ones each time.
package enum CRC32 {
    private static let blockByteCount = 64
    /// Two words at a time: never so much of a text in one value that is copied here and there.
    private typealias Block = InlineArray<4, SIMD2<UInt64>>

    /// For each bit of the sum, lowest first, the bits of a block whose parity it is.
    private static let masks: InlineArray<32, Block> = {
        var masks = InlineArray<32, Block>(repeating: Block(repeating: SIMD2()))
        for position in 0..<blockByteCount * 8 {
            let start = UInt32(1) << UInt32(position % 8)
            let end = advanced(start, steps: 8 * (blockByteCount - position / 8))
            for bit in 0..<32 where end >> UInt32(bit) & 1 == 1 {
                masks[bit][position / 128][position / 64 % 2] |= 1 << UInt64(position % 64)
            }
        }
        return masks
    }()

    package static func checksum(_ bytes: RawSpan) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        var offset = 0
        while bytes.byteCount - offset >= blockByteCount {
            var block = Block(repeating: SIMD2())
            for word in 0..<8 {
                block[word / 2][word % 2] = bytes.bigEndian64(at: offset + 8 * word).byteSwapped
            }
            block[0][0] ^= UInt64(value)
            value = takeSum(&block)
            offset += blockByteCount
        }
        while offset < bytes.byteCount {
            value = advanced(value ^ UInt32(bytes.byte(at: offset)), steps: 8)
            offset += 1
        }
        return ~value
    }

    /// Leaves nothing of the block behind.
    private static func takeSum(_ block: inout Block) -> UInt32 {
        defer { block.wipe() }
        var sum: UInt32 = 0
        for bit in masks.indices {
            var two = SIMD2<UInt64>()
            for pair in block.indices { two ^= block[pair] & masks[bit][pair] }
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
