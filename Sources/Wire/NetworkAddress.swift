/// An IPv4 or IPv6 address as 128 bits; an IPv4 address is `::ffff:a.b.c.d`.
package struct NetworkAddress: Hashable, Sendable {
    package let value: UInt128

    package init(_ value: UInt128) { self.value = value }

    /// Reads a literal and nothing else: no brackets, no port, no zone.
    package init?(_ text: Span<UInt8>) {
        guard let value = IPv4Text.parse(text).map(IPv4Text.mapped) ?? IPv6Text.parse(text) else {
            return nil
        }
        self.value = value
    }

    /// Reads a literal that may have a port: `a.b.c.d:1`, `[v6]:1`, `[v6]`.
    package init?(maybeWithPort text: Span<UInt8>) {
        guard text.count > 0 else { return nil }
        if text[0] == Octet.openBracket {
            self.init(bracketed: text)
        } else if let colon = text.onlyColon {
            guard PortText.isValid(text.extracting(colon + 1..<text.count)),
                let value = IPv4Text.parse(text.extracting(0..<colon))
            else { return nil }
            self.init(IPv4Text.mapped(value))
        } else {
            self.init(text)
        }
    }

    private init?(bracketed text: Span<UInt8>) {
        guard let close = text.firstIndex(of: Octet.closeBracket) else { return nil }
        let rest = text.extracting(close + 1..<text.count)
        let hasPort = rest.count > 0
        if hasPort {
            guard rest[0] == Octet.colon, PortText.isValid(rest.extracting(1..<rest.count)) else {
                return nil
            }
        }
        guard let value = IPv6Text.parse(text.extracting(1..<close)) else { return nil }
        self.init(value)
    }

    /// Reads the first element of an `X-Forwarded-For` list, the one nearest to the client.
    package init?(firstForwarded text: Span<UInt8>) {
        let end = text.firstIndex(of: Octet.comma) ?? text.count
        self.init(maybeWithPort: text.extracting(text.trimmed(0..<end)))
    }

    /// Reads the last element, which the proxy nearest to us has put there: whatever stands before it
    /// may be the client's own.
    package init?(lastForwarded text: Span<UInt8>) {
        var start = text.count
        while start > 0, text[start - 1] != Octet.comma { start -= 1 }
        self.init(maybeWithPort: text.extracting(text.trimmed(start..<text.count)))
    }

    /// The canonical text: dotted for IPv4, RFC 5952 for IPv6.
    package var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    package func append(to bytes: inout [UInt8]) {
        if value >> 32 == 0xFFFF {
            IPv4Text.append(UInt32(truncatingIfNeeded: value), to: &bytes)
        } else {
            IPv6Text.append(value, to: &bytes)
        }
    }
}

/// A port behind an address; its value means nothing here.
enum PortText {
    static func isValid(_ text: Span<UInt8>) -> Bool {
        guard (1...5).contains(text.count) else { return false }
        for index in text.indices where !text[index].isDigit { return false }
        return true
    }
}

/// Four decimal numbers without leading zeros, which some readers take for octal.
enum IPv4Text {
    static func mapped(_ value: UInt32) -> UInt128 { 0xFFFF_0000_0000 | UInt128(value) }

    static func parse(_ text: Span<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        var start = 0
        for part in 0..<4 {
            var end = start
            while end < text.count, text[end] != Octet.dot { end += 1 }
            guard end - start <= 3, let number = text.decimal(start..<end), number <= 255 else {
                return nil
            }
            guard part == 3 ? end == text.count : end < text.count else { return nil }
            value = value << 8 | UInt32(number)
            start = end + 1
        }
        return value
    }

    static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        for part in 0..<4 {
            if part > 0 { bytes.append(Octet.dot) }
            bytes.append(decimal: UInt64(value >> UInt32(24 - 8 * part) & 0xFF))
        }
    }
}

extension Span<UInt8> {
    func firstIndex(of byte: UInt8) -> Int? {
        for index in indices where self[index] == byte { return index }
        return nil
    }

    /// Where the one colon of an IPv4 address with a port is; nil if there are none or several.
    fileprivate var onlyColon: Int? {
        guard let first = firstIndex(of: Octet.colon) else { return nil }
        for index in first + 1..<count where self[index] == Octet.colon { return nil }
        return first
    }
}
