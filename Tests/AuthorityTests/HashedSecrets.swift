import Crypto
import Support
import Synchronization
import Vault

/// Members' secrets, each hashed once: Argon2id takes a tenth of a second, and the worlds, which
/// are all made from the same seed, have the same salts.
final class HashedSecrets: Sendable {
    static let shared = HashedSecrets()

    private struct Key: Hashable {
        let text: String
        let salt: [UInt8]
    }

    private let known = Mutex<[Key: StretchedSecret]>([:])

    /// - Parameter text: by which the secret is recognized.
    func hash(
        _ secret: ShownSecret, as text: String, _ cost: SecretCost
    ) throws(Refusal) -> StretchedSecret {
        let key = Key(text: text, salt: cost.salt)
        if let hash = known.withLock({ $0[key] }) { return hash }
        do {
            let hash = try secret.stretched(cost)
            known.withLock { $0[key] = hash }
            return hash
        } catch {
            throw .secretMemoryExhausted
        }
    }
}

extension Fixture {
    func hashed(_ secret: String) throws -> StretchedSecret {
        let bytes = Array(secret.utf8)
        let shown = unsafe ShownSecret(try Secret(copying: bytes.span.bytes))
        return try HashedSecrets.shared.hash(shown, as: secret, vault.newSecretCost())
    }
}
