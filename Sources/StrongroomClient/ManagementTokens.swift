extension ManagementClient {
    /// How a token is given new secrets.
    public enum Renewal: String, Sendable {
        /// By whoever holds the refresh secret, or by the object's owner.
        case refresh
        /// The old generation lives on for a while.
        case rotate
        /// Everything issued before is dead at once.
        case reset
    }

    /// A page of the tokens.
    public func tokens(_ query: ListQuery = ListQuery()) throws(ClientError) -> [Token] {
        try list(Path.of("tokens"), query) { (object) throws(ClientError) in try Token(object) }
    }

    /// One token, without its secrets.
    public func token(_ id: Token.ID) throws(ClientError) -> Token {
        try Token(call(.get, Path.of("tokens", id.text)).named("token"))
    }

    /// What would stop working if the token ended now.
    public func impact(of id: Token.ID) throws(ClientError) -> TokenImpact {
        try TokenImpact(call(.get, Path.of("tokens", id.text, "impact")))
    }

    /// Mints an ad hoc token of the organization.
    public func createToken(
        _ request: TokenRequest, idempotencyKey: String? = nil
    ) throws(ClientError) -> MintedToken {
        try mint(Path.of("tokens"), request, idempotencyKey)
    }

    /// Mints an ad hoc token of one account.
    public func createToken(
        of account: Account.ID, _ request: TokenRequest, idempotencyKey: String? = nil
    ) throws(ClientError) -> MintedToken {
        try mint(Path.of("accounts", account.text, "tokens"), request, idempotencyKey)
    }

    /// Mints a short-lived token of one integration, for the gateway.
    public func issueToken(
        of integration: Integration.ID, in account: Account.ID,
        _ request: TokenRequest = TokenRequest(), idempotencyKey: String? = nil
    ) throws(ClientError) -> MintedToken {
        try mint(Path.of("tokens", account.text, integration.text), request, idempotencyKey)
    }

    /// Gives a token new secrets.
    ///
    /// - Parameter grace: how long the old ones work on, Go-style; not for a reset.
    public func renewToken(
        _ id: Token.ID, _ renewal: Renewal, grace: String? = nil, idempotencyKey: String? = nil
    ) throws(ClientError) -> MintedToken {
        let result = try call(
            .put, Path.of("tokens", id.text, renewal.rawValue), RequestBody.renewal(grace),
            headers: Path.headers(idempotencyKey))
        return try MintedToken(result.named("token"))
    }

    /// Ends a token and everything that it minted.
    public func deleteToken(_ id: Token.ID) throws(ClientError) {
        try end(Path.of("tokens", id.text))
    }

    /// Ends the old generation now.
    ///
    /// - Parameter isForced: even if it was used in the last 10 minutes.
    public func removeSecondary(
        of id: Token.ID, isForced: Bool = false
    ) throws(ClientError) {
        try end(
            Path.of("tokens", id.text, "secondary"),
            query: isForced ? [QueryItem("force", "true")] : [])
    }

    func mint(
        _ path: String, _ request: TokenRequest, _ idempotencyKey: String?
    ) throws(ClientError) -> MintedToken {
        var body = RequestBody()
        body.string("name", request.name)
        body.string("permission_set", request.permissionSet)
        body.json("resources", request.resources)
        body.string("token_ttl", request.timeToLive)
        body.string("integration_point", request.integrationPoint?.text)
        body.flag("single_use", request.isSingleUse)
        let result = try call(.post, path, body.finish(), headers: Path.headers(idempotencyKey))
        return try MintedToken(result.named("token"))
    }
}
