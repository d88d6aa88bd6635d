/// The gateway socket: whose token is this, may it do that, and the one credential it opens.
public struct GatewayClient: Sendable {
    /// What every call goes over.
    public let connection: Connection

    /// What the vault has said so far; what says less is refused with `wentBack`.
    public let memory: VaultMemory

    /// Calls go over `connection`, which must lead to the gateway socket.
    ///
    /// - Parameter memory: shared by all clients of one vault, and kept over a restart.
    public init(_ connection: Connection, remembering memory: VaultMemory = VaultMemory()) {
        self.connection = connection
        self.memory = memory
    }

    /// Whether the vault can verify durably.
    public func isHealthy() throws(ClientError) -> Bool {
        try connection.request(.get, "/healthz").status == 200
    }

    /// Decides by the presented access secret.
    ///
    /// - Throws: `refused` with 401 for a token that is not good, with 403 for one that is too
    ///   narrow; `wentBack` when the vault was put back to an older state.
    public func verify(
        _ token: SecretText, _ requirement: TokenRequirement = TokenRequirement()
    ) throws(ClientError) -> TokenIdentity {
        let before = memory.seen
        let response = try connection.request(
            .get, Path.of("verify"), query: requirement.items, bearer: token)
        let identity = try TokenIdentity(response.success())
        if let epoch = identity.epoch { try memory.note(epoch: epoch, since: before) }
        return identity
    }

    /// What the vault says about a token (RFC 7662); nil for one that is not good.
    public func introspect(_ token: SecretText) throws(ClientError) -> Introspection? {
        let response = try connection.request(
            .post, Path.of("introspect"), headers: [Self.form], body: Self.form(token))
        return try Introspection(Answer(response.success().body).object())
    }

    /// Ends the token that the secret belongs to (RFC 7009); one that is not known is fine.
    public func revoke(_ token: SecretText) throws(ClientError) {
        let response = try connection.request(
            .post, Path.of("revoke"), headers: [Self.form], body: Self.form(token))
        _ = try response.success()
    }

    /// The one integration's credential in clear.
    ///
    /// - Parameter token: an integration's access secret.
    public func credential(_ token: SecretText) throws(ClientError) -> ReleasedCredential {
        try ReleasedCredential(connection.result(.post, Path.of("credential"), bearer: token))
    }

    private static let form = Header("Content-Type", "application/x-www-form-urlencoded")

    /// A token's text needs no encoding; anything else is encoded byte for byte.
    private static func form(_ token: SecretText) -> SecretText {
        let buffer = WipedBuffer(capacity: 16 + 3 * token.byteCount)
        buffer.append("token=" as StaticString)
        token.withBytes { URLText.append($0, to: buffer) }
        return buffer.take()
    }
}
