import Crypto
import Testing

/// The outer layer of everything that is kept: whatever is not exactly what was sealed is refused.
@Suite struct AEADTests {
    private let message = Array("the quick brown fox".utf8)
    private let context = Context.saying("place")

    private func sealed(_ message: [UInt8], key: UInt8 = 1) throws -> [UInt8] {
        let key = try Key<RecordPurpose>.filled(with: key)
        return try unsafe AEAD.seal(
            message.span.bytes, context: context, key: key, entropy: SystemEntropy())
    }

    private func opening(
        _ sealed: [UInt8], _ context: Context, key: UInt8 = 1
    ) throws -> Result<[UInt8], CryptoError> {
        let key = try Key<RecordPurpose>.filled(with: key)
        do throws(CryptoError) {
            let opened = try unsafe AEAD.open(sealed.span.bytes, context: context, key: key)
            return .success(opened.copied())
        } catch {
            return .failure(error)
        }
    }

    @Test func `a ciphertext with any one bit flipped is refused`() throws {
        let sealed = try sealed(message)
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << UInt8(bit)
                #expect(try opening(changed, context) == .failure(.forged), "byte \(index)")
            }
        }
    }

    @Test func `a ciphertext cut short or grown is refused`() throws {
        let sealed = try sealed(message)
        for count in 0..<sealed.count {
            let expected = count < AEAD.overhead ? CryptoError.malformed : .forged
            #expect(try opening(Array(sealed[..<count]), context) == .failure(expected))
        }
        #expect(try opening(sealed + [0], context) == .failure(.forged))
    }

    @Test func `a ciphertext is refused in another context`() throws {
        let sealed = try sealed(message)
        #expect(try opening(sealed, .saying("elsewhere")) == .failure(.forged))
        #expect(try opening(sealed, Context("test/v1")) == .failure(.forged))
        var longer = context
        longer.append([UInt8]())
        #expect(try opening(sealed, longer) == .failure(.forged))
    }

    @Test func `a ciphertext is refused under another key`() throws {
        #expect(try opening(sealed(message), context, key: 2) == .failure(.forged))
    }

    @Test(arguments: [0, 1, 15, 16, 17, 255, 256, 65_536])
    func `a message of any length comes back as it was`(count: Int) throws {
        let message = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = try sealed(message)
        #expect(sealed.count == count + AEAD.overhead)
        #expect(try opening(sealed, context) == .success(message))
    }

    @Test func `the same message is never sealed twice to the same bytes`() throws {
        #expect(try sealed(message) != sealed(message))
    }

    @Test func `a failed opening gives its locked memory back`() throws {
        var changed = try sealed(message)
        changed[30] ^= 1
        let key = try Key<RecordPurpose>.filled(with: 1)
        // More failures than the arena has room for, if each of them kept its block.
        for _ in 0..<SecretMemory.byteCount / 32 + 1 {
            let error = refusal { () throws(CryptoError) in
                _ = try unsafe AEAD.open(changed.span.bytes, context: context, key: key)
            }
            guard error == .forged else {
                Issue.record("refused with \(String(describing: error))")
                return
            }
        }
    }
}
