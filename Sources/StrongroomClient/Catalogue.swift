/// A product that integrations connect to; shipped with the vault.
public struct Provider: Sendable, Equatable {
    /// Its id.
    public typealias ID = ObjectID<Provider>

    /// Such as `jira`.
    public let id: ID
    /// For people.
    public let fullname: String
    /// The category that it belongs to.
    public let connector: Connector.ID
    /// The types of credential that it accepts.
    public let credentialTypes: [String]

    init(_ object: AnswerObject) throws(ClientError) {
        id = ID(try object.string("id"))
        fullname = try object.string("fullname")
        connector = Connector.ID(try object.string("connector"))
        credentialTypes = try object.strings("credential_types")
    }
}

/// A category of providers; shipped with the vault.
public struct Connector: Sendable, Equatable {
    /// Its id.
    public typealias ID = ObjectID<Connector>

    /// Such as `ticketing`.
    public let id: ID
    /// For people.
    public let fullname: String

    init(_ object: AnswerObject) throws(ClientError) {
        id = ID(try object.string("id"))
        fullname = try object.string("fullname")
    }
}

/// What a token or a role may do, by name; shipped with the vault.
public struct PermissionSet: Sendable, Equatable {
    /// Its id.
    public typealias ID = ObjectID<PermissionSet>

    /// Such as `viewer`.
    public let id: ID
    /// Each `api:action` that it gives.
    public let permissions: [String]
    /// What it confines its tokens to, in words; nil for nothing.
    public let restriction: String?

    init(_ object: AnswerObject) throws(ClientError) {
        id = ID(try object.string("id"))
        permissions = try object.strings("permissions")
        restriction = try object.optionalString("resource_restrictions")
    }
}

/// What a sender seals credentials to (libsodium's `crypto_box_seal`).
public struct SealingKey: Sendable, Equatable {
    /// Sent along with what was sealed.
    public let keyID: String
    /// 32 bytes in base64.
    public let publicKey: String

    init(_ object: AnswerObject) throws(ClientError) {
        keyID = try object.string("key_id")
        publicKey = try object.string("public_key")
    }
}
