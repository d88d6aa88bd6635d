import Crypto

/// Which provider an integration connects to, and under which point: who may choose what.
extension Vault {
    struct Setup {
        let provider: ProviderID
        let point: Reference<IntegrationPointKind>?
    }

    /// The provider and the point that are named, if the asker may have them together in that
    /// account.
    ///
    /// A narrowed token may only make integrations that it could then reach, and is not told
    /// whether a point that it does not reach is there.
    func resolve(
        _ setup: Setup, for integration: IntegrationID, in scope: AccountScope, _ grant: Grant
    ) throws(Refusal) -> (Provider, IntegrationPoint?) {
        guard let provider = catalogue.provider(setup.provider) else {
            throw .invalidValue("provider is not in the catalogue")
        }
        guard let account = try find(scope.account, in: scope.organization) else { throw .absent }
        var point: IntegrationPoint?
        if let wanted = setup.point { point = try find(wanted, in: scope.organization) }
        let facts = IntegrationFacts(
            id: integration, connector: provider.connector, point: point?.id)
        let place = Resource.integration(scope.organization, AccountFacts(account), facts)
        guard reaches(grant, place) else { throw .insufficientScope }
        guard setup.point == nil || point != nil else { throw Refusal.absentPoint }
        if let point { try require(point, allows: provider, for: account) }
        return (provider, point)
    }

    private func require(
        _ point: IntegrationPoint, allows provider: Provider, for account: Account
    ) throws(Refusal) {
        guard point.allows(provider, in: account.environment) else {
            throw .invalidValue(
                "the integration point does not allow the provider in the account's environment")
        }
    }

    /// An account does not change its environment to get round what its points allow.
    func requirePointsAllow(
        _ account: Account, insteadOf before: Account
    ) throws(Refusal) {
        guard account.environment != before.environment else { return }
        var after: IntegrationID?
        while true {
            let chunk = try look { () throws(StoreError) in
                try store.integrations(
                    in: account.organization, account: account.id, after: after,
                    limit: Limits.listMax)
            }
            for integration in chunk { try requireAllowed(integration, for: account) }
            guard chunk.count == Limits.listMax, let last = chunk.last else { return }
            after = last.id
        }
    }

    private func requireAllowed(
        _ integration: Integration, for account: Account
    ) throws(Refusal) {
        guard let id = integration.integrationPoint,
            let provider = catalogue.provider(integration.provider)
        else { return }
        let reference = Reference<IntegrationPointKind>.identifier(id)
        // One that is in use is not deleted: it was taken away behind the vault's back.
        guard let point = try find(reference, in: account.organization) else {
            throw .integrity(table: "integration_point")
        }
        guard point.allows(provider, in: account.environment) else {
            throw .conflict(
                "an integration's point does not allow its provider in that environment")
        }
    }
}

/// Changing an integration that is there.
extension Vault {
    package struct IntegrationChange: Sendable {
        package var fullname: String?
        package var state: EnabledState?
        package var providerConfig: [UInt8]?
        package var provider: ProviderID?
        /// Nil to leave it; nil within to take it away.
        package var integrationPoint: Reference<IntegrationPointKind>??
        package init() {}
    }

    package func update(
        _ grant: Grant, _ integration: Integration, _ change: IntegrationChange,
        credential source: consuming CredentialSource = .none
    ) throws(Refusal) -> Integration {
        try requireOwn(grant, integration.organization)
        var changed = integration
        changed.fullname = change.fullname ?? integration.fullname
        changed.state = change.state ?? integration.state
        changed.providerConfig = change.providerConfig ?? integration.providerConfig
        let setup = try setup(change, integration)
        if setup != Setup(of: integration) {
            let (provider, point) = try resolve(
                setup, for: integration.id, in: integration.scope, grant)
            changed.provider = provider.id
            changed.integrationPoint = point?.id
            if source.isNone { try requireStillFits(changed, provider) }
            try requireNoWider(grant, by: changed, insteadOf: integration)
        }
        if !source.isNone { changed.credential = try place(source, for: changed, grant) }
        changed.updatedAt = clock.now()
        changed.revision += 1
        try apply(.updateIntegration(changed))
        if changed.state != integration.state || Setup(of: changed) != Setup(of: integration) {
            raiseFreshness(of: integration.organization, because: .init(integration.id))
        }
        return changed
    }

    private func requireNoWider(
        _ grant: Grant, by changed: Integration, insteadOf integration: Integration
    ) throws(Refusal) {
        guard let account = try find(integration.account, in: integration.organization) else {
            throw .ownerGone
        }
        let place = AccountFacts(account)
        let (before, after) = (facts(of: integration), facts(of: changed))
        try requireNoWider(grant) {
            $0.admits(place) && $0.admits(before)
        } after: {
            $0.admits(place) && $0.admits(after)
        }
    }

    /// What the change leaves as it is stands by its identifier, and so does what it names anew.
    private func setup(
        _ change: IntegrationChange, _ integration: Integration
    ) throws(Refusal) -> Setup {
        let own = integration.integrationPoint.map(Reference.identifier)
        var point = change.integrationPoint ?? own
        if let wanted = point, let found = try find(wanted, in: integration.organization) {
            point = .identifier(found.id)
        }
        return Setup(provider: change.provider ?? integration.provider, point: point)
    }

    private func place(
        _ source: consuming CredentialSource, for integration: Integration, _ grant: Grant
    ) throws(Refusal) -> CredentialID? {
        guard let provider = catalogue.provider(integration.provider) else {
            throw .invalidValue("provider is not in the catalogue")
        }
        return try place(source, for: integration, provider, grant)
    }
}

extension Vault.Setup: Equatable {
    fileprivate init(of integration: Integration) {
        provider = integration.provider
        point = integration.integrationPoint.map(Reference.identifier)
    }
}

extension Refusal {
    static let absentPoint = Refusal.invalidValue(
        "integration_point is not one of this organization")
}
