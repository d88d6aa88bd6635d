import Crypto

/// CRC-32 (IEEE 802.3, reflected, as in zlib): for early refusal and secret scanners only.
package enum CRC32 {
    private static let table: InlineArray<256, UInt32> = {
        var table = InlineArray<256, UInt32>(repeating: 0)
        for index in 0..<256 {
            var value = UInt32(index)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
            table[index] = value
        }
        return table
    }()

    package static func checksum(_ bytes: RawSpan) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for index in bytes.byteOffsets {
            value = table[Int((value ^ UInt32(bytes.byte(at: index))) & 0xFF)] ^ (value >> 8)
        }
        return ~value
    }
}
