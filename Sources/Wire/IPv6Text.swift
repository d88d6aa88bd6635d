/// The text of an IPv6 address (RFC 4291, section 2.2; written as RFC 5952 says).
enum IPv6Text {
    static func parse(_ text: Span<UInt8>) -> UInt128? {
        var groups = Groups()
        var index = 0
        if text.starts(with: [Octet.colon, Octet.colon], at: 0) {
            groups.gap = 0
            index = 2
        }
        while index < text.count {
            guard let next = groups.take(text, from: index) else { return nil }
            index = next
        }
        return groups.value
    }

    /// What has been read so far: the groups, and where `::` stood among them.
    private struct Groups {
        private var list = InlineArray<8, UInt16>(repeating: 0)
        private var count = 0
        var gap: Int?

        /// A `::` stands for at least one group; without it there must be all eight.
        var value: UInt128? {
            guard gap == nil ? count == 8 : count < 8 else { return nil }
            let head = gap ?? count
            var value: UInt128 = 0
            for index in 0..<head { value = value << 16 | UInt128(list[index]) }
            if head < count || gap != nil { value <<= UInt128(16 * (8 - count)) }
            for index in head..<count { value = value << 16 | UInt128(list[index]) }
            return value
        }

        /// Takes the group at `start` and what separates it; returns where the next one begins.
        mutating func take(_ text: Span<UInt8>, from start: Int) -> Int? {
            var end = start
            var number: UInt32 = 0
            while end < text.count, end - start < 4, let digit = text[end].hexadecimalValue {
                number = number << 4 | UInt32(digit)
                end += 1
            }
            if end < text.count, text[end] == Octet.dot { return takeIPv4(text, from: start) }
            guard end > start, append(UInt16(truncatingIfNeeded: number)) else { return nil }
            guard end < text.count else { return end }
            return takeSeparator(text, at: end)
        }

        private mutating func takeSeparator(_ text: Span<UInt8>, at index: Int) -> Int? {
            guard text[index] == Octet.colon, index + 1 < text.count else { return nil }
            guard text[index + 1] == Octet.colon else { return index + 1 }
            guard gap == nil else { return nil }
            gap = count
            return index + 2
        }

        private mutating func takeIPv4(_ text: Span<UInt8>, from start: Int) -> Int? {
            guard let value = IPv4Text.parse(text.extracting(start..<text.count)),
                append(UInt16(truncatingIfNeeded: value >> 16)),
                append(UInt16(truncatingIfNeeded: value))
            else { return nil }
            return text.count
        }

        private mutating func append(_ group: UInt16) -> Bool {
            guard count < 8 else { return false }
            list[count] = group
            count += 1
            return true
        }
    }

    static func append(_ value: UInt128, to bytes: inout [UInt8]) {
        let gap = longestZeroRun(value)
        var index = 0
        while index < 8 {
            if let gap, gap.lowerBound == index {
                bytes.append(Octet.colon)
                bytes.append(Octet.colon)
                index = gap.upperBound
                continue
            }
            if index > 0, index != gap?.upperBound { bytes.append(Octet.colon) }
            bytes.append(contentsOf: String(group(value, index), radix: 16).utf8)
            index += 1
        }
    }

    private static func group(_ value: UInt128, _ index: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: value >> UInt128(16 * (7 - index)))
    }

    /// The first of the longest runs of two zero groups or more.
    private static func longestZeroRun(_ value: UInt128) -> Range<Int>? {
        var longest: Range<Int>?
        var start = 0
        for index in 0...8 where index == 8 || group(value, index) != 0 {
            if index - start >= 2, index - start > longest?.count ?? 0 { longest = start..<index }
            start = index + 1
        }
        return longest
    }
}

extension Span<UInt8> {
    fileprivate func starts(with pair: InlineArray<2, UInt8>, at index: Int) -> Bool {
        index + 1 < count && self[index] == pair[0] && self[index + 1] == pair[1]
    }
}
