import Crypto
import Testing

@Suite struct SignatureTests {
    private let message = Array("strongroom\n42\nroot\n".utf8)

    @Test func `a signature or message with any one byte changed does not verify`() throws {
        let key = try SigningKey(seed: try Key<AuditSigningPurpose>.filled(with: 1))
        let signature = unsafe key.sign(message.span.bytes)
        let publicKey = key.publicKey
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 1
            #expect(unsafe !publicKey.verifies(changed, of: message.span.bytes))
        }
        for index in message.indices {
            var changed = message
            changed[index] ^= 1
            #expect(unsafe !publicKey.verifies(signature, of: changed.span.bytes))
        }
        #expect(unsafe publicKey.verifies(signature, of: message.span.bytes))
    }

    @Test func `a signature of another length or key does not verify`() throws {
        let key = try SigningKey(seed: try Key<AuditSigningPurpose>.filled(with: 1))
        let other = try SigningKey(seed: try Key<AuditSigningPurpose>.filled(with: 2)).publicKey
        let signature = unsafe key.sign(message.span.bytes)
        let publicKey = key.publicKey
        #expect(unsafe !other.verifies(signature, of: message.span.bytes))
        #expect(unsafe !publicKey.verifies([], of: message.span.bytes))
        #expect(unsafe !publicKey.verifies(signature + [0], of: message.span.bytes))
        #expect(unsafe !publicKey.verifies(Array(signature.dropLast()), of: message.span.bytes))
        #expect(throws: CryptoError.malformed) { try VerifyingKey([1, 2, 3]) }
    }

    /// RFC 8032, section 7.1, the first test: an empty message.
    @Test func `the first vector of RFC 8032 holds`() throws {
        let seed = [UInt8](hex: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
        let key = try SigningKey(seed: try Key(try Secret.holding(seed)))
        let publicKey = key.publicKey
        #expect(
            publicKey.bytes
                == [UInt8](hex: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
        let empty: [UInt8] = []
        let signature = unsafe key.sign(empty.span.bytes)
        #expect(
            signature
                == [UInt8](
                    hex: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"))
    }
}
