package import Crypto

/// A private key that has been unwrapped; wiped when the last user lets go.
final class OpenKeyPair: Sendable {
    let publicKey: PublicKey
    let privateKey: PrivateKey

    init(publicKey: PublicKey, privateKey: consuming PrivateKey) {
        self.publicKey = publicKey
        self.privateKey = privateKey
    }
}

/// Unwrapped account keys, bounded; dropped on delete, disable and rotation.
final class OpenKeyPairs {
    private struct Key: Hashable {
        let owner: KeyOwner
        let version: UInt32
    }

    private let countMax: Int
    private var open: [Key: OpenKeyPair] = [:]
    private var order: [Key] = []

    init(countMax: Int) { self.countMax = countMax }

    func pair(_ owner: KeyOwner, _ version: UInt32) -> OpenKeyPair? {
        open[Key(owner: owner, version: version)]
    }

    func keep(_ pair: OpenKeyPair, _ owner: KeyOwner, _ version: UInt32) {
        let key = Key(owner: owner, version: version)
        if open.updateValue(pair, forKey: key) == nil { order.append(key) }
        if order.count > countMax { open[order.removeFirst()] = nil }
    }

    func dropAll() {
        order = []
        open = [:]
    }

    func drop(_ owner: KeyOwner) {
        order.removeAll { $0.owner == owner }
        open = open.filter { $0.key.owner != owner }
    }

    func drop(_ organization: OrganizationID) {
        order.removeAll { $0.owner.organization == organization }
        open = open.filter { $0.key.owner.organization != organization }
    }
}

/// Making, wrapping and opening the key pairs of accounts and organizations.
extension Vault {
    func makeKeyPair(of owner: KeyOwner, version: UInt32) throws(Refusal) -> KeyPairRecord {
        do {
            let pair = try KeyPair.generate(entropy)
            let publicKey = pair.publicKey
            let context = KeyPairRecord.wrapContext(owner, version, ring.epoch, publicKey)
            let wrapped = try pair.privateKey.withBytes { (bytes) throws(CryptoError) in
                try AEAD.seal(
                    bytes, context: context, key: ring.wrapping.newest.key, entropy: entropy)
            }
            return KeyPairRecord(
                owner: owner, version: version, id: entropy.uint128(), epoch: ring.epoch,
                publicKey: publicKey, wrappedPrivateKey: wrapped, createdAt: clock.now())
        } catch {
            throw Refusal(error)
        }
    }

    func newestKeyPair(of owner: KeyOwner) throws(Refusal) -> KeyPairRecord {
        let found = try look { () throws(StoreError) in try store.newestKeyPair(of: owner) }
        guard let found else { throw .integrity(table: "key_pair") }
        return found
    }

    /// The unwrapped pair; its public half is computed anew and compared with the row's.
    func openKeyPair(of owner: KeyOwner, version: UInt32) throws(Refusal) -> OpenKeyPair {
        if let open = keyPairs.pair(owner, version) { return open }
        let found = try look { () throws(StoreError) in
            try store.keyPair(of: owner, version: version)
        }
        guard let found, let wrapping = ring.wrapping[found.epoch] else {
            throw .integrity(table: "key_pair")
        }
        let context = KeyPairRecord.wrapContext(owner, version, found.epoch, found.publicKey)
        let pair: OpenKeyPair
        do throws(CryptoError) {
            let bytes = try unsafe AEAD.open(
                found.wrappedPrivateKey.span.bytes, context: context, key: wrapping.key)
            let privateKey = try PrivateKey(bytes)
            guard try privateKey.publicKey() == found.publicKey else { throw CryptoError.forged }
            pair = OpenKeyPair(publicKey: found.publicKey, privateKey: privateKey)
        } catch .secretMemoryExhausted {
            throw .secretMemoryExhausted
        } catch {
            throw .integrity(table: "key_pair")
        }
        keyPairs.keep(pair, owner, version)
        return pair
    }
}

extension KeyPairRecord {
    /// Binds a wrapped private key to its owner, version, epoch and public half.
    static func wrapContext(
        _ owner: KeyOwner, _ version: UInt32, _ epoch: UInt32, _ publicKey: PublicKey
    ) -> Context {
        var context = Context("strongroom/key-wrap/v1")
        context.append(owner.organization.value)
        context.append(owner.account?.value ?? 0)
        context.append(UInt64(version))
        context.append(UInt64(epoch))
        context.append(publicKey.bytes)
        return context
    }
}

extension Refusal {
    /// A failure of the cryptography that is not a caller's doing.
    package init(_ error: CryptoError) {
        switch error {
        case .secretMemoryExhausted: self = .secretMemoryExhausted
        case .forged, .malformed: self = .integrity(table: "ciphertext")
        case .notAvailable, .memoryNotLocked, .derivationFailed: self = .storageFailed(code: 0)
        }
    }
}
