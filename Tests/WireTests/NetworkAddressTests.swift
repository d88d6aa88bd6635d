import Support
import Testing
import Wire

struct NetworkAddressTests {
    private func parse(_ text: String) -> NetworkAddress? {
        let raw = bytes(text)
        return NetworkAddress(raw.span)
    }

    private func parse(maybeWithPort text: String) -> NetworkAddress? {
        let raw = bytes(text)
        return NetworkAddress(maybeWithPort: raw.span)
    }

    private func parse(firstForwarded text: String) -> NetworkAddress? {
        let raw = bytes(text)
        return NetworkAddress(firstForwarded: raw.span)
    }

    static let refused = [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.04", "1.2.3.", ".1.2.3",
        "1..2.3",
        "0x1.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.-4", "1.2.3.1000", "a.b.c.d", ":", ":::",
        "::1::",
        "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
        "12345::", "g::", ":1::", "1:", "1::2:", "fe80::1%eth0", "::1.2.3", "::1.2.3.4:5",
        "1.2.3.4::",
        "1:2:3:4:5:6:7:1.2.3.4", "[::1", "::1]", "[::1]x", "unknown", "-", "_hidden",
        "::ffff:1.2.3.256",
    ]

    @Test(arguments: refused)
    func `what is no address is refused, with a port or without`(text: String) {
        #expect(parse(text) == nil)
        #expect(parse(maybeWithPort: text) == nil)
        #expect(parse(firstForwarded: text + "!") == nil)
    }

    @Test(arguments: [
        "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:123456", "[::1]:", "[::1]:x", "[1.2.3.4]", "[]:1",
        "[::1]1",
    ])
    func `a bad port or bracket is refused`(text: String) {
        #expect(parse(maybeWithPort: text) == nil)
    }

    @Test(arguments: ["1.2.3.4:80", "[::1]", "[::1]:80"])
    func `a literal alone has neither port nor brackets`(text: String) {
        #expect(parse(text) == nil)
        #expect(parse(maybeWithPort: text) != nil)
    }

    /// An address, its number's high and low half, its canonical text.
    private static let accepted: [(text: String, high: UInt64, low: UInt64, canonical: String)] = [
        ("10.0.0.1", 0, 0xFFFF_0A00_0001, "10.0.0.1"),
        ("255.255.255.255", 0, 0xFFFF_FFFF_FFFF, "255.255.255.255"),
        ("0.0.0.0", 0, 0xFFFF_0000_0000, "0.0.0.0"),
        ("::", 0, 0, "::"),
        ("::1", 0, 1, "::1"),
        ("1::", 0x0001_0000_0000_0000, 0, "1::"),
        ("0:0:0:0:0:0:0:1", 0, 1, "::1"),
        ("2001:DB8::0:1", 0x2001_0DB8_0000_0000, 1, "2001:db8::1"),
        ("::ffff:1.2.3.4", 0, 0xFFFF_0102_0304, "1.2.3.4"),
        ("64:ff9b::1.2.3.4", 0x0064_FF9B_0000_0000, 0x0102_0304, "64:ff9b::102:304"),
        ("1:2:3:4:5:6:7:8", 0x0001_0002_0003_0004, 0x0005_0006_0007_0008, "1:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7::", 0x0001_0002_0003_0004, 0x0005_0006_0007_0000, "1:2:3:4:5:6:7:0"),
        ("1:0:0:2:0:0:0:3", 0x0001_0000_0000_0002, 3, "1:0:0:2::3"),
        ("1:0:0:2:3:0:0:4", 0x0001_0000_0000_0002, 0x0003_0000_0000_0004, "1::2:3:0:0:4"),
        ("::2:0:0:0:0:0:0", 0x0000_0002_0000_0000, 0, "0:2::"),
    ]

    @Test func `an address is a number and its canonical text`() {
        for (text, high, low, canonical) in Self.accepted {
            let value = UInt128(high) << 64 | UInt128(low)
            #expect(parse(text)?.value == value, "\(text)")
            #expect(NetworkAddress(value).text == canonical)
        }
    }

    @Test(arguments: [
        ("10.0.0.1, 10.0.0.2", "10.0.0.1"), (" ::1 ,x", "::1"), ("1.2.3.4:5", "1.2.3.4"),
        ("[2001:db8::1]:443, 1.1.1.1", "2001:db8::1"), ("10.0.0.1", "10.0.0.1"),
    ])
    func `the first of a forwarded list is read`(list: String, text: String) {
        #expect(parse(firstForwarded: list)?.text == text)
    }

    @Test func `only the first of a forwarded list counts`() {
        #expect(parse(firstForwarded: "unknown, 10.0.0.1") == nil)
        #expect(parse(firstForwarded: ", 10.0.0.1") == nil)
        #expect(parse(firstForwarded: "") == nil)
    }

    @Test(arguments: [
        ("10.0.0.1, 10.0.0.2", "10.0.0.2"), ("x, ::1 ", "::1"), ("nobody,1.2.3.4:5", "1.2.3.4"),
        ("10.0.0.1", "10.0.0.1"),
    ])
    func `the last of a forwarded list is what the nearest proxy has put there`(
        list: String, text: String
    ) {
        let raw = Array(list.utf8)
        #expect(NetworkAddress(lastForwarded: raw.span)?.text == text)
    }

    @Test(arguments: ["", ",", "10.0.0.1,", "10.0.0.1, unknown"])
    func `only the last of a forwarded list counts there`(list: String) {
        let raw = Array(list.utf8)
        #expect(NetworkAddress(lastForwarded: raw.span) == nil)
    }

    @Test func `every number's text reads back as that number`() {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<5000 {
            var value: UInt128 = 0
            for _ in 0..<8 {
                let group =
                    Bool.random(using: &generator)
                    ? 0 : UInt16.random(in: 0...0xFFFF, using: &generator)
                value = value << 16 | UInt128(group)
            }
            #expect(parse(NetworkAddress(value).text)?.value == value)
        }
    }

    @Test func `no mutation of an address traps`() {
        var mutator = Mutator(samples: ["[2001:db8::1.2.3.4]:65535", "10.0.0.1:80, ::1"], seed: 10)
        for _ in 0..<10_000 {
            let input = mutator.next()
            _ = NetworkAddress(input.span)
            if let address = NetworkAddress(firstForwarded: input.span) {
                #expect(!address.text.isEmpty)
            }
        }
    }
}
