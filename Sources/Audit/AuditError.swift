package import Crypto
package import Vault

/// Why the log cannot do what was asked.
package enum AuditError: Error, Equatable, Sendable {
    case storage(StoreError)
    /// The signing key could not be used, or the origin is no name that a note can carry.
    case crypto(CryptoError)
    /// The stored head does not follow from its newest checkpoint: the log was changed.
    case unproved(Unproved)
    /// A segment file is not one, or not the one that its place asks for.
    case segment(SegmentFault)

    /// What about the head does not hold.
    package enum Unproved: Equatable, Sendable {
        /// Records without a checkpoint below them.
        case noCheckpoint
        /// The checkpoint is not this log's, or its signature does not hold.
        case checkpoint
        /// The frontier kept beside the checkpoint is not the one of its root.
        case frontier
        /// The batches after the checkpoint do not lead to the head.
        case tail
        /// The hot end does not begin where the sealed segments end.
        case sealed
    }
}

extension AuditError {
    /// Whether what is stored is not what this log wrote, rather than out of reach for the moment.
    package var isDamage: Bool {
        switch self {
        case .storage(.integrity), .unproved: true
        case .segment(let fault): fault != .unreadable
        case .storage, .crypto: false
        }
    }
}

/// For the operator's log.
extension AuditError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .storage(let error): "\(error)"
        case .crypto(let error): "\(error)"
        case .unproved(let what): "the head of the log does not hold: \(what)"
        case .segment(let fault): "a segment: \(fault.sentence)"
        }
    }
}
