/// A bearer token as the API shows it: everything but its secrets.
public struct Token: Sendable, Equatable {
    /// Its id; tokens are not found by name.
    public typealias ID = ObjectID<Token>

    /// What the vault calls it for ever; never an authority.
    public let id: ID
    /// For people.
    public let name: String
    /// `organization`, `account` or `integration`.
    public let ownerType: String
    /// The id of the object that it speaks for.
    public let ownerID: String
    /// `default`, `adhoc` or `logon`.
    public let tokenType: String
    /// The organization that it belongs to.
    public let organization: Organization.ID
    /// The account that it is confined to.
    public let account: Account.ID?
    /// The integration that it is confined to.
    public let integration: Integration.ID?
    /// The token that minted it.
    public let parent: ID?
    /// Whose roles it is bound to.
    public let member: Member.ID?
    /// What it may do, by name; nil for whatever the roles of its member give.
    public let permissionSet: String?
    /// JSON that narrows it further; nil where nothing does.
    public let resources: String?
    /// The only integration point that it is for.
    public let integrationPoint: IntegrationPoint.ID?
    /// Whether the first integration that it makes is its end.
    public let isSingleUse: Bool
    /// The first instant at which it is not accepted any more.
    public let expires: UTCTime
    /// What a renewal grants, Go-style.
    public let timeToLive: String?
    /// When it was ended before its time.
    public let revokedAt: UTCTime?
    /// When it was last used.
    public let lastUsedAt: UTCTime?
    /// The current generation of secrets.
    public let primary: Generation
    /// The one before, as long as it is accepted.
    public let secondary: Generation?
    /// When it was made.
    public let createdAt: UTCTime

    init(_ object: AnswerObject) throws(ClientError) {
        id = ID(try object.string("id"))
        name = try object.string("name")
        ownerType = try object.string("owner_type")
        ownerID = try object.string("owner_id")
        tokenType = try object.string("token_type")
        organization = Organization.ID(try object.string("organization_id"))
        account = try object.optionalString("account_id").map { Account.ID($0) }
        integration = try object.optionalString("integration_id").map { Integration.ID($0) }
        parent = try object.optionalString("parent_id").map { ID($0) }
        member = try object.optionalString("member_id").map { Member.ID($0) }
        permissionSet = try object.optionalString("permission_set")
        resources = object.optionalJSON("resources")
        integrationPoint = try object.optionalString("integration_point").map {
            IntegrationPoint.ID($0)
        }
        isSingleUse = try object.bool("single_use")
        expires = try object.time("expires")
        timeToLive = try object.optionalString("token_ttl")
        revokedAt = try object.optionalTime("revoked_at")
        lastUsedAt = try object.optionalTime("last_used_at")
        primary = try Generation(object.object("primary"))
        let secondary = try object.optionalObject("secondary")
        self.secondary = if let secondary { try Generation(secondary) } else { nil }
        createdAt = try object.time("created_at")
    }

    /// One pair of secrets, without the secrets.
    public struct Generation: Sendable, Equatable {
        /// When its access secret ends.
        public let accessExpires: UTCTime?
        /// When its refresh secret ends.
        public let refreshExpires: UTCTime?
        /// When it was last used.
        public let lastUsedAt: UTCTime?
        /// How often it was used since the rotation.
        public let useCount: Int64?

        init(_ object: AnswerObject) throws(ClientError) {
            accessExpires = try object.optionalObject("access")?.optionalTime("expires")
            refreshExpires = try object.optionalObject("refresh")?.optionalTime("expires")
            lastUsedAt = try object.optionalTime("last_used_at")
            useCount = try object.optionalInteger("use_count")
        }
    }
}

/// A token together with the secrets that were just made for it; they are never shown again.
public struct MintedToken: Sendable {
    /// The token as any later read shows it.
    public let token: Token
    /// Works on the API.
    public let access: SecretText
    /// Works on `refresh` only.
    public let refresh: SecretText

    init(_ object: AnswerObject) throws(ClientError) {
        token = try Token(object)
        let primary = try object.object("primary")
        access = try primary.object("access").secret("secret")
        refresh = try primary.object("refresh").secret("secret")
    }
}

/// What a new ad hoc token is to be; whatever is left out comes from policy.
public struct TokenRequest: Sendable {
    /// Unique for its owner.
    public var name: String?
    /// What it may do, by name; never more than the token that mints it.
    public var permissionSet: String?
    /// JSON that narrows it further.
    public var resources: String?
    /// Go-style; never longer than the token that mints it lasts.
    public var timeToLive: String?
    /// The only integration point that it is for; with the permission set `connect-ui` only.
    public var integrationPoint: IntegrationPoint.ID?
    /// Whether the first integration that it makes is its end; with `connect-ui` only.
    public var isSingleUse: Bool?

    /// Leaves everything to policy.
    public init() {}
}

/// What would stop working if a token ended now.
public struct TokenImpact: Sendable, Equatable {
    /// How many living tokens would die, as far as the asker may see them: this one and all minted with
    /// it, however indirectly.
    public let tokenCount: Int64
    /// How many integrations one of them speaks for.
    public let integrationCount: Int64
    /// How often they were used in this hour and the 24 before.
    public let useCount24h: Int64
    /// False where there are so many that the figures are what there is at least.
    public let isComplete: Bool

    init(_ object: AnswerObject) throws(ClientError) {
        tokenCount = try object.integer("tokens")
        integrationCount = try object.integer("integrations")
        useCount24h = try object.integer("uses_24h")
        isComplete = try object.bool("complete")
    }
}

extension MintedToken {
    /// The token that a successful answer shows, whatever was made together with it.
    ///
    /// Nil for a caller that may not receive secrets.
    package static func of(_ response: Response) throws(ClientError) -> MintedToken? {
        try unlessWithheld(Answer(response.body).object().object("result").named("token"))
    }

    static func unlessWithheld(_ object: AnswerObject) throws(ClientError) -> MintedToken? {
        let access = try object.object("primary").object("access")
        return try access.optionalSecret("secret") == nil ? nil : MintedToken(object)
    }
}
