package import Audit
import Linux
package import Vault

/// The audit log as the routes see it, and the facts of the daemon that `status` tells.
package final class AuditDesk {
    package let log: AuditLog
    package let files: any SegmentFiles & Sendable
    package let search: AuditSearch
    package let published: Published
    package let facts: DaemonFacts
    package let introspection: IntrospectionPolicy
    private let injectors: PeerPolicy
    /// When the newest checkpoint was signed.
    package internal(set) var checkpointAt: Instant?
    /// Whether a seal or a verification reads the hot end; they exclude each other.
    var isHotEndTaken = false
    /// Who has lists and counts that go on between batches.
    var readPlaces = SharedPlaces()
    /// Searches of the log that do.
    var searchPlaces = SharedPlaces()
    /// Secrets that are being hashed or wait for it.
    var hashingCount = 0
    /// Whether there is so much to do that a credential is worth handing over to be opened.
    package var opensAside = false
    /// What waits at the moment; set by whom it waits for.
    var queueDepths: () -> QueueDepths = { QueueDepths() }

    package init(
        log: AuditLog, storage: any AuditStorage, files: any SegmentFiles & Sendable,
        published: Published, facts: DaemonFacts, introspection: IntrospectionPolicy,
        injectors: PeerPolicy
    ) {
        self.introspection = introspection
        self.injectors = injectors
        self.log = log
        self.files = files
        search = AuditSearch(storage: storage, files: files)
        self.published = published
        self.facts = facts
    }

    /// Signs for everything that is on disk, if records came after the newest checkpoint.
    func signIfNeeded(at now: Instant) throws(Refusal) {
        guard log.hasUnsigned else { return }
        do {
            try log.checkpoint(at: now)
        } catch {
            throw Refusal(error)
        }
        checkpointAt = now
    }

    /// Whether a peer may have credentials put into its verifications' answers.
    func mayInject(_ peer: PeerCredentials) -> Bool { injectors.admits(peer) }
}

/// What does not change while the daemon runs.
package struct DaemonFacts: Sendable {
    package let version: String
    package let startedAt: Instant
    package let durability: String
    package let landlock: String
    package let seccomp: String

    package init(
        version: String, startedAt: Instant, durability: String, landlock: String, seccomp: String
    ) {
        self.version = version
        self.startedAt = startedAt
        self.durability = durability
        self.landlock = landlock
        self.seccomp = seccomp
    }
}

/// What one batch has no time for. Its result is the request's answer, and it goes on after the
/// commit that recorded the call; a preparation comes before either, and brings the call back.
package enum BackgroundJob {
    /// A list of events, a bounded page of work at a time.
    case search(EventQuery, Grant, EventNumbers?)
    /// The log up to this head, which is under a checkpoint.
    case verifyLog(AuditHead, [Checkpoint])
    /// A list or a count of stored objects.
    case read(any LongRead, Grant)
    /// Nothing to do but to wait for an epoch after this one.
    case epoch(since: UInt64, TimeSpan)
    /// Before anything is decided or recorded: the handler is called again with the hash.
    case hash(ShownSecret, SecretCost)
    /// The same with a credential that a grant in this organization would release.
    case open(CredentialOpening, OrganizationID)
}
