/// The operator's routes on the admin socket; authority is the caller's uid.
public struct OperatorClient: Sendable {
    /// What every call goes over.
    public let connection: Connection

    /// Calls go over `connection`, which must lead to the admin socket.
    public init(_ connection: Connection) { self.connection = connection }

    /// An organization and its default token, whose secrets are never shown again.
    public struct MadeOrganization: Sendable {
        /// What was made.
        public let organization: Organization
        /// Speaks for all of it.
        public let token: MintedToken
    }

    /// The organization's default token, without its secrets.
    public func token(of id: Organization.ID) throws(ClientError) -> Token {
        let path = try Path.of("operator", "organizations", id.text, "token")
        return try Token(connection.result(.get, path).named("token"))
    }

    /// Makes an organization.
    ///
    /// - Parameter idempotencyKey: a repeated call with it gives the same answer for 10 minutes.
    public func createOrganization(
        name: String, fullname: String? = nil, contact: String? = nil,
        idempotencyKey: String? = nil
    ) throws(ClientError) -> MadeOrganization {
        var body = RequestBody()
        body.string("name", name)
        body.string("fullname", fullname)
        body.string("contact", contact)
        let result = try connection.result(
            .post, Path.of("operator", "organizations"), headers: Path.headers(idempotencyKey),
            body: body.finish())
        return MadeOrganization(
            organization: try Organization(result.object("organization")),
            token: try MintedToken(result.object("token")))
    }

    /// A page of all organizations.
    public func organizations(_ query: ListQuery = ListQuery()) throws(ClientError)
        -> [Organization]
    {
        try connection.results(Path.of("operator", "organizations"), query: query.items)
            .map { (object) throws(ClientError) in try Organization(object) }
    }

    /// One organization.
    public func organization(_ id: Organization.ID) throws(ClientError) -> Organization {
        try Organization(
            connection.result(.get, Path.of("operator", "organizations", id.text)).named(
                "organization"))
    }

    /// Changes what is given and leaves the rest.
    public func updateOrganization(
        _ id: Organization.ID, state: Organization.State? = nil, fullname: String? = nil,
        contact: Change<String>? = nil
    ) throws(ClientError) -> Organization {
        var body = RequestBody()
        body.string("state", state?.rawValue)
        body.string("fullname", fullname)
        body.change("contact", contact) { $0.string($1, $2) }
        let result = try connection.result(
            .patch, Path.of("operator", "organizations", id.text), body: body.finish())
        return try Organization(result.named("organization"))
    }

    /// Ends an organization with everything below it.
    public func deleteOrganization(_ id: Organization.ID) throws(ClientError) {
        try connection.perform(.delete, Path.of("operator", "organizations", id.text))
    }

    /// A new primary for the default token; the old one lives on as the secondary for a while.
    ///
    /// - Parameter grace: for how long, Go-style; the vault's default is 24 hours.
    public func rotateToken(
        of id: Organization.ID, grace: String? = nil, idempotencyKey: String? = nil
    ) throws(ClientError) -> MintedToken {
        try renew(id, "rotate", idempotencyKey, RequestBody.renewal(grace))
    }

    /// A new pair for the default token; everything issued before is dead at once.
    public func resetToken(
        of id: Organization.ID, idempotencyKey: String? = nil
    ) throws(ClientError) -> MintedToken {
        try renew(id, "reset", idempotencyKey, nil)
    }

    /// Ends the old generation of the default token now.
    ///
    /// - Parameter isForced: even if it was used in the last 10 minutes.
    public func removeSecondaryToken(
        of id: Organization.ID, isForced: Bool = false
    ) throws(ClientError) {
        try connection.perform(
            .delete, Path.of("operator", "organizations", id.text, "token", "secondary"),
            query: isForced ? [QueryItem("force", "true")] : [])
    }

    /// A page of everybody's events.
    public func auditEvents(_ query: ListQuery = ListQuery()) throws(ClientError) -> [AuditEvent] {
        try connection.results(Path.of("operator", "audit"), query: query.items)
            .map { (object) throws(ClientError) in try AuditEvent(object) }
    }

    /// The newest signed checkpoint of the audit log, a C2SP signed note.
    public func auditCheckpoint() throws(ClientError) -> String {
        try connection.request(.get, Path.of("operator", "audit", "checkpoint")).success().text
    }

    /// Checks the whole log inside the daemon, which can take long.
    ///
    /// - Parameter checkpoint: a signed note that was kept elsewhere, of which the log must still be
    ///   a continuation.
    public func verifyAudit(since checkpoint: String? = nil) throws(ClientError) -> AuditVerdict {
        let note = checkpoint.map { QueryItem("checkpoint", $0) }
        return try AuditVerdict(
            connection.result(
                .get, Path.of("operator", "audit", "verify"), query: note.map { [$0] } ?? []))
    }

    /// The metrics as a monitoring system reads them (OpenMetrics).
    public func metrics() throws(ClientError) -> String {
        try connection.request(.get, "/metrics").success().text
    }

    /// How the vault is.
    public func status() throws(ClientError) -> VaultStatus {
        try VaultStatus(connection.result(.get, Path.of("operator", "status")))
    }

    private func renew(
        _ id: Organization.ID, _ verb: String, _ idempotencyKey: String?, _ body: SecretText?
    ) throws(ClientError) -> MintedToken {
        let result = try connection.result(
            .post, Path.of("operator", "organizations", id.text, "token", verb),
            headers: Path.headers(idempotencyKey), body: body)
        return try MintedToken(result.named("token"))
    }
}
