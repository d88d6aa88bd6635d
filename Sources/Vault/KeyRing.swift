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

/// The vault's own keys, unlocked: one of each purpose for every epoch.
///
/// They live in locked memory and in the ring file outside the database, sealed under a key
/// derived from the master key. Whoever has the database alone has none of them.
package final class KeyRing: Sendable {
    package let vault: UInt128
    package let epoch: UInt32
    let wrapping: [UInt32: KeyBox<WrapPurpose>]
    let recording: [UInt32: KeyBox<RecordPurpose>]
    let verifying: [UInt32: KeyBox<TokenPurpose>]
    /// The newest of them, without a look-up: every verification has one.
    private let newestVerifying: KeyBox<TokenPurpose>
    let rows: [UInt32: KeyBox<RowPurpose>]
    package let idempotency: KeyBox<IdempotencyPurpose>
    package let pseudonym: KeyBox<PseudonymPurpose>
    package let auditSigning: KeyBox<AuditSigningPurpose>

    init(
        vault: UInt128, epoch: UInt32, wrapping: [UInt32: KeyBox<WrapPurpose>],
        recording: [UInt32: KeyBox<RecordPurpose>], verifying: [UInt32: KeyBox<TokenPurpose>],
        rows: [UInt32: KeyBox<RowPurpose>], idempotency: KeyBox<IdempotencyPurpose>,
        pseudonym: KeyBox<PseudonymPurpose>, auditSigning: KeyBox<AuditSigningPurpose>
    ) {
        self.vault = vault
        self.epoch = epoch
        self.wrapping = wrapping
        self.recording = recording
        self.verifying = verifying
        guard let newestVerifying = verifying[epoch] else {
            preconditionFailure("a ring has a key of each purpose for its own epoch")
        }
        self.newestVerifying = newestVerifying
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
            vault: entropy.uint128(), epoch: 1,
            wrapping: [1: try made(WrapPurpose.self)],
            recording: [1: try made(RecordPurpose.self)],
            verifying: [1: try made(TokenPurpose.self)],
            rows: [1: try made(RowPurpose.self)],
            idempotency: try made(IdempotencyPurpose.self),
            pseudonym: try made(PseudonymPurpose.self),
            auditSigning: try made(AuditSigningPurpose.self))
    }

    /// The newest key of its purpose; every ring that was opened has one.
    package var wrappingKey: KeyBox<WrapPurpose>? { wrapping[epoch] }
    package var recordingKey: KeyBox<RecordPurpose>? { recording[epoch] }
    package var verifyingKey: KeyBox<TokenPurpose>? { verifying[epoch] }
    package var rowKey: KeyBox<RowPurpose>? { rows[epoch] }

    package func wrappingKey(_ epoch: UInt32) -> KeyBox<WrapPurpose>? { wrapping[epoch] }
    package func recordingKey(_ epoch: UInt32) -> KeyBox<RecordPurpose>? { recording[epoch] }
    package func verifyingKey(_ epoch: UInt32) -> KeyBox<TokenPurpose>? { verifying[epoch] }

    /// Lends the key that an epoch's token secrets are hashed with; nil where the ring has none.
    func withVerifyingKey<R>(_ epoch: UInt32, _ body: (borrowing Key<TokenPurpose>) -> R) -> R? {
        if epoch == self.epoch { return body(newestVerifying.key) }
        return verifying[epoch].map { body($0.key) }
    }

    package func rowKey(_ epoch: UInt32) -> KeyBox<RowPurpose>? { rows[epoch] }
}
