package import Crypto

/// A key in a box, so that a dictionary can hold it.
package final class KeyBox<Purpose: KeyPurpose>: Sendable {
    package let key: Key<Purpose>
    package let createdAt: Instant

    package init(_ key: consuming Key<Purpose>, createdAt: Instant) {
        self.key = key
        self.createdAt = createdAt
    }
}

/// The keys of one purpose, by epoch; there is always one of the ring's own epoch.
package struct EpochKeys<Purpose: KeyPurpose>: Sendable {
    /// What is sealed, wrapped or hashed from now on is so with this one.
    package let newest: KeyBox<Purpose>
    /// The ring's.
    private let epoch: UInt32
    let all: [UInt32: KeyBox<Purpose>]

    /// Nil where there is none of the ring's own epoch.
    init?(_ keys: [UInt32: KeyBox<Purpose>], of epoch: UInt32) {
        guard let newest = keys[epoch] else { return nil }
        self.newest = newest
        self.epoch = epoch
        all = keys
    }

    /// The only one, of the first epoch.
    init(first key: KeyBox<Purpose>) {
        newest = key
        epoch = KeyRing.firstEpoch
        all = [KeyRing.firstEpoch: key]
    }

    /// Nil for an epoch that the ring has no key of.
    package subscript(epoch: UInt32) -> KeyBox<Purpose>? { all[epoch] }

    /// Lends an epoch's key; the newest without a look-up, for every verification has one.
    func withKey<R>(of epoch: UInt32, _ body: (borrowing Key<Purpose>) -> R) -> R? {
        if epoch == self.epoch { return body(newest.key) }
        return all[epoch].map { body($0.key) }
    }
}

/// The vault's own keys, unlocked: one of each purpose for every epoch.
///
/// They live in locked memory and in the ring file outside the database, sealed under a key
/// derived from the master key. Whoever has the database alone has none of them.
package final class KeyRing: Sendable {
    static let firstEpoch: UInt32 = 1

    package let vault: UInt128
    package let epoch: UInt32
    /// Wraps the private keys of accounts and organizations.
    package let wrapping: EpochKeys<WrapPurpose>
    /// The outer layer of credentials.
    package let recording: EpochKeys<RecordPurpose>
    /// Hashes the secrets of tokens and members.
    package let verifying: EpochKeys<TokenPurpose>
    /// Authenticates the rows of the database.
    package let rows: EpochKeys<RowPurpose>
    package let idempotency: KeyBox<IdempotencyPurpose>
    package let pseudonym: KeyBox<PseudonymPurpose>
    package let auditSigning: KeyBox<AuditSigningPurpose>

    init(
        vault: UInt128, epoch: UInt32, wrapping: EpochKeys<WrapPurpose>,
        recording: EpochKeys<RecordPurpose>, verifying: EpochKeys<TokenPurpose>,
        rows: EpochKeys<RowPurpose>, idempotency: KeyBox<IdempotencyPurpose>,
        pseudonym: KeyBox<PseudonymPurpose>, auditSigning: KeyBox<AuditSigningPurpose>
    ) {
        self.vault = vault
        self.epoch = epoch
        self.wrapping = wrapping
        self.recording = recording
        self.verifying = verifying
        self.rows = rows
        self.idempotency = idempotency
        self.pseudonym = pseudonym
        self.auditSigning = auditSigning
    }

    /// A new ring for a new vault: every key of epoch 1, independent and random.
    package static func generate(
        entropy: some Entropy, at now: Instant
    ) throws(CryptoError) -> KeyRing {
        func made<P: KeyPurpose>(_ purpose: P.Type) throws(CryptoError) -> KeyBox<P> {
            KeyBox(try Key<P>.generate(entropy), createdAt: now)
        }
        return KeyRing(
            vault: entropy.uint128(), epoch: firstEpoch,
            wrapping: EpochKeys(first: try made(WrapPurpose.self)),
            recording: EpochKeys(first: try made(RecordPurpose.self)),
            verifying: EpochKeys(first: try made(TokenPurpose.self)),
            rows: EpochKeys(first: try made(RowPurpose.self)),
            idempotency: try made(IdempotencyPurpose.self),
            pseudonym: try made(PseudonymPurpose.self),
            auditSigning: try made(AuditSigningPurpose.self))
    }
}
