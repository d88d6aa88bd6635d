import Vault

/// What calls do to integrations, and to the credentials that they use.
extension Tenancy {
    func performOnIntegrations(
        _ call: Call, by bearer: Bearer, _ news: News
    ) throws(Denial) -> Outcome {
        switch call {
        case .createIntegration(let reference, let new, let source):
            let account = try account(reference, .integrationsCreate, by: bearer)
            return try create(new, source, in: account, by: bearer, news)
        case .getIntegration(let path):
            return try integration(path, .integrationsGet, by: bearer).outcome
        case .updateIntegration(let path, let change, let source):
            let integration = try integration(path, .integrationsUpdate, by: bearer)
            return try update(integration, change, source, by: bearer, news)
        case .deleteIntegration(let path):
            let integration = try integration(path, .integrationsDelete, by: bearer)
            remove(integration)
            return .done(integration.id)
        case .listIntegrations(let reference):
            return try listIntegrations(reference, by: bearer)
        default: return .nothing
        }
    }

    private func integration(
        _ path: IntegrationPath, _ permission: Permission, by bearer: Bearer
    ) throws(Denial) -> KnownIntegration {
        let found = find(path)
        try bearer.require(permission, on: found.map { .integration($0.0, $0.1) })
        guard let found else { throw .absent }
        return found.1
    }

    private func listIntegrations(
        _ reference: Reference<AccountKind>?, by bearer: Bearer
    ) throws(Denial) -> Outcome {
        var place: AccountID?
        if let reference {
            place = try account(reference, .integrationsList, by: bearer).id
        } else {
            try bearer.require(.integrationsList, on: .ownPart)
        }
        let visible = integrations.values.filter { integration in
            guard place == nil || place == integration.account,
                let account = accounts[integration.account]
            else { return false }
            return bearer.may(.integrationsList, on: .integration(account, integration))
        }
        return .list(visible.map(\.id).sorted())
    }

    private func create(
        _ new: Vault.NewIntegration, _ source: Source, in account: KnownAccount,
        by bearer: Bearer, _ news: News
    ) throws(Denial) -> Outcome {
        let point = new.integrationPoint.flatMap { find($0, in: points) }
        var integration = KnownIntegration(
            id: news.integration, account: account.id, name: new.name ?? Name(stored: ""),
            provider: new.provider, point: point?.id, credential: nil)
        try requireMaySetUp(
            integration, isPointThere: new.integrationPoint == nil || point != nil,
            .integrationsCreate, by: bearer)
        try requireFree(new.name, in: integrations.values.filter { $0.account == account.id })
        let made = try place(source, for: &integration, .integrationsCreate, by: bearer, news)
        integrations[integration.id] = integration
        if let made { credentials[made.id] = made }
        addDefault(
            news.token, level: .integration, account: account.id, integration: integration.id,
            at: bearer.now)
        for link in bearer.links where link.resources?.connect?.isSingleUse == true {
            end(link, at: bearer.now)
        }
        return Outcome(status: 200, objects: [Named(integration.id), Named(news.token)])
    }

    /// A narrowed token may only set up what it could then reach; a point has to allow it.
    private func requireMaySetUp(
        _ integration: KnownIntegration, isPointThere: Bool, _ permission: Permission,
        by bearer: Bearer
    ) throws(Denial) {
        guard Rulebook.provider(integration.provider) != nil,
            let account = accounts[integration.account]
        else { throw .invalid }
        guard bearer.may(permission, on: .integration(account, integration)) else {
            throw .forbidden
        }
        guard isPointThere else { throw .invalid }
        guard let id = integration.point, let point = points[id] else { return }
        guard Rulebook.allows(point, integration.provider, in: account.environment) else {
            throw .invalid
        }
    }

    private func update(
        _ before: KnownIntegration, _ change: Vault.IntegrationChange, _ source: Source,
        by bearer: Bearer, _ news: News
    ) throws(Denial) -> Outcome {
        var integration = before
        if let state = change.state { integration.isDisabled = state == .disabled }
        integration.provider = change.provider ?? before.provider
        var isPointThere = true
        if let wanted = change.integrationPoint {
            integration.point = wanted.flatMap { find($0, in: points)?.id }
            isPointThere = wanted == nil || integration.point != nil
        }
        let isSetUpAnew =
            integration.provider != before.provider || integration.point != before.point
            || !isPointThere
        if isSetUpAnew {
            try requireMaySetUp(
                integration, isPointThere: isPointThere, .integrationsUpdate, by: bearer)
            if source.isNone { try requireStillFits(integration) }
            let after = integration
            guard let account = accounts[before.account] else { throw .absent }
            try bearer.requireNoWider(
                before: { $0.holds(account) && $0.holds(before) },
                after: { $0.holds(account) && $0.holds(after) })
        }
        let made = try place(source, for: &integration, .integrationsUpdate, by: bearer, news)
        if let made { credentials[made.id] = made }
        integrations[integration.id] = integration
        return integration.outcome
    }

    private func requireStillFits(_ integration: KnownIntegration) throws(Denial) {
        guard let id = integration.credential, let credential = credentials[id] else { return }
        guard integration.mayUse(credential, in: self.id), takes(integration, credential.type)
        else { throw .invalid }
    }

    func takes(_ integration: KnownIntegration, _ type: CredentialType) -> Bool {
        Rulebook.provider(integration.provider)?.credentialTypes.contains(type) ?? false
    }

    /// Makes the integration refer to what `source` says; the credential that is new or changed.
    private func place(
        _ source: Source, for integration: inout KnownIntegration, _ permission: Permission,
        by bearer: Bearer, _ news: News
    ) throws(Denial) -> KnownCredential? {
        switch source {
        case .none: return nil
        case .removed:
            integration.credential = nil
            return nil
        case .existing(let id):
            guard let found = credentials[id], integration.mayUse(found, in: self.id),
                found.account != nil || id == integration.credential
                    || bearer.may(permission, on: .organization),
                takes(integration, found.type)
            else { throw .invalid }
            integration.credential = id
            return nil
        case .inline(let value):
            guard takes(integration, value.type) else { throw .invalid }
            var own = integration.credential.flatMap { credentials[$0] }
            if own?.holder == .integration(integration.id) {
                own?.put(value, expires: nil)
                return own
            }
            integration.credential = news.credential
            return KnownCredential(
                id: news.credential, holder: .integration(integration.id),
                account: integration.account,
                name: Name(stored: Named(news.credential).description),
                type: value.type, expires: nil, secret: value.secret)
        }
    }
}

extension KnownIntegration {
    var outcome: Outcome {
        .done(
            id, provider.text, point.map { "\(Named($0))" } ?? "no point",
            credential.map { "\(Named($0))" } ?? "no credential",
            isDisabled ? "disabled" : "enabled")
    }

    /// An account's, its own, its point's or the organization's.
    func mayUse(_ credential: KnownCredential, in organization: OrganizationID) -> Bool {
        switch credential.holder {
        case .organization(let id): id == organization
        case .account(let id): id == account
        case .integration(let id): id == self.id
        case .integrationPoint(let id): id == point
        }
    }
}

extension KnownCredential {
    mutating func put(_ value: Value, expires: Instant?) {
        type = value.type
        secret = value.secret
        version += 1
        self.expires = expires
    }
}
