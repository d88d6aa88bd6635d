extension ManagementClient {
    /// What a new integration is to be.
    public struct IntegrationRequest: Sendable {
        /// Unique within the account.
        public var name: String?
        /// For people.
        public var fullname: String?
        /// Which product it connects to.
        public var provider: Provider.ID
        /// Where it was offered; it must allow the provider in the account's environment.
        public var integrationPoint: IntegrationPoint.ID?
        /// A JSON object without secrets.
        public var providerConfig: String?
        /// What it logs on with.
        public var credential: CredentialInput?

        /// Connects to `provider`; the rest may be added.
        public init(provider: Provider.ID) { self.provider = provider }
    }

    /// What is to be another about an integration; whatever is nil stays.
    public struct IntegrationChange: Sendable {
        /// For people.
        public var fullname: String?
        /// A disabled one releases nothing.
        public var state: Integration.State?
        /// One that takes the credential.
        public var provider: Provider.ID?
        /// Where it is offered.
        public var integrationPoint: Change<IntegrationPoint.ID>?
        /// A JSON object without secrets.
        public var providerConfig: Change<String>?
        /// What it logs on with, effective for the next use.
        public var credential: Change<CredentialInput>?

        /// Changes nothing yet.
        public init() {}

        func body() -> SecretText {
            var body = RequestBody()
            body.string("fullname", fullname)
            body.string("state", state?.rawValue)
            body.string("provider", provider?.text)
            body.change("integration_point", integrationPoint) { $0.string($1, $2.text) }
            body.change("provider_config", providerConfig) { $0.json($1, $2) }
            body.change("credential", credential) { $0.json($1, $2.json()) }
            return body.finish()
        }
    }

    /// An integration and its default token, which speaks for it on the gateway.
    public struct MadeIntegration: Sendable {
        /// What was made.
        public let integration: Integration
        /// The token as any later read shows it.
        public let token: Token
        /// The secrets, never shown again; nil for a caller that may not receive any, such as one
        /// with the permission set `connect-ui`.
        public let minted: MintedToken?
    }

    /// A page of an account's integrations, or of all accounts'.
    public func integrations(
        of account: Account.ID? = nil, _ query: ListQuery = ListQuery()
    ) throws(ClientError) -> [Integration] {
        let path =
            if let account { try Path.of("integrations", account.text) } else {
                try Path.of("integrations")
            }
        return try list(path, query) { (object) throws(ClientError) in try Integration(object) }
    }

    /// One integration.
    public func integration(
        _ id: Integration.ID, of account: Account.ID
    ) throws(ClientError) -> Integration {
        let result = try call(.get, Path.of("integrations", account.text, id.text))
        return try Integration(result.named("integration"))
    }

    /// Makes an integration, its credential where one is given in clear, and its default token.
    public func createIntegration(
        of account: Account.ID, _ request: IntegrationRequest, idempotencyKey: String? = nil
    ) throws(ClientError) -> MadeIntegration {
        var body = RequestBody()
        body.string("name", request.name)
        body.string("fullname", request.fullname)
        body.string("provider", request.provider.text)
        body.string("integration_point", request.integrationPoint?.text)
        body.json("provider_config", request.providerConfig)
        body.json("credential", request.credential?.json())
        let result = try call(
            .post, Path.of("integrations", account.text), body.finish(),
            headers: Path.headers(idempotencyKey))
        return MadeIntegration(
            integration: try Integration(result.object("integration")),
            token: try Token(result.object("token")),
            minted: try MintedToken.unlessWithheld(result.object("token")))
    }

    /// Changes what is given and leaves the rest.
    public func updateIntegration(
        _ id: Integration.ID, of account: Account.ID, _ change: IntegrationChange
    ) throws(ClientError) -> Integration {
        let path = try Path.of("integrations", account.text, id.text)
        return try Integration(call(.patch, path, change.body()).named("integration"))
    }

    /// Ends an integration with its tokens and credentials.
    public func deleteIntegration(
        _ id: Integration.ID, of account: Account.ID
    ) throws(ClientError) {
        try end(Path.of("integrations", account.text, id.text))
    }
}
