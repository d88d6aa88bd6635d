/// The text of an address kept as 16 bytes: dotted for IPv4 in its mapped form, else as RFC 5952
/// says for IPv6.
enum AddressText {
    static func append(_ address: UInt128, to text: inout [UInt8]) {
        if address >> 32 == 0xffff {
            appendDotted(UInt32(truncatingIfNeeded: address), to: &text)
        } else {
            appendGroups(address, to: &text)
        }
    }

    private static func appendDotted(_ address: UInt32, to text: inout [UInt8]) {
        for shift in [24, 16, 8, 0] as [UInt32] {
            if shift < 24 { text.append(UInt8(ascii: ".")) }
            text.append(contentsOf: String(address >> shift & 0xff).utf8)
        }
    }

    private static func appendGroups(_ address: UInt128, to text: inout [UInt8]) {
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: address >> UInt128(112 - $0 * 16)) }
        let zeros = longestZeros(groups)
        for (index, group) in groups.enumerated() {
            if zeros.contains(index) {
                if index == zeros.lowerBound { text.append(contentsOf: "::".utf8) }
                continue
            }
            if index > 0, index != zeros.upperBound || zeros.isEmpty {
                text.append(UInt8(ascii: ":"))
            }
            text.append(contentsOf: String(group, radix: 16).utf8)
        }
    }

    /// The first of the longest runs of zero groups; a single zero is no run.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0...groups.count where index == groups.count || groups[index] != 0 {
            if index - start > max(longest.count, 1) { longest = start..<index }
            start = index + 1
        }
        return longest
    }
}
