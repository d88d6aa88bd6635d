import Crypto
import Testing

@Suite struct MACTests {
    @Test func `a MAC with any one bit changed does not match`() throws {
        let key = try Key<RowPurpose>.filled(with: 3)
        let mac = key.mac(.saying("row"))
        for index in 0..<MAC.byteCount {
            var bytes = mac.bytes
            bytes[index] ^= 1
            let changed = try unsafe MAC(copying: bytes.span.bytes)
            #expect(!mac.matches(changed), "byte \(index)")
        }
        let same = try unsafe MAC(copying: mac.bytes.span.bytes)
        #expect(mac.matches(same))
    }

    @Test func `a MAC of the wrong length is refused`() {
        for count in [0, 31, 33] {
            let bytes = [UInt8](repeating: 0, count: count)
            #expect(throws: CryptoError.malformed) { try unsafe MAC(copying: bytes.span.bytes) }
        }
    }

    @Test func `another key or another context makes another MAC`() throws {
        let key = try Key<RowPurpose>.filled(with: 3)
        let other = try Key<RowPurpose>.filled(with: 4)
        let mac = key.mac(.saying("row"))
        #expect(!mac.matches(other.mac(.saying("row"))))
        #expect(!mac.matches(key.mac(.saying("roW"))))
        #expect(mac.matches(key.mac(.saying("row"))))
    }

    @Test(arguments: [0, 1, 64, 255, 256, 70_000])
    func `a secret field counts as any other field does`(count: Int) throws {
        let key = try Key<IdempotencyPurpose>.filled(with: 5)
        let field = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        var whole = Context.saying("body")
        whole.append(field)
        let mac = unsafe key.mac(.saying("body"), withSecret: field.span.bytes)
        #expect(mac.matches(key.mac(whole)))
    }

    @Test func `a derived key is the MAC of its context`() throws {
        let master = try Key<MasterPurpose>.filled(with: 6)
        let derived = try master.derive(RingPurpose.self, context: .saying("ring")).copied()
        #expect(derived == master.mac(.saying("ring")).bytes)
    }

    @Test func `a token's verifier depends on everything that it is bound to`() throws {
        let key = try Key<TokenPurpose>.filled(with: 7)
        let secret = [UInt8](repeating: 8, count: 32)
        func verifier(
            _ secret: [UInt8], kind: UInt8 = 1, _ organization: UInt128 = 2, _ account: UInt128 = 3,
            _ integration: UInt128 = 4, _ selector: UInt128 = 5
        ) -> [UInt8] {
            unsafe key.verifier(
                kind: kind, organization: organization, account: account,
                integration: integration, selector: SelectorBytes(selector),
                secret: secret.span.bytes
            ).bytes
        }
        var all = [
            verifier(secret), verifier(secret, kind: 2), verifier(secret, 9),
            verifier(secret, 2, 9), verifier(secret, 2, 3, 9), verifier(secret, 2, 3, 4, 9),
            verifier(secret, 2, 4, 3), verifier(secret, 3, 2),
        ]
        for index in secret.indices {
            var changed = secret
            changed[index] = 0
            all.append(verifier(changed))
        }
        #expect(Set(all).count == all.count)
    }

    @Test func `a token's verifier is the MAC of its documented context`() throws {
        let key = try Key<TokenPurpose>.filled(with: 7)
        let secret = (0..<32).map { UInt8($0) }
        let selector = SelectorBytes(0x0102_0304_0506_0708_090A_0B0C)
        var context = Context("strongroom/token/v1")
        context.append(UInt64(2))
        context.append(UInt128.max)
        context.append(UInt128(1) << 100)
        context.append(UInt128(0))
        context.append((1...12).map { UInt8($0) })
        context.append(secret)
        let verifier = unsafe key.verifier(
            kind: 2, organization: .max, account: 1 << 100, integration: 0, selector: selector,
            secret: secret.span.bytes)
        #expect(verifier.matches(key.mac(context)))
    }
}
