import Crypto
import Testing

@Suite struct SealedBoxTests {
    private let message = Array("{\"type\": \"token\"}".utf8)

    private func opening(_ sealed: [UInt8], with pair: borrowing KeyPair) -> Result<
        [UInt8], CryptoError
    > {
        do throws(CryptoError) {
            let opened = try unsafe SealedBox.open(
                sealed.span.bytes, pair.publicKey, pair.privateKey)
            return .success(opened.copied())
        } catch {
            return .failure(error)
        }
    }

    @Test func `a box with any one byte changed is refused`() throws {
        let pair = try KeyPair.generate(SystemEntropy())
        let sealed = try unsafe SealedBox.seal(message.span.bytes, to: pair.publicKey)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 0x41
            #expect(opening(changed, with: pair) == .failure(.forged), "byte \(index)")
        }
    }

    @Test func `a box cut short is refused`() throws {
        let pair = try KeyPair.generate(SystemEntropy())
        let sealed = try unsafe SealedBox.seal(message.span.bytes, to: pair.publicKey)
        for count in 0..<sealed.count {
            let expected = count < SealedBox.overhead ? CryptoError.malformed : .forged
            #expect(opening(Array(sealed[..<count]), with: pair) == .failure(expected))
        }
    }

    @Test func `a box for somebody else is refused`() throws {
        let pair = try KeyPair.generate(SystemEntropy())
        let other = try KeyPair.generate(SystemEntropy())
        let sealed = try unsafe SealedBox.seal(message.span.bytes, to: other.publicKey)
        #expect(opening(sealed, with: pair) == .failure(.forged))
    }

    @Test func `a public key of low order is refused`() throws {
        for first: UInt8 in [0, 1] {
            let key = try PublicKey([first] + [UInt8](repeating: 0, count: 31))
            let error = refusal { () throws(CryptoError) in
                _ = try unsafe SealedBox.seal(message.span.bytes, to: key)
            }
            #expect(error == .malformed)
        }
    }

    @Test func `keys of the wrong length are refused`() {
        for count in [0, 31, 33] {
            let bytes = [UInt8](repeating: 9, count: count)
            #expect(throws: CryptoError.malformed) { try PublicKey(bytes) }
            let error = refusal { () throws(CryptoError) in
                _ = try PrivateKey(try Secret.holding(bytes))
            }
            #expect(error == .malformed)
        }
    }

    @Test func `the owner opens what anybody sealed`() throws {
        let pair = try KeyPair.generate(SystemEntropy())
        for message in [[], message, [UInt8](repeating: 3, count: 65_536)] {
            let sealed = try unsafe SealedBox.seal(message.span.bytes, to: pair.publicKey)
            #expect(sealed.count == message.count + SealedBox.overhead)
            #expect(opening(sealed, with: pair) == .success(message))
        }
    }
}
