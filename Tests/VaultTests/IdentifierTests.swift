import Testing
import Vault

@Suite struct IdentifierTests {
    @Test(arguments: [
        "", "acc_", "acc_000000000000000000000", "acc_00000000000000000000000",
        "acc-0000000000000000000001", "ACC_0000000000000000000001", "xyz_0000000000000000000001",
        "acc_000000000000000000000-", "acc_000000000000000000000é", "acc_zzzzzzzzzzzzzzzzzzzzzz",
        " acc_0000000000000000000001", "acc_0000000000000000000001\n",
    ])
    func `a text that is not canonical is no identifier`(text: String) {
        #expect(AccountID(text) == nil)
    }

    @Test func `zero stands for absent and has no text that is read`() {
        #expect(AccountID(AccountID(0).text) == nil)
        #expect(AccountID(AccountID(1).text) == AccountID(1))
    }

    @Test func `one more than sixteen bytes hold is refused`() {
        let largest = AccountID(.max).text
        #expect(AccountID(largest) == AccountID(.max))
        // The largest ends in a digit below "z"; the next one is out of range.
        let next = largest.dropLast() + String(UnicodeScalar(largest.utf8.last.map { $0 + 1 } ?? 0))
        #expect(AccountID(String(next)) == nil)
    }

    @Test func `an identifier of one kind is none of another`() {
        for kind in ObjectKind.allCases {
            let text = IdentifierText.text(kind, 42)
            #expect((AccountID(text) != nil) == (kind == .account))
            #expect((OrganizationID(text) != nil) == (kind == .organization))
            let bytes = Array(text.utf8)
            #expect(IdentifierText.parse(bytes.span)?.kind == kind)
            #expect(IdentifierText.parse(bytes.span)?.value == 42)
        }
    }

    @Test func `every change of one character is another identifier or none`() {
        let good = AccountID(0x0123_4567_89AB_CDEF_0123_4567_89AB_CDEF)
        let bytes = Array(good.text.utf8)
        for place in bytes.indices {
            for byte in UInt8.min...UInt8.max where byte != bytes[place] {
                var changed = bytes
                changed[place] = byte
                #expect(AccountID(text: changed.span) != good)
            }
        }
    }

    @Test func `identifiers are in the order of their texts`() {
        let numbers: [UInt128] = [1, 61, 62, 1 << 64, 1 << 127, .max]
        let texts = numbers.map { AccountID($0).text }
        #expect(texts == texts.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
        #expect(numbers.map { AccountID($0) } == numbers.map { AccountID($0) }.sorted())
        #expect(texts.allSatisfy { $0.utf8.count == 26 })
    }

    @Test func `a number above 128 bits is refused and not wrapped`() {
        for text in [
            "7n42DGM5Tflk9n8mt7Fhc8", "zzzzzzzzzzzzzzzzzzzzzz", "00zzzzzzzzzzzzzzzzzzzzzz",
        ] {
            let bytes = Array(text.utf8)
            #expect(Base62.uint128(bytes.span) == nil)
        }
        let largest = Array("7n42DGM5Tflk9n8mt7Fhc7".utf8)
        #expect(Base62.uint128(largest.span) == .max)
    }
}
