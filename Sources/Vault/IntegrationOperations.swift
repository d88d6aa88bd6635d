import Crypto

/// Integrations: connections of an account to a provider.
extension Vault {
    /// Where an integration's credential comes from.
    package enum CredentialSource: ~Copyable {
        /// As it is; a new integration has none.
        case none
        case removed
        case inline(CredentialPayload)
        case existing(CredentialID)

        var isNone: Bool {
            switch self {
            case .none: true
            default: false
            }
        }
    }

    package struct NewIntegration: Sendable {
        package var name: Name?
        package var fullname: String?
        package var provider: ProviderID
        package var integrationPoint: Reference<IntegrationPointKind>?
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
        let setup = Setup(provider: new.provider, point: new.integrationPoint)
        let (provider, point) = try resolve(setup, for: id, in: scope, grant)
        let names = Names(name: new.name, fullname: new.fullname, id: id)
        let taken = try find(Reference<IntegrationKind>.name(names.name), in: scope)
        guard taken == nil else { throw .nameTaken }
        let now = clock.now()
        var plan = plan(
            organization: scope.organization, level: .integration, permissionSet: .integration,
            timeToLive: min(lifetimes.defaultToken, lifetimes.longest))
        plan.account = scope.account
        plan.integration = id
        var integration = Integration(
            organization: scope.organization, account: scope.account, id: id, name: names.name,
            fullname: names.fullname, provider: provider.id, integrationPoint: point?.id,
            providerConfig: new.providerConfig, credential: nil, state: .enabled,
            defaultToken: plan.id, createdAt: now, updatedAt: now, revision: 1)
        integration.credential = try place(source, for: integration, provider, grant)
        try countMint(by: grant.principal)
        try apply(.insertIntegration(integration))
        let token = try mint(plan, object: id.value, remembering: request)
        try endSingleUse(grant)
        return MadeIntegration(integration: integration, token: token)
    }

    /// What the integration is to refer to from now on.
    func place(
        _ source: consuming CredentialSource, for integration: Integration,
        _ provider: Provider, _ grant: Grant
    ) throws(Refusal) -> CredentialID? {
        switch consume source {
        case .none: return integration.credential
        case .removed: return nil
        case .existing(let id):
            let found = try lend(id, to: integration, grant)
            try requireFit(found.type, provider)
            return found.id
        case .inline(let payload):
            try requireFit(payload.type, provider)
            if let own = try ownCredential(of: integration) {
                return try overwrite(own, with: payload, expires: nil).id
            }
            var new = NewCredential()
            new.fullname = "credential of \(integration.id.text)"
            let made = try insertCredential(
                new, payload, owner: integration.scope.keyOwner,
                holder: .integration(integration.id))
            return made.id
        }
    }

    /// The credential that it refers to, if that is nobody else's.
    private func ownCredential(of integration: Integration) throws(Refusal) -> Credential? {
        guard let id = integration.credential else { return nil }
        let found = try credential(id, near: integration.scope)
        return found?.owner == .integration(integration.id) ? found : nil
    }

    func requireFit(_ type: CredentialType, _ provider: Provider) throws(Refusal) {
        guard provider.credentialTypes.contains(type) else {
            throw .invalidValue("the provider does not take a credential of this type")
        }
    }

    /// With its tokens and the credentials that are its own.
    package func delete(_ grant: Grant, _ integration: Integration) throws(Refusal) {
        try requireOwn(grant, integration.organization)
        try forgetUses(of: integration.organization) { $0.integration?.id == integration.id }
        try apply(.deleteIntegration(integration.id, integration.scope))
        raiseFreshness(of: integration.organization, because: .init(integration.id))
        needsScrub = true
    }
}
