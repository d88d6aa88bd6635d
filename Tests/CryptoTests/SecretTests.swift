import Crypto
import Testing

@Suite struct SecretTests {
    @Test func `secrets that differ in one bit or in length are not equal`() throws {
        let bytes = (0..<33).map { UInt8($0) }
        let secret = try Secret.holding(bytes)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x80
            let other = try Secret.holding(changed)
            let isEqual = secret.isEqual(other)
            #expect(!isEqual)
        }
        let shorter = try Secret.holding(Array(bytes.dropLast()))
        let (isShorterEqual, isShortEqualToLong) = (
            secret.isEqual(shorter), shorter.isEqual(secret)
        )
        #expect(!isShorterEqual && !isShortEqualToLong)
        let same = try secret.duplicate()
        let isSame = secret.isEqual(same)
        #expect(isSame)
    }

    @Test func `a key of the wrong length is refused`() throws {
        for count in [0, 1, 31, 33, 64] {
            let error = refusal { () throws(CryptoError) in
                _ = try Key<RowPurpose>(
                    try Secret.holding([UInt8](repeating: 1, count: count)))
            }
            #expect(error == .malformed)
        }
    }

    @Test func `a secret that fails while it is made leaves nothing behind`() throws {
        let mark = [UInt8](repeating: 0xA5, count: 40_000)
        let error = refusal { () throws(CryptoError) in
            _ = try Secret(byteCount: mark.count) { (target) throws(CryptoError) in
                unsafe target.copy(mark.span.bytes, to: 0)
                throw .malformed
            }
        }
        #expect(error == .malformed)
        let next = try Secret(byteCount: 65_536) { _ in }
        let isZero = next.copied().allSatisfy { $0 == 0 }
        #expect(isZero)
    }

    @Test func `memory that held a secret is zero when it is used again`() throws {
        for _ in 0..<100 {
            do {
                let mark = [UInt8](repeating: 0x5A, count: 50_000)
                _ = try Secret.holding(mark)
            }
            let next = try Secret(byteCount: 65_536) { _ in }
            let isZero = next.copied().allSatisfy { $0 == 0 }
            #expect(isZero)
        }
    }

    @Test func `more than the arena holds is refused and not a trap`() {
        for count in [SecretMemory.byteCount + 1, 1 << 33, 1 << 62] {
            let error = refusal { () throws(CryptoError) in
                _ = try Secret(byteCount: count) { _ in }
            }
            #expect(error == .secretMemoryExhausted)
        }
    }

    @Test func `wiping leaves zeros in every kind of buffer`() {
        var array = [UInt8](repeating: 7, count: 100)
        Wiping.wipe(&array)
        #expect(array.allSatisfy { $0 == 0 } && array.count == 100)
        var inline = InlineArray<5, UInt64>(repeating: .max)
        Wiping.wipe(&inline)
        #expect(inline.indices.allSatisfy { inline[$0] == 0 })
        var empty: [UInt8] = []
        Wiping.wipe(&empty)
        #expect(empty.isEmpty)
    }
}
