/// The management routes; authority is an organization's or account's token.
public struct ManagementClient: Sendable {
    /// What every call goes over.
    public let connection: Connection
    /// The access secret that every call presents.
    public let bearer: SecretText

    /// Calls go over `connection`, which must lead to the admin or the management socket.
    public init(_ connection: Connection, bearer: SecretText) {
        self.connection = connection
        self.bearer = bearer
    }

    /// The organization of the token presented.
    public func organization() throws(ClientError) -> Organization {
        try Organization(call(.get, Path.of("organization")))
    }

    /// Changes what is given and leaves the rest.
    public func updateOrganization(
        fullname: String? = nil, contact: Change<String>? = nil
    ) throws(ClientError) -> Organization {
        var body = RequestBody()
        body.string("fullname", fullname)
        body.change("contact", contact) { $0.string($1, $2) }
        return try Organization(call(.patch, Path.of("organization"), body.finish()))
    }

    /// A page of the accounts.
    public func accounts(_ query: ListQuery = ListQuery()) throws(ClientError) -> [Account] {
        try list(Path.of("accounts"), query) { (object) throws(ClientError) in try Account(object) }
    }

    /// One account.
    public func account(_ id: Account.ID) throws(ClientError) -> Account {
        try Account(call(.get, Path.of("accounts", id.text)).named("account"))
    }

    /// Makes an account with a key pair of its own.
    ///
    /// - Parameter environment: `prod` or `test`.
    public func createAccount(
        name: String?, fullname: String? = nil, environment: String? = nil, labels: [String]? = nil
    ) throws(ClientError) -> Account {
        var body = RequestBody()
        body.string("name", name)
        body.string("fullname", fullname)
        body.string("environment", environment)
        body.strings("labels", labels)
        return try Account(call(.post, Path.of("accounts"), body.finish()).named("account"))
    }

    /// Changes what is given and leaves the rest.
    public func updateAccount(
        _ id: Account.ID, fullname: String? = nil, environment: String? = nil,
        labels: [String]? = nil
    ) throws(ClientError) -> Account {
        var body = RequestBody()
        body.string("fullname", fullname)
        body.string("environment", environment)
        body.strings("labels", labels)
        let result = try call(.patch, Path.of("accounts", id.text), body.finish())
        return try Account(result.named("account"))
    }

    /// Ends an account with its tokens, integrations and credentials, and destroys its keys.
    public func deleteAccount(_ id: Account.ID) throws(ClientError) {
        try end(Path.of("accounts", id.text))
    }

    /// What a sender seals the account's credentials to.
    public func sealingKey(of id: Account.ID) throws(ClientError) -> SealingKey {
        try SealingKey(call(.get, Path.of("accounts", id.text, "sealing-key")))
    }

    /// The built-in permission sets.
    public func permissionSets() throws(ClientError) -> [PermissionSet] {
        try list(Path.of("permissionsets"), ListQuery()) { (object) throws(ClientError) in
            try PermissionSet(object)
        }
    }

    /// One permission set.
    public func permissionSet(_ id: PermissionSet.ID) throws(ClientError) -> PermissionSet {
        try PermissionSet(call(.get, Path.of("permissionsets", id.text)))
    }

    /// The shipped products.
    public func providers(_ query: ListQuery = ListQuery()) throws(ClientError) -> [Provider] {
        try list(Path.of("providers"), query) { (object) throws(ClientError) in
            try Provider(object)
        }
    }

    /// One product.
    public func provider(_ id: Provider.ID) throws(ClientError) -> Provider {
        try Provider(call(.get, Path.of("providers", id.text)).named("provider"))
    }

    /// The shipped categories.
    public func connectors(_ query: ListQuery = ListQuery()) throws(ClientError) -> [Connector] {
        try list(Path.of("connectors"), query) { (object) throws(ClientError) in
            try Connector(object)
        }
    }

    /// A page of the events that concern the token's organization or account.
    public func auditEvents(_ query: ListQuery = ListQuery()) throws(ClientError) -> [AuditEvent] {
        try list(Path.of("audit"), query) { (object) throws(ClientError) in try AuditEvent(object) }
    }

    func call(
        _ method: Method, _ path: String, _ body: SecretText? = nil, query: [QueryItem] = [],
        headers: [Header] = []
    ) throws(ClientError) -> AnswerObject {
        try connection.result(
            method, path, query: query, headers: headers, body: body, bearer: bearer)
    }

    func list<Element>(
        _ path: String, _ query: ListQuery,
        _ make: (AnswerObject) throws(ClientError) -> Element
    ) throws(ClientError) -> [Element] {
        try connection.results(path, query: query.items, bearer: bearer).map(make)
    }

    func end(_ path: String, query: [QueryItem] = []) throws(ClientError) {
        try connection.perform(.delete, path, query: query, bearer: bearer)
    }
}
