/// A customer of the vault's operator; the top of a tenancy.
public struct Organization: Sendable, Equatable {
    /// Its id or its name.
    public typealias ID = ObjectID<Organization>
    /// Whether its tokens are accepted.
    public enum State: String, Sendable { case enabled, disabled }

    /// What the vault calls it for ever.
    public let id: ID
    /// Unique, usable wherever the id is.
    public let name: String
    /// For people.
    public let fullname: String
    /// Whether its tokens are accepted.
    public let state: State
    /// Whom the operator asks.
    public let contact: String?
    /// When it was made.
    public let createdAt: UTCTime
    /// When it was last changed.
    public let updatedAt: UTCTime

    init(_ object: AnswerObject) throws(ClientError) {
        id = ID(try object.string("id"))
        name = try object.string("name")
        fullname = try object.string("fullname")
        state = try object.word("state")
        contact = try object.optionalString("contact")
        createdAt = try object.time("created_at")
        updatedAt = try object.time("updated_at")
    }
}

/// One tenant of an organization, the boundary of isolation.
public struct Account: Sendable, Equatable {
    /// Its id or its name.
    public typealias ID = ObjectID<Account>

    /// What the vault calls it for ever.
    public let id: ID
    /// Unique within the organization, usable wherever the id is.
    public let name: String
    /// For people.
    public let fullname: String
    /// `prod` or `test`.
    public let environment: String
    /// Words that tokens may be narrowed by.
    public let labels: [String]
    /// When it was made.
    public let createdAt: UTCTime
    /// When it was last changed.
    public let updatedAt: UTCTime

    init(_ object: AnswerObject) throws(ClientError) {
        id = ID(try object.string("id"))
        name = try object.string("name")
        fullname = try object.string("fullname")
        environment = try object.string("environment")
        labels = try object.strings("labels")
        createdAt = try object.time("created_at")
        updatedAt = try object.time("updated_at")
    }
}

/// A connection of one account to one provider.
public struct Integration: Sendable, Equatable {
    /// Its id or its name.
    public typealias ID = ObjectID<Integration>
    /// Whether its tokens are accepted.
    public enum State: String, Sendable { case enabled, disabled }

    /// What the vault calls it for ever.
    public let id: ID
    /// Unique within the account, usable wherever the id is.
    public let name: String
    /// For people.
    public let fullname: String
    /// The account that it belongs to.
    public let account: Account.ID?
    /// Where it was offered, if anywhere.
    public let integrationPoint: IntegrationPoint.ID?
    /// Which product it connects to.
    public let provider: Provider.ID
    /// The provider's category.
    public let connector: Connector.ID
    /// JSON without secrets.
    public let providerConfig: String?
    /// What it logs on with.
    public let credential: Credential.ID?
    /// Whether its tokens are accepted.
    public let state: State
    /// When it was made.
    public let createdAt: UTCTime
    /// When it was last changed.
    public let updatedAt: UTCTime

    init(_ object: AnswerObject) throws(ClientError) {
        id = ID(try object.string("id"))
        name = try object.string("name")
        fullname = try object.string("fullname")
        account = try object.optionalString("account_id").map { Account.ID($0) }
        integrationPoint = try object.optionalString("integration_point").map {
            IntegrationPoint.ID($0)
        }
        provider = Provider.ID(try object.string("provider"))
        connector = Connector.ID(try object.string("connector"))
        providerConfig = object.json("provider_config")
        credential = try object.optionalString("credential_id").map { Credential.ID($0) }
        state = try object.word("state")
        createdAt = try object.time("created_at")
        updatedAt = try object.time("updated_at")
    }
}

/// What may be read of a provider's credential; never its value.
public struct Credential: Sendable, Equatable {
    /// Its id or its name.
    public typealias ID = ObjectID<Credential>

    /// What the vault calls it for ever.
    public let id: ID
    /// Unique for its owner, usable wherever the id is.
    public let name: String
    /// For people.
    public let fullname: String
    /// `basic`, `token`, `secret`, `aws`, `aws_role`, `o_auth_client` or `tls_certificate`.
    public let type: String
    /// Counts values from 1.
    public let version: Int64
    /// When the provider stops accepting it, where that is known.
    public let expires: UTCTime?
    /// When it was last released.
    public let lastUsedAt: UTCTime?
    /// When it was made.
    public let createdAt: UTCTime
    /// When it was last changed.
    public let updatedAt: UTCTime

    init(_ object: AnswerObject) throws(ClientError) {
        id = ID(try object.string("id"))
        name = try object.string("name")
        fullname = try object.string("fullname")
        type = try object.string("type")
        version = try object.integer("version")
        expires = try object.optionalTime("expires")
        lastUsedAt = try object.optionalTime("last_used_at")
        createdAt = try object.time("created_at")
        updatedAt = try object.time("updated_at")
    }
}
