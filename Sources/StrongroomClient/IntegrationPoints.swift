/// Which providers of one category an organization lets its tenants connect.
public struct IntegrationPoint: Sendable, Equatable {
    /// Its id or its name.
    public typealias ID = ObjectID<IntegrationPoint>

    /// What the vault calls it for ever.
    public let id: ID
    /// Unique within the organization, usable wherever the id is.
    public let name: String
    /// For people.
    public let fullname: String
    /// The organization that it belongs to.
    public let organization: Organization.ID
    /// The category whose providers it lists.
    public let connector: Connector.ID
    /// What it allows in accounts of production; nil for nothing.
    public let prod: Rule?
    /// What it allows in accounts for tests; nil for nothing.
    public let test: Rule?
    /// When it was made.
    public let createdAt: UTCTime
    /// When it was last changed.
    public let updatedAt: UTCTime

    init(_ object: AnswerObject) throws(ClientError) {
        id = ID(try object.string("id"))
        name = try object.string("name")
        fullname = try object.string("fullname")
        organization = Organization.ID(try object.string("organization_id"))
        connector = Connector.ID(try object.string("connector"))
        let environments = try object.object("environments")
        prod = try Rule(environments.optionalObject("prod"))
        test = try Rule(environments.optionalObject("test"))
        createdAt = try object.time("created_at")
        updatedAt = try object.time("updated_at")
    }

    /// What is allowed; what is denied is not, whatever allows it.
    public struct Rule: Sendable, Equatable {
        /// Ids of providers, or `*` alone for all of them.
        public var allow: [Provider.ID]
        /// Ids of providers, or `*` alone for all of them.
        public var deny: [Provider.ID]

        /// Denies nothing unless it is told to.
        public init(allow: [Provider.ID], deny: [Provider.ID] = []) {
            self.allow = allow
            self.deny = deny
        }

        fileprivate init?(_ object: AnswerObject?) throws(ClientError) {
            guard let object else { return nil }
            allow = try object.strings("allow").map { Provider.ID($0) }
            deny = try object.strings("deny").map { Provider.ID($0) }
        }

        fileprivate func json() -> SecretText {
            var body = RequestBody()
            body.strings("allow", allow.map(\.text))
            body.strings("deny", deny.map(\.text))
            return body.finish()
        }
    }
}

extension ManagementClient {
    /// A page of the integration points.
    public func integrationPoints(
        _ query: ListQuery = ListQuery()
    ) throws(ClientError) -> [IntegrationPoint] {
        try list(Path.of("integration-points"), query) { (object) throws(ClientError) in
            try IntegrationPoint(object)
        }
    }

    /// One integration point.
    public func integrationPoint(_ id: IntegrationPoint.ID) throws(ClientError) -> IntegrationPoint
    {
        try IntegrationPoint(call(.get, Path.of("integration-points", id.text)))
    }

    /// Makes an integration point; where it has no rule it allows nothing.
    public func createIntegrationPoint(
        name: String?, fullname: String? = nil, connector: Connector.ID,
        prod: IntegrationPoint.Rule? = nil, test: IntegrationPoint.Rule? = nil
    ) throws(ClientError) -> IntegrationPoint {
        var body = RequestBody()
        body.string("name", name)
        body.string("fullname", fullname)
        body.string("connector", connector.text)
        body.json("environments", Self.environments(prod.map { .set($0) }, test.map { .set($0) }))
        let result = try call(.post, Path.of("integration-points"), body.finish())
        return try IntegrationPoint(result.object("integration_point"))
    }

    /// Changes what is given and leaves the rest; integrations that are there stay.
    public func updateIntegrationPoint(
        _ id: IntegrationPoint.ID, fullname: String? = nil,
        prod: Change<IntegrationPoint.Rule>? = nil, test: Change<IntegrationPoint.Rule>? = nil
    ) throws(ClientError) -> IntegrationPoint {
        var body = RequestBody()
        body.string("fullname", fullname)
        body.json("environments", Self.environments(prod, test))
        let result = try call(.patch, Path.of("integration-points", id.text), body.finish())
        return try IntegrationPoint(result)
    }

    /// Ends an integration point that no integration refers to, with its credentials.
    public func deleteIntegrationPoint(_ id: IntegrationPoint.ID) throws(ClientError) {
        try end(Path.of("integration-points", id.text))
    }

    /// What an end user's page may offer.
    ///
    /// - Parameter environment: `prod` or `test`; the vault's default is that of the token's
    ///   account.
    public func offeredProviders(
        at id: IntegrationPoint.ID, environment: String? = nil
    ) throws(ClientError) -> [Provider] {
        let query = environment.map { [QueryItem("environment", $0)] } ?? []
        return try connection.results(
            Path.of("integration-points", id.text, "providers"), query: query, bearer: bearer
        ).map { (object) throws(ClientError) in try Provider(object) }
    }

    private static func environments(
        _ prod: Change<IntegrationPoint.Rule>?, _ test: Change<IntegrationPoint.Rule>?
    ) -> SecretText? {
        guard prod != nil || test != nil else { return nil }
        var body = RequestBody()
        body.change("prod", prod) { $0.json($1, $2.json()) }
        body.change("test", test) { $0.json($1, $2.json()) }
        return body.finish()
    }
}
