/// What a gateway demands of a token beyond being valid; all given must hold.
public struct TokenRequirement: Sendable {
    /// `organization`, `account` or `integration`.
    public var level: String?
    /// `api:action`.
    public var permission: String?
    /// Which account the token must reach.
    public var account: Account.ID?
    /// Which integration the token must reach.
    public var integration: Integration.ID?
    /// Which category the integration must have.
    public var connector: Connector.ID?
    /// Which product the integration must connect to.
    public var provider: Provider.ID?

    /// Demands nothing.
    public init() {}

    var items: [QueryItem] {
        let members: [(String, String?)] = [
            ("level", level), ("permission", permission), ("account", account?.text),
            ("integration", integration?.text), ("connector", connector?.text),
            ("provider", provider?.text),
        ]
        return members.compactMap { name, value in value.map { QueryItem(name, $0) } }
    }
}

/// Whose token it is and what it may do; the identity headers of a positive decision.
public struct TokenIdentity: Sendable, Equatable {
    /// The token's organization.
    public let organization: Organization.ID
    /// The token's account, below organization level.
    public let account: Account.ID?
    /// The token's integration, at integration level.
    public let integration: Integration.ID?
    /// The token object, not its secret.
    public let token: Token.ID
    /// `organization`, `account` or `integration`.
    public let level: String
    /// Each `api:action` that it may do.
    public let scope: [String]
    /// The integration's category.
    public let connector: Connector.ID?
    /// The product that the integration connects to.
    public let provider: Provider.ID?
    /// When the token ends, as the vault spells it.
    public let expires: String
    /// The vault's epoch when this was decided, for those who keep it: see `GatewayClient.epoch`.
    public let epoch: Int64?

    init(_ response: Response) throws(ClientError) {
        func field(_ name: StaticString) throws(ClientError) -> String {
            guard let value = response.header(name) else {
                throw .protocolViolation("the identity header \(name) is missing")
            }
            return value
        }
        func optional(_ name: StaticString) throws(ClientError) -> String? {
            let value = try field(name)
            return value == "-" ? nil : value
        }
        organization = Organization.ID(try field("x-strongroom-organization"))
        account = try optional("x-strongroom-account").map { Account.ID($0) }
        integration = try optional("x-strongroom-integration").map { Integration.ID($0) }
        token = Token.ID(try field("x-strongroom-token"))
        level = try field("x-strongroom-level")
        scope = try optional("x-strongroom-scope")?.split(separator: " ").map(String.init) ?? []
        connector = try optional("x-strongroom-connector").map { Connector.ID($0) }
        provider = try optional("x-strongroom-provider").map { Provider.ID($0) }
        expires = try field("x-strongroom-expires")
        epoch = response.header("x-strongroom-epoch").flatMap { Int64($0) }
    }
}

/// What introspection says about a live token (RFC 7662).
public struct Introspection: Sendable, Equatable {
    /// Each `api:action` that it may do.
    public let scope: [String]
    /// The token object, not its secret.
    public let token: Token.ID?
    /// The token's organization.
    public let organization: Organization.ID?
    /// The token's account, below organization level.
    public let account: Account.ID?
    /// The token's integration, at integration level.
    public let integration: Integration.ID?
    /// Seconds since 1970 until which the answer may be kept.
    public let expires: Int64?

    /// Nil for a token that is not good.
    init?(_ object: AnswerObject) throws(ClientError) {
        guard let isActive = try object.optionalBool("active") else {
            throw .protocolViolation("introspection without \"active\"")
        }
        guard isActive else { return nil }
        scope = try object.optionalString("scope")?.split(separator: " ").map(String.init) ?? []
        token = try object.optionalString("jti").map { Token.ID($0) }
        organization = try object.optionalString("organization_id").map { Organization.ID($0) }
        account = try object.optionalString("account_id").map { Account.ID($0) }
        integration = try object.optionalString("integration_id").map { Integration.ID($0) }
        expires = try object.optionalInteger("exp")
    }
}

/// One integration's credential in clear; keep it for as short as you can.
public struct ReleasedCredential: Sendable {
    /// Which credential it is.
    public let id: Credential.ID
    /// Which of its values.
    public let version: Int64
    /// Which fields it has.
    public let type: String
    private let fields: AnswerObject

    init(_ object: AnswerObject) throws(ClientError) {
        id = Credential.ID(try object.string("credential_id"))
        version = try object.integer("version")
        type = try object.string("type")
        fields = object
    }

    /// A part such as `username` or `secret`; nil where this credential has none of that name.
    public func field(_ name: StaticString) throws(ClientError) -> SecretText? {
        try fields.optionalSecret(name)
    }
}
