import Crypto

/// Integrations: connections of an account to a provider.
extension Vault {
    /// Where a new integration's credential comes from.
    package enum CredentialSource: ~Copyable {
        case none
        case inline(CredentialPayload)
        case existing(CredentialID)
    }

    package struct NewIntegration: Sendable {
        package var name: Name?
        package var fullname: String?
        package var provider: ProviderID
        package var providerConfig: [UInt8] = Array("{}")
        package init(provider: ProviderID) { self.provider = provider }
    }

    package struct MadeIntegration: Sendable {
        package let integration: Integration
        package let token: MintedToken
    }

    package func createIntegration(
        _ grant: Grant, in scope: AccountScope, _ new: NewIntegration,
        credential source: consuming CredentialSource,
        remembering request: IdempotencyRequest?
    ) throws(Refusal) -> MadeIntegration {
        try requireOwn(grant, scope.organization)
        if let replay = try replay(request) {
            let id = IntegrationID(replay.object)
            guard let integration = try find(id, in: scope) else {
                throw .conflict("the integration is gone since the first call with this key")
            }
            return MadeIntegration(integration: integration, token: replay)
        }
        let id = IntegrationID(entropy.uint128())
        let provider = try provider(new.provider, grant, id, scope)
        let names = Names(name: new.name, fullname: new.fullname, id: id)
        let taken = try find(Reference<IntegrationKind>.name(names.name), in: scope)
        guard taken == nil else { throw .nameTaken }
        let credential = try place(source, for: id, provider, scope)
        let now = clock.now()
        var plan = plan(
            organization: scope.organization, level: .integration, permissionSet: .integration,
            timeToLive: min(lifetimes.defaultToken, lifetimes.longest))
        plan.account = scope.account
        plan.integration = id
        let integration = Integration(
            organization: scope.organization, account: scope.account, id: id, name: names.name,
            fullname: names.fullname, provider: provider.id, integrationPoint: nil,
            providerConfig: new.providerConfig, credential: credential, state: .enabled,
            defaultToken: plan.id, createdAt: now, updatedAt: now, revision: 1)
        try apply(.insertIntegration(integration))
        let token = try mint(plan, object: id.value, remembering: request)
        return MadeIntegration(integration: integration, token: token)
    }

    /// A narrowed token may only make integrations that it could then reach.
    private func provider(
        _ id: ProviderID, _ grant: Grant, _ integration: IntegrationID, _ scope: AccountScope
    ) throws(Refusal) -> Provider {
        guard let provider = catalogue.provider(id) else {
            throw .invalidValue("provider is not in the catalogue")
        }
        let facts = IntegrationFacts(id: integration, connector: provider.connector)
        guard let account = try find(scope.account, in: scope.organization) else { throw .absent }
        let made = Resource.integration(scope.organization, AccountFacts(account), facts)
        guard mayList(grant, made) else { throw .insufficientScope }
        return provider
    }

    private func place(
        _ source: consuming CredentialSource, for integration: IntegrationID,
        _ provider: Provider, _ scope: AccountScope
    ) throws(Refusal) -> CredentialID? {
        switch consume source {
        case .none: return nil
        case .existing(let id):
            let found = try look { () throws(StoreError) in
                try store.credential(id, in: scope.keyOwner)
            }
            // An integration's own credential is nobody else's to use.
            guard let found, found.owner == .account(scope.account) else {
                throw .invalidValue("credential_id is not a credential of this account")
            }
            try requireFit(found.type, provider)
            return found.id
        case .inline(let payload):
            try requireFit(payload.type, provider)
            var new = NewCredential()
            new.fullname = "credential of \(integration.text)"
            let made = try insertCredential(
                new, payload, owner: scope.keyOwner, holder: .integration(integration))
            return made.id
        }
    }

    func requireFit(_ type: CredentialType, _ provider: Provider) throws(Refusal) {
        guard provider.credentialTypes.contains(type) else {
            throw .invalidValue("the provider does not take a credential of this type")
        }
    }

    package struct IntegrationChange: Sendable {
        package var fullname: String?
        package var state: Integration.State?
        package var providerConfig: [UInt8]?
        package init() {}
    }

    package func update(
        _ grant: Grant, _ integration: Integration, _ change: IntegrationChange
    ) throws(Refusal) -> Integration {
        try requireOwn(grant, integration.organization)
        var changed = integration
        changed.fullname = change.fullname ?? integration.fullname
        changed.state = change.state ?? integration.state
        changed.providerConfig = change.providerConfig ?? integration.providerConfig
        changed.updatedAt = clock.now()
        changed.revision += 1
        try apply(.updateIntegration(changed))
        if changed.state != integration.state {
            raiseFreshness(of: integration.organization, because: .init(integration.id))
        }
        return changed
    }

    /// With its tokens and the credentials that are its own.
    package func delete(_ grant: Grant, _ integration: Integration) throws(Refusal) {
        let scope = AccountScope(
            organization: integration.organization, account: integration.account)
        try requireOwn(grant, integration.organization)
        try forgetUses(of: integration.organization) { $0.integration?.id == integration.id }
        try apply(.deleteIntegration(integration.id, scope))
        raiseFreshness(of: integration.organization, because: .init(integration.id))
        needsScrub = true
    }
}
