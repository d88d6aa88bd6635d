import Crypto
import Support
import Vault

/// Shorthand for integration points, credentials and what the connect flow does with them.
extension World {
    func rules(
        prod: ProviderRule? = nil, test: ProviderRule? = nil
    ) -> ProviderRules {
        var rules = ProviderRules()
        rules[.prod] = prod
        rules[.test] = test
        return rules
    }

    func makePoint(
        _ name: String, connector: String = "ticketing", _ rules: ProviderRules
    ) throws -> IntegrationPoint {
        var new = Vault.NewIntegrationPoint(connector: ConnectorID(connector))
        new.name = Name(name)
        new.environments = rules
        let grant = try fixture.operatorGrant()
        return try vault.step { () throws(Refusal) in
            try vault.createIntegrationPoint(grant, in: organization.id, new)
        }
    }

    /// A point where everything of its connector is allowed in production.
    func openPoint(_ name: String, connector: String = "ticketing") throws -> IntegrationPoint {
        try makePoint(name, connector: connector, rules(prod: ProviderRule(allow: .all)))
    }

    var accountPlace: Resource { .account(organization.id, AccountFacts(account)) }

    /// The integration that `token` makes; `credential` is a secret of its own, or nothing.
    @discardableResult
    func connect(
        _ token: MintedToken, provider: String = "jira", at point: IntegrationPoint? = nil,
        secret: String? = nil, existing: CredentialID? = nil, in place: Account? = nil
    ) throws -> Vault.MadeIntegration {
        let account = place ?? account
        let grant = try grant(
            text(token), .management(.integrationsCreate),
            on: .account(organization.id, AccountFacts(account)))
        var new = Vault.NewIntegration(provider: ProviderID(provider))
        new.integrationPoint = point.map { .identifier($0.id) }
        let scope = AccountScope(organization: organization.id, account: account.id)
        return try vault.step { () throws(Refusal) in
            let source: Vault.CredentialSource
            if let existing {
                source = .existing(existing)
            } else if let secret {
                source = .inline(try payload(secret))
            } else {
                source = .none
            }
            return try vault.createIntegration(
                grant, in: scope, new, credential: source, remembering: nil)
        }
    }

    func payload(_ secret: String) throws(Refusal) -> CredentialPayload {
        do {
            return try CredentialPayload.basic(username: "robot", secret: secret)
        } catch {
            throw .secretMemoryExhausted
        }
    }

    /// Under the organization's keys, or under those of `account` where there is one.
    func makeCredential(
        _ secret: String, of holder: CredentialOwner, account: AccountID? = nil
    ) throws -> Credential {
        let grant = try fixture.operatorGrant()
        let owner = KeyOwner(organization: organization.id, account: account)
        return try vault.step { () throws(Refusal) in
            try vault.createCredential(
                grant, Vault.NewCredential(), try payload(secret), owner: owner, holder: holder)
        }
    }

    func update(
        _ integration: Integration, by token: MintedToken? = nil,
        credential: CredentialID? = nil,
        _ change: (inout Vault.IntegrationChange) -> Void = { _ in }
    ) throws -> Integration {
        let account = try vault.find(integration.account, in: organization.id) ?? account
        let place = Resource.integration(
            organization.id, AccountFacts(account), vault.facts(of: integration))
        let grant = try grant(
            text(token ?? root), .management(.integrationsUpdate), on: place)
        var wanted = Vault.IntegrationChange()
        change(&wanted)
        let settled = wanted
        return try vault.step { () throws(Refusal) in
            let source: Vault.CredentialSource =
                if let credential { .existing(credential) } else { .none }
            return try vault.update(grant, integration, settled, credential: source)
        }
    }

    /// The secret that the holder of `token` is given for its integration.
    func released(_ integration: Integration, _ token: MintedToken) throws -> [UInt8]? {
        let account = try vault.find(integration.account, in: organization.id) ?? account
        let place = Resource.integration(
            organization.id, AccountFacts(account), vault.facts(of: integration))
        let grant = try grant(text(token), .data(.credentialsUse), on: place)
        var secret: [UInt8]?
        try vault.release(grant).value.payload.forEachField { field, bytes in
            if field == .secret { secret = bytes.copied }
        }
        return secret
    }

    /// A `connect-ui` token of the account.
    func mintConnect(
        at point: IntegrationPoint? = nil, isSingleUse: Bool = false, in place: Account? = nil
    ) throws -> MintedToken {
        let account = place ?? account
        var wanted = AdhocRequest(permissionSet: .connectUI)
        wanted.integrationPoint = point.map { .identifier($0.id) }
        wanted.isSingleUse = isSingleUse
        let settled = wanted
        let grant = try grant(
            text(root), .management(.tokensCreate),
            on: .account(organization.id, AccountFacts(account)))
        return try vault.step { () throws(Refusal) in
            try vault.mintAccountToken(grant, account, settled, remembering: nil)
        }
    }
}
