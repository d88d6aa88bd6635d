/// A person or a robot of an organization, who logs on with a secret of its own.
public struct Member: Sendable, Equatable {
    /// Its id or its name.
    public typealias ID = ObjectID<Member>
    /// A robot may have tokens that live longer than a person's.
    public enum Kind: String, Sendable { case personal, service }
    /// Whether it and its tokens are accepted.
    public enum State: String, Sendable { case enabled, disabled }

    /// What the vault calls it for ever.
    public let id: ID
    /// Unique within the organization, usable wherever the id is.
    public let name: String
    /// For people.
    public let fullname: String
    /// The organization that it belongs to.
    public let organization: Organization.ID
    /// Whether it is a person or a robot.
    public let kind: Kind
    /// Whether it and its tokens are accepted.
    public let state: State
    /// Names of its roles; it may do what any of them gives.
    public let roles: [String]
    /// The longest life of its tokens, Go-style.
    public let timeToLive: String
    /// When its secret was set; nil for one that cannot log on.
    public let secretSetAt: UTCTime?
    /// When it was made.
    public let createdAt: UTCTime
    /// When it was last changed.
    public let updatedAt: UTCTime

    init(_ object: AnswerObject) throws(ClientError) {
        id = ID(try object.string("id"))
        name = try object.string("name")
        fullname = try object.string("fullname")
        organization = Organization.ID(try object.string("organization_id"))
        kind = try object.word("type")
        state = try object.word("state")
        roles = try object.strings("role_binding")
        timeToLive = try object.string("token_ttl")
        secretSetAt = try object.optionalTime("secret_set_at")
        createdAt = try object.time("created_at")
        updatedAt = try object.time("updated_at")
    }
}

/// What a new member is to be; whatever is left out is the vault's default.
public struct MemberRequest: Sendable {
    /// Unique within the organization.
    public var name: String?
    /// For people.
    public var fullname: String?
    /// A person unless it is said otherwise.
    public var kind: Member.Kind?
    /// Ids or names of its roles.
    public var roles: [Role.ID]?
    /// The longest life of its tokens, Go-style.
    public var timeToLive: String?
    /// What it logs on with, 12 to 1024 bytes; without one it cannot.
    public var secret: SecretText?

    /// Makes a member without a role and without a secret.
    public init(name: String? = nil) { self.name = name }

    func body() -> SecretText {
        var body = RequestBody()
        body.string("name", name)
        body.string("fullname", fullname)
        body.string("type", kind?.rawValue)
        body.strings("role_binding", roles?.map(\.text))
        body.string("token_ttl", timeToLive)
        body.string("secret", secret)
        return body.finish()
    }
}

/// What is to be another about a member; whatever is nil stays.
public struct MemberChange: Sendable {
    /// For people.
    public var fullname: String?
    /// Whether it and its tokens are accepted.
    public var state: Member.State?
    /// Ids or names of all its roles from now on.
    public var roles: [Role.ID]?
    /// The longest life of its tokens, Go-style.
    public var timeToLive: String?
    /// A new one ends every session that began with another.
    public var secret: Change<SecretText>?

    /// Changes nothing yet.
    public init() {}

    func body() -> SecretText {
        var body = RequestBody()
        body.string("fullname", fullname)
        body.string("state", state?.rawValue)
        body.strings("role_binding", roles?.map(\.text))
        body.string("token_ttl", timeToLive)
        body.change("secret", secret) { $0.string($1, $2) }
        return body.finish()
    }
}
