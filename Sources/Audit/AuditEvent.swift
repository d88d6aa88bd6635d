package import Vault

/// One thing that happened, before it has a place in the log.
///
/// Identifiers, enums and numbers only: no text that a caller chose can enter the log.
package struct AuditEvent: Equatable, Sendable {
    package var time: Instant
    package var kind: Kind
    package var outcome: Outcome
    /// `none` unless something was refused or failed.
    package var reason = Reason.none
    package var level: Token.Level?
    package var generation: GenerationSlot?
    package var organization: OrganizationID?
    package var account: AccountID?
    package var integration: IntegrationID?
    package var token: TokenID?
    /// What kind of identifier `object` is.
    package var objectKind: ObjectKind?
    /// The object that was acted upon; zero when there was none.
    package var object: UInt128 = 0
    package var peerUID: UInt32 = 0
    package var peerPID: Int32 = 0
    /// An IPv6 address, IPv4 in its mapped form; zero when none was told.
    package var remoteAddress: UInt128 = 0
    package var requestID: UInt128 = 0
    /// The pseudonym of a token that nobody knows, or a count.
    package var detail: UInt64 = 0

    package init(kind: Kind, outcome: Outcome, time: Instant) {
        self.kind = kind
        self.outcome = outcome
        self.time = time
    }

    /// What became of it.
    package enum Outcome: UInt8, CaseIterable, Sendable {
        case allow = 1
        case deny, error

        package var text: StaticString {
            switch self {
            case .allow: "allow"
            case .deny: "deny"
            case .error: "error"
            }
        }

        /// Nil for a name that no outcome has.
        package init?(text: String) {
            guard let outcome = Self.allCases.first(where: { $0.text.description == text }) else {
                return nil
            }
            self = outcome
        }
    }
}

/// An event in its place in the log.
package struct AuditEntry: Equatable, Sendable {
    /// Position in the log and index of the leaf in the tree; counts from zero without gaps.
    package let sequence: UInt64
    /// The database's generation when the event was committed.
    package let generation: UInt64
    package let event: AuditEvent

    package init(sequence: UInt64, generation: UInt64, event: AuditEvent) {
        self.sequence = sequence
        self.generation = generation
        self.event = event
    }
}
