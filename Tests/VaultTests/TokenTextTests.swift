import Crypto
import Testing
import Vault
import Support

/// What counts as the text of a token: exactly one text for each, decided before any look-up.
@Suite struct TokenTextTests {
    private static let digits = Array(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    private func text(
        _ kind: TokenTextKind = .organization, selector: UInt128 = 7, secret: [UInt8]
    ) throws -> [UInt8] {
        let secret = try unsafe Secret(copying: secret.span.bytes)
        return try TokenText.make(kind, selector: SelectorBytes(selector), secret: secret)
            .withBytes { $0.copied }
    }

    private func isRead(_ text: [UInt8]) throws -> Bool {
        var presented = try PresentedToken()
        return presented.read(text.span)
    }

    /// The text with a checksum that fits, whatever is in front of it.
    private func summed(_ head: [UInt8]) -> [UInt8] {
        var text = head
        let checksum = unsafe CRC32.checksum(head.span.bytes)
        Base62.append(UInt128(checksum), width: 6, to: &text)
        return text
    }

    private var sample: [UInt8] { (0..<32).map { UInt8($0 * 7 + 1) } }

    @Test func `every change of one character is refused`() throws {
        let good = try text(secret: sample)
        var presented = try PresentedToken()
        for place in good.indices {
            for byte in UInt8.min...UInt8.max where byte != good[place] {
                var changed = good
                changed[place] = byte
                let isRead = presented.read(changed.span)
                #expect(!isRead, "byte \(byte) at \(place)")
            }
        }
    }

    @Test func `every swap of two neighbours that differ is refused`() throws {
        let good = try text(secret: sample)
        for place in good.indices.dropLast() where good[place] != good[place + 1] {
            var changed = good
            changed.swapAt(place, place + 1)
            #expect(try !isRead(changed), "at \(place)")
        }
    }

    @Test func `a text of another length is refused`() throws {
        let good = try text(secret: sample)
        for count in 0..<good.count { #expect(try !isRead(Array(good[..<count]))) }
        #expect(try !isRead(good + [48]))
        #expect(try !isRead(good + good))
    }

    @Test func `a foreign prefix is refused though the checksum fits`() throws {
        let good = try text(secret: sample)
        for prefix in ["sro-", "SRO_", "srx_", "tok_", "acc_", "sr__", "    "] {
            #expect(try !isRead(summed(Array(prefix.utf8) + good[4..<64])))
        }
        for kind in TokenTextKind.allCases {
            #expect(try isRead(summed(Array(kind.prefix) + good[4..<64])))
        }
    }

    @Test func `a foreign character is refused though the checksum fits`() throws {
        let good = try text(secret: sample)
        for byte in UInt8.min...UInt8.max where !Self.digits.contains(byte) {
            for place in [4, 20, 21, 63] {
                var head = Array(good[..<64])
                head[place] = byte
                #expect(try !isRead(summed(head)), "byte \(byte) at \(place)")
            }
        }
    }

    @Test func `a selector above twelve bytes is refused though the checksum fits`() throws {
        let good = try text(selector: (1 << 96) - 1, secret: sample)
        #expect(try isRead(good))
        for number: UInt128 in [1 << 96, (1 << 96) + 7, 1 << 100] {
            var head = Array(good[..<4])
            Base62.append(number, width: 17, to: &head)
            #expect(try !isRead(summed(head + good[21..<64])))
        }
        let largest = Array(repeating: UInt8(ascii: "z"), count: 17)
        #expect(try !isRead(summed(good[..<4] + largest + good[21..<64])))
    }

    @Test func `a secret above 32 bytes is refused though the checksum fits`() throws {
        let good = try text(secret: [UInt8](repeating: 255, count: 32))
        #expect(try isRead(good))
        var larger = Array(good[..<64])
        // One more than the largest that fits: the last digit, with its carry.
        var place = 63
        while larger[place] == UInt8(ascii: "z") {
            larger[place] = UInt8(ascii: "0")
            place -= 1
        }
        let next = (Self.digits.firstIndex(of: larger[place]) ?? 0) + 1
        larger[place] = Self.digits[next]
        #expect(try !isRead(summed(larger)))
        let largest = Array(repeating: UInt8(ascii: "z"), count: 43)
        #expect(try !isRead(summed(good[..<21] + largest)))
    }

    @Test func `a checksum above four bytes is refused`() throws {
        let good = try text(secret: sample)
        var larger = Array(good[..<64])
        let sum = unsafe CRC32.checksum(larger.span.bytes)
        Base62.append(UInt128(sum) + 1 << 32, width: 6, to: &larger)
        #expect(larger.count == 70 && larger != good)
        #expect(try !isRead(larger))
    }

    @Test(arguments: [
        [UInt8](repeating: 0, count: 32), [UInt8](repeating: 255, count: 32),
        [1] + [UInt8](repeating: 0, count: 31), [UInt8](repeating: 0, count: 31) + [1],
    ])
    func `every secret comes back from its text`(secret: [UInt8]) throws {
        for kind in TokenTextKind.allCases {
            for selector: UInt128 in [0, 1, (1 << 96) - 1] {
                let text = try text(kind, selector: selector, secret: secret)
                #expect(text.count == 70)
                #expect(text.allSatisfy { Self.digits.contains($0) || $0 == UInt8(ascii: "_") })
                var presented = try PresentedToken()
                let isRead = presented.read(text.span)
                #expect(isRead)
                let (readKind, readSelector) = (presented.kind, presented.selector)
                #expect(readKind == kind && readSelector.number == selector)
                #expect(try self.text(kind, selector: selector, secret: secret) == text)
            }
        }
    }

    @Test func `different secrets have different texts`() throws {
        var texts: Set<[UInt8]> = []
        for place in 0..<32 {
            for bit in 0..<8 {
                var secret = sample
                secret[place] ^= 1 << UInt8(bit)
                texts.insert(try text(secret: secret))
            }
        }
        #expect(texts.count == 256)
    }

    /// The check value of the CRC catalogue, and what zlib gives for the rest.
    @Test(
        arguments: [
            ("123456789", 0xCBF4_3926), ("", 0), ("a", 0xE8B7_BE43), ("abc", 0x3524_41C2),
            ("abcd", 0xED82_CD11), ("abcde", 0x8587_D865),
        ] as [(String, UInt32)])
    func `the checksum is zlib's`(text: String, checksum: UInt32) {
        let bytes = Array(text.utf8)
        #expect(unsafe CRC32.checksum(bytes.span.bytes) == checksum)
    }
}
