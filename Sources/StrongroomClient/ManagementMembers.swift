extension ManagementClient {
    /// A page of the members.
    public func members(_ query: ListQuery = ListQuery()) throws(ClientError) -> [Member] {
        try list(Path.of("members"), query) { (object) throws(ClientError) in try Member(object) }
    }

    /// One member.
    public func member(_ id: Member.ID) throws(ClientError) -> Member {
        try Member(call(.get, Path.of("members", id.text)))
    }

    /// Makes a member.
    public func createMember(_ request: MemberRequest) throws(ClientError) -> Member {
        try Member(call(.post, Path.of("members"), request.body()).object("member"))
    }

    /// Changes what is given and leaves the rest, effective for the very next verification.
    public func updateMember(
        _ id: Member.ID, _ change: MemberChange
    ) throws(ClientError) -> Member {
        try Member(call(.patch, Path.of("members", id.text), change.body()))
    }

    /// Ends a member and its tokens.
    public func deleteMember(_ id: Member.ID) throws(ClientError) {
        try end(Path.of("members", id.text))
    }

    /// Mints a token that may do what both the member and the token presented may.
    public func createToken(
        ofMember member: Member.ID, _ request: TokenRequest = TokenRequest(),
        idempotencyKey: String? = nil
    ) throws(ClientError) -> MintedToken {
        try mint(Path.of("members", member.text, "tokens"), request, idempotencyKey)
    }

    /// Shows a member's secret for a token that may do what the member's roles give.
    ///
    /// - Parameters:
    ///   - connection: must lead to the admin or the management socket.
    ///   - timeToLive: Go-style; at most as the member's tokens may.
    /// - Throws: `refused` with 401 for whatever is wrong, and with 429 for who comes too often.
    public static func logOn(
        over connection: Connection, to organization: Organization.ID, as member: Member.ID,
        secret: SecretText, timeToLive: String? = nil
    ) throws(ClientError) -> MintedToken {
        var body = RequestBody()
        body.string("name", member.text)
        body.string("secret", secret)
        body.string("token_ttl", timeToLive)
        return try MintedToken(
            connection.result(
                .post, Path.of("auth", "logon", organization.text), body: body.finish()))
    }

    /// Ends the token that this client presents, and everything that it minted.
    public func logOff() throws(ClientError) {
        try connection.perform(.post, Path.of("auth", "logoff"), bearer: bearer)
    }
}
