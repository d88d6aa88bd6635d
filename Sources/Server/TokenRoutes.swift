import Audit
import Crypto
import Vault
import Wire

/// `/v1/tokens`: minting, renewing and ending; scope and lifetime only shrink.
enum TokenRoutes {
    static let table: [Route] = [
        .management(.post, "/v1/tokens", .tokensCreate, .tokenCreate, body: .json, create),
        .management(.get, "/v1/tokens", .tokensList, .tokenList, query: Call.listQuery, list),
        .management(.get, "/v1/tokens/{token}", .tokensGet, .tokenGet, holderMay: true, get),
        .management(
            .get, "/v1/tokens/{token}/impact", .tokensGet, .tokenGet, holderMay: true, impact),
        .management(
            .post, "/v1/tokens/{account}/{integration}", .tokensCreateIntegration, .tokenCreate,
            body: .optionalJSON, createForIntegration),
        .management(
            .put, "/v1/tokens/{token}/refresh", .tokensRefresh, .tokenRefresh,
            refreshSecretMay: true, body: .optionalJSON, renew),
        .management(
            .put, "/v1/tokens/{token}/rotate", .tokensRotate, .tokenRotate, body: .optionalJSON,
            renew),
        .management(
            .put, "/v1/tokens/{token}/reset", .tokensReset, .tokenReset, body: .optionalJSON,
            resetByID),
        .management(
            .delete, "/v1/tokens/{token}", .tokensDelete, .tokenDelete, holderMay: true, delete),
        .management(
            .delete, "/v1/tokens/{token}/secondary", .tokensRemoveSecondary, .tokenRemoveSecondary,
            holderMay: true, query: ["force"], removeSecondaryByID),
    ]

    // MARK: - Minting

    @Sendable private static func create(_ call: Call) throws(Refusal) -> Reply {
        let organization = try call.organization()
        let grant = try call.grant(on: .ownPart(organization))
        let request = try TokenRequestReading.read(call, grant, orElse: nil)
        let minted = try call.vault.mintOrganizationToken(
            grant, request, remembering: try call.idempotency())
        return try reply(call, grant, minted, status: 201)
    }

    @Sendable static func createForAccount(_ call: Call) throws(Refusal) -> Reply {
        let (grant, account) = try call.account()
        let request = try TokenRequestReading.read(call, grant, orElse: nil)
        let minted = try call.vault.mintAccountToken(
            grant, account, request, remembering: try call.idempotency([account.id.value]))
        return try reply(call, grant, minted, status: 201)
    }

    @Sendable private static func createForIntegration(_ call: Call) throws(Refusal) -> Reply {
        let (grant, integration) = try call.integration()
        let request = try TokenRequestReading.read(call, grant, orElse: .integration)
        let minted = try call.vault.mintIntegrationToken(
            grant, integration, request, remembering: try call.idempotency([integration.id.value]))
        return try reply(call, grant, minted, status: 201)
    }

    static func reply(
        _ call: Call, _ grant: Grant, _ minted: MintedToken, status: Int
    ) throws(Refusal) -> Reply {
        call.note(object: .token, minted.token.id.value)
        call.note(minted: minted)
        let view = try TokenView(minted.token, call.vault)
        return Reply(grant, status: status, revision: minted.token.revision) { json in
            json.token(view, secrets: minted)
        }
    }

    // MARK: - Reading

    @Sendable private static func list(_ call: Call) throws(Refusal) -> Reply {
        let organization = try call.organization()
        let principal = try call.actor().principal
        let grant = try call.grant(on: .ownPart(organization))
        let query = try ListQuery<Token>(call, .tokens)
        let vault = call.vault
        let tokens = vault.tokens(grant, in: organization, from: source(query, principal))
        return try call.list(grant, query, tokens) { (token) throws(Refusal) in
            try TokenView(token, vault)
        } write: { view, json in
            json.token(view)
        }
    }

    /// The smallest part of the organization that holds whatever can be found.
    private static func source(
        _ query: ListQuery<Token>, _ principal: Principal?
    ) -> TokenSource {
        // Of an account's token no more than its account: how long more takes would tell of others.
        if let own = principal?.account { return .account(own) }
        if let parent: TokenID = query.wanted("parent_id") { return .parent(parent) }
        if let member: MemberID = query.wanted("member_id") { return .member(member) }
        let account: AccountID? = query.wanted("account_id")
        return account.map { .account($0) } ?? .organization
    }

    /// What dies if the token ends now.
    @Sendable private static func impact(_ call: Call) throws(Refusal) -> Reply {
        let (grant, token) = try call.token()
        return try call.answer(ImpactRead(call.vault, grant, of: token), grant)
    }

    @Sendable private static func get(_ call: Call) throws(Refusal) -> Reply {
        let (grant, token) = try call.token()
        let view = try TokenView(token, call.vault)
        return Reply(grant, revision: token.revision) { $0.token(view) }
    }

    // MARK: - Renewing

    @Sendable private static func renew(_ call: Call) throws(Refusal) -> Reply {
        let (grant, token) = try call.token()
        return try rotate(call, grant, token)
    }

    static func rotate(_ call: Call, _ grant: Grant, _ token: Token) throws(Refusal) -> Reply {
        var grace: TimeSpan?
        if call.request.body != nil {
            var fields = try call.fields()
            grace = try TokenRequestReading.grace(&fields)
            try fields.finish()
        }
        let idempotency = try call.idempotency([token.id.value])
        try call.requireMatch(revision: token.revision, unlessRepeated: idempotency)
        let minted = try call.vault.rotate(grant, token, grace: grace, remembering: idempotency)
        return try reply(call, grant, minted, status: 200)
    }

    @Sendable private static func resetByID(_ call: Call) throws(Refusal) -> Reply {
        let (grant, token) = try call.token()
        return try reset(call, grant, token)
    }

    static func reset(_ call: Call, _ grant: Grant, _ token: Token) throws(Refusal) -> Reply {
        if call.request.body != nil { try call.fields().finish() }
        let idempotency = try call.idempotency([token.id.value])
        try call.requireMatch(revision: token.revision, unlessRepeated: idempotency)
        let minted = try call.vault.reset(grant, token, remembering: idempotency)
        return try reply(call, grant, minted, status: 200)
    }

    // MARK: - Ending

    @Sendable private static func delete(_ call: Call) throws(Refusal) -> Reply {
        let (grant, token) = try call.token()
        try call.requireMatch(revision: token.revision)
        try call.vault.end(grant, token)
        return Reply(grant) { $0.deleted(token.id.text) }
    }

    @Sendable private static func removeSecondaryByID(_ call: Call) throws(Refusal) -> Reply {
        let (grant, token) = try call.token()
        return try removeSecondary(call, grant, token)
    }

    static func removeSecondary(
        _ call: Call, _ grant: Grant, _ token: Token
    ) throws(Refusal) -> Reply {
        let force = try call.flag("force")
        try call.requireMatch(revision: token.revision)
        let changed = try call.vault.removeSecondary(grant, token, force: force)
        let view = try TokenView(changed, call.vault)
        return Reply(grant, revision: changed.revision) { $0.token(view) }
    }
}

extension Call {
    /// The token that the path names, by its id, or by its name where it has the asker's owner; a
    /// secret is never looked up here.
    func token() throws(Refusal) -> (Grant, Token) {
        let found = try findToken()
        let grant = try grant(on: try found.map(vault.resource) ?? .absent)
        guard let found else { throw .absent }
        note(object: .token, found.id.value)
        return (grant, found)
    }

    private func findToken() throws(Refusal) -> Token? {
        let organization = try organization()
        let asker = try actor().principal
        let place = TokenPlace(
            organization: organization, account: asker?.account, integration: asker?.integration)
        guard let reference: Reference<TokenKind> = reference(0),
            let token = try vault.find(reference, in: place)
        else { return nil }
        // What was ended is gone, but for default tokens, which a reset may bring back.
        return token.isGone ? nil : token
    }
}
