import Audit
import Crypto
import Vault
import Wire

/// `/v1/integrations`: connections of an account to a provider.
enum IntegrationRoutes {
    static let table: [Route] = [
        .management(
            .get, "/v1/integrations", .integrationsList, .integrationList, query: Call.listQuery,
            listAll),
        .management(
            .post, "/v1/integrations/{account}", .integrationsCreate, .integrationCreate,
            body: .json, create),
        .management(
            .get, "/v1/integrations/{account}", .integrationsList, .integrationList,
            query: Call.listQuery, list),
        .management(
            .get, "/v1/integrations/{account}/{integration}", .integrationsGet, .integrationGet,
            get),
        .management(
            .patch, "/v1/integrations/{account}/{integration}", .integrationsUpdate,
            .integrationUpdate, body: .json, update),
        .management(
            .delete, "/v1/integrations/{account}/{integration}", .integrationsDelete,
            .integrationDelete, delete),
    ]

    @Sendable private static func create(_ call: Call) throws(Refusal) -> Reply {
        let (grant, account) = try call.account()
        var fields = try call.fields()
        let name = try fields.name()
        var new = Vault.NewIntegration(provider: ProviderID(try fields.string("provider")))
        new.name = name
        new.fullname = try fields.fullname()
        guard name != nil || new.fullname != nil else {
            throw .malformedRequest("name or fullname must be given")
        }
        new.integrationPoint = try IntegrationPointReading.reference(&fields)
        new.providerConfig = try providerConfig(&fields) ?? new.providerConfig
        let source = try source(&fields, call, account.scope)
        try fields.finish()
        let made = try call.vault.createIntegration(
            grant, in: account.scope, new, credential: source,
            remembering: try call.idempotency([account.id.value]))
        call.note(made.integration)
        call.note(minted: made.token)
        return try reply(call, grant, made)
    }

    /// `connect-ui` never receives a token secret: what it makes, others mint for.
    private static func reply(
        _ call: Call, _ grant: Grant, _ made: Vault.MadeIntegration
    ) throws(Refusal) -> Reply {
        let view = try TokenView(made.token.token, call.vault)
        let mayHold = grant.principal?.mayHoldSecrets ?? false
        let connector = call.vault.facts(of: made.integration).connector
        return Reply(created: "integration", grant, revision: made.integration.revision) { json in
            json.integration(made.integration, connector: connector)
            json.member("token")
            json.token(view, secrets: mayHold ? made.token : nil)
        }
    }

    private static func providerConfig(_ fields: inout BodyFields) throws(Refusal) -> [UInt8]? {
        try bounded(fields.optionalMinifiedObject("provider_config"))
    }

    /// `provider_config` as a merge patch (RFC 7396) of what is there.
    private static func patchedConfig(
        _ fields: inout BodyFields, of integration: Integration
    ) throws(Refusal) -> [UInt8]? {
        if fields.isNull("provider_config") { return Array("{}".utf8) }
        let patched = try fields.optionalPatchedObject(
            "provider_config", of: integration.providerConfig)
        guard let config = try bounded(patched) else { return nil }
        // Each patch is within the limits of a body; what they make together must be too.
        guard (try? JSONDocument.parse(config.span)) != nil else {
            throw .invalidValue("provider_config has more members than an object may have")
        }
        return config
    }

    private static func bounded(_ config: [UInt8]?) throws(Refusal) -> [UInt8]? {
        guard config?.count ?? 0 <= Limits.providerConfigByteCountMax else {
            throw .invalidValue("provider_config has at most 16384 bytes")
        }
        return config
    }

    private static func source(
        _ fields: inout BodyFields, _ call: Call, _ scope: AccountScope
    ) throws(Refusal) -> Vault.CredentialSource {
        let body = fields.body
        let named = fields.optionalValue("credential_id")
        guard let value = fields.optionalValue("credential") else {
            guard let named else { return .none }
            return named.isNull ? .removed : try existing(named, body, call, scope)
        }
        guard named == nil else {
            throw .malformedRequest("credential and credential_id say the same; give one of them")
        }
        if value.isNull { return .removed }
        guard let id = body.bytes.withSpan({ value.member("credential_id", $0) }) else {
            return .inline(
                try call.payload(JSONRest(object: value), in: body, owner: scope.keyOwner))
        }
        guard value.count == 1 else {
            throw .malformedRequest("a credential by id has no other members")
        }
        return try existing(id, body, call, scope)
    }

    /// By its id, or by its name among the account's own.
    private static func existing(
        _ value: JSONValue, _ body: RequestBody, _ call: Call, _ scope: AccountScope
    ) throws(Refusal) -> Vault.CredentialSource {
        let text = body.bytes.withSpan { value.string($0) } ?? ""
        if let id = CredentialID(text) { return .existing(id) }
        guard let name = Name(text),
            let found = try call.vault.find(
                .name(name), of: .account(scope.account), in: scope.keyOwner)
        else { throw .invalidValue("credential_id is not one that the integration may use") }
        return .existing(found.id)
    }

    @Sendable private static func listAll(_ call: Call) throws(Refusal) -> Reply {
        let organization = try call.organization()
        let principal = try call.actor().principal
        let grant = try call.grant(on: .ownPart(organization))
        return try list(call, grant, organization, principal?.account)
    }

    @Sendable private static func list(_ call: Call) throws(Refusal) -> Reply {
        let (grant, account) = try call.account()
        return try list(call, grant, account.organization, account.id)
    }

    private static func list(
        _ call: Call, _ grant: Grant, _ organization: OrganizationID, _ account: AccountID?
    ) throws(Refusal) -> Reply {
        let vault = call.vault
        let query = try ListQuery<Integration>(call, .integrations)
        let place = account ?? query.wanted("account_id")
        let integrations = vault.integrations(grant, in: organization, account: place)
        return try call.list(grant, query, integrations) {
            $0
        } write: { integration, json in
            json.integration(integration, connector: vault.facts(of: integration).connector)
        }
    }

    @Sendable private static func get(_ call: Call) throws(Refusal) -> Reply {
        let (grant, integration) = try call.integration()
        return reply(call, grant, integration)
    }

    @Sendable private static func update(_ call: Call) throws(Refusal) -> Reply {
        let (grant, integration) = try call.integration()
        var fields = try call.fields()
        var change = Vault.IntegrationChange()
        change.fullname = try fields.fullname(orElse: integration.name)
        change.providerConfig = try patchedConfig(&fields, of: integration)
        change.provider = try fields.optionalString("provider").map { ProviderID($0) }
        change.integrationPoint =
            fields.isNull("integration_point")
            ? .some(nil) : try IntegrationPointReading.reference(&fields).map { .some($0) }
        let source = try source(&fields, call, integration.scope)
        try refuseMove(&fields)
        change.state = try fields.state()
        try fields.finish()
        try call.requireMatch(revision: integration.revision)
        let changed = try call.vault.update(grant, integration, change, credential: source)
        return reply(call, grant, changed)
    }

    /// Its credential is sealed with the keys of its account, and its tokens name that account.
    private static func refuseMove(_ fields: inout BodyFields) throws(Refusal) {
        let moves = [fields.optionalValue("account"), fields.optionalValue("account_id")]
        guard moves.allSatisfy({ $0 == nil }) else {
            throw .invalidValue("an integration stays in its account; make a new one in the other")
        }
    }

    private static func reply(_ call: Call, _ grant: Grant, _ integration: Integration) -> Reply {
        let connector = call.vault.facts(of: integration).connector
        return Reply(grant, revision: integration.revision) { json in
            json.integration(integration, connector: connector)
        }
    }

    @Sendable private static func delete(_ call: Call) throws(Refusal) -> Reply {
        let (grant, integration) = try call.integration()
        try call.requireMatch(revision: integration.revision)
        try call.vault.delete(grant, integration)
        return Reply(grant) { $0.deleted(integration.id.text) }
    }
}

extension Call {
    func note(_ integration: Integration) {
        event.account = integration.account
        event.integration = integration.id
        note(object: .integration, integration.id.value)
    }

    /// The integration that the path names, account first.
    func integration() throws(Refusal) -> (Grant, Integration) {
        let account = try findAccount()
        let found = try findIntegration(in: account)
        var resource = Resource.absent
        if let account, let found {
            resource = .integration(
                account.organization, AccountFacts(account), vault.facts(of: found))
        }
        let grant = try grant(on: resource)
        guard let found else { throw .absent }
        note(found)
        return (grant, found)
    }

    private func findIntegration(in account: Account?) throws(Refusal) -> Integration? {
        guard let account, let reference: Reference<IntegrationKind> = reference(1) else {
            return nil
        }
        return try vault.find(reference, in: account.scope)
    }
}
