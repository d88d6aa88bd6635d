/// One record of the audit log; absent values are nil.
public struct AuditEvent: Sendable, Equatable {
    /// Counts from 0 without a gap.
    public let sequence: Int64
    /// When it happened.
    public let time: UTCTime
    /// Such as `token.verify`.
    public let event: String
    /// `allow`, `deny` or `error`.
    public let outcome: String
    /// Why not, for everything but `allow`.
    public let reason: String?
    /// Whose organization.
    public let organization: Organization.ID?
    /// Whose account.
    public let account: Account.ID?
    /// Which integration.
    public let integration: Integration.ID?
    /// Which token was presented.
    public let token: Token.ID?
    /// `primary` or `secondary`.
    public let generation: String?
    /// What was acted on.
    public let objectID: String?
    /// The user at the other end of the socket, from the kernel.
    public let peerUID: Int64?
    /// The process at the other end of the socket, from the kernel.
    public let peerPID: Int64?
    /// What the gateway says about its client.
    public let remoteAddress: String?
    /// Finds the answer that belongs to it.
    public let requestID: String?

    init(_ object: AnswerObject) throws(ClientError) {
        sequence = try object.integer("seq")
        time = try object.time("time")
        event = try object.string("event")
        outcome = try object.string("outcome")
        reason = try object.optionalString("reason")
        organization = try object.optionalString("organization_id").map { Organization.ID($0) }
        account = try object.optionalString("account_id").map { Account.ID($0) }
        integration = try object.optionalString("integration_id").map { Integration.ID($0) }
        token = try object.optionalString("token_id").map { Token.ID($0) }
        generation = try object.optionalString("generation")
        objectID = try object.optionalString("object_id")
        let peer = try object.optionalObject("peer")
        peerUID = try peer?.optionalInteger("uid")
        peerPID = try peer?.optionalInteger("pid")
        remoteAddress = try object.optionalString("remote_addr")
        requestID = try object.optionalString("request_id")
    }
}

/// What a check of the audit log found.
public struct AuditVerdict: Sendable, Equatable {
    /// How many records were checked.
    public let recordCount: Int64
    /// `proved`; `uncovered` where the newest records are not signed for yet; or `refused`.
    public let outcome: String
    /// A sentence for each thing that is wrong or not proved.
    public let findings: [String]

    init(_ object: AnswerObject) throws(ClientError) {
        recordCount = try object.integer("records")
        outcome = try object.string("outcome")
        findings = try object.strings("findings")
    }
}

/// How the vault is, as an operator sees it; what the daemon does not tell is nil.
public struct VaultStatus: Sendable, Equatable {
    /// The daemon's version.
    public let version: String
    /// `serving`, or `full` while there is no room for what is to be kept.
    public let state: String
    /// When the daemon started.
    public let startedAt: UTCTime?
    /// `disk` or `process`.
    public let durability: String?
    /// How many records the audit log has.
    public let auditSize: Int64?
    /// The audit tree's root.
    public let auditRoot: String?
    /// When the newest checkpoint was signed.
    public let checkpointAt: UTCTime?
    /// How often something stored was found altered.
    public let integrityAlarmCount: Int64?
    /// How many of each object there are, by the API's plural noun.
    public let counts: [String: Int64]

    init(_ object: AnswerObject) throws(ClientError) {
        version = try object.string("version")
        state = try object.string("state")
        startedAt = try object.optionalTime("started_at")
        durability = try object.optionalString("durability")
        let audit = try object.optionalObject("audit")
        auditSize = try audit?.optionalInteger("size")
        auditRoot = try audit?.optionalString("root")
        checkpointAt = try audit?.optionalTime("checkpoint_at")
        integrityAlarmCount = try object.optionalInteger("integrity_alarms")
        counts = try object.optionalObject("counts")?.integers() ?? [:]
    }
}
