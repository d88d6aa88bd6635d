package import Crypto

/// Making token records from rows: the slow half of verification.
extension Vault {
    /// The current record for a selector, from the cache or the store; nil when there is none.
    package func record(_ selector: SelectorBytes) throws(Refusal) -> TokenRecord? {
        if let cached = cache.record(selector) { return cached }
        return try record(stored: selector)
    }

    /// Made anew from the store.
    func record(stored selector: SelectorBytes) throws(Refusal) -> TokenRecord? {
        guard
            let token = try look({ () throws(StoreError) in
                try store.token(selector: selector)
            })
        else { return nil }
        let record = try makeRecord(token)
        // Loops decide by what is here while the batch is being committed, and their answers leave
        // with the next one: of rows that may yet be undone, nothing may be shown to them.
        if !stepIsOpen, rows.areCommitted(for: token) { cache.insert(record) }
        return record
    }

    func makeRecord(_ token: Token) throws(Refusal) -> TokenRecord {
        // Taken first: a change that comes while the rows are being read makes this stale.
        let freshness = cache.freshness(of: token.organization)
        let owner = try ownerFacts(of: token)
        let lineage = try lineage(of: token, owner)
        return TokenRecord(token: token, lineage: lineage, owner: owner, freshness: freshness)
    }

    private func ownerFacts(of token: Token) throws(Refusal) -> OwnerFacts {
        var facts = OwnerFacts()
        guard let organization = try known(token.organization) else {
            facts.fault = .ownerGone
            return facts
        }
        if organization.state == .disabled { facts.fault = .organizationDisabled }
        guard let accountID = token.account else { return facts }
        guard let account = try known(accountID, in: token.organization) else {
            facts.fault = .ownerGone
            return facts
        }
        facts.account = AccountFacts(account)
        facts.accountName = account.name
        guard let integrationID = token.integration else { return facts }
        guard let integration = try known(integrationID, in: account.scope) else {
            facts.fault = .ownerGone
            return facts
        }
        facts.integration = self.facts(of: integration)
        facts.integrationName = integration.name
        facts.provider = integration.provider
        if integration.state == .disabled { facts.fault = facts.fault ?? .integrationDisabled }
        return facts
    }

    /// Walks up the parents, taking away what each of them no longer has.
    private func lineage(of token: Token, _ owner: OwnerFacts) throws(Refusal) -> Lineage {
        var permissions = token.permissionSet.mask
        var narrowings = token.resources.map { [$0] } ?? []
        var end = Instant(microseconds: .max)
        var fault: Refusal? = token.revokedAt == nil ? nil : .revoked
        var bounds = MembershipBounds()
        try bind(&bounds, token)
        var child = token
        var depth = 0
        while let parentID = child.parent, fault == nil {
            depth += 1
            let found = try known(parentID, in: token.organization)
            guard let parent = found, parent.revokedAt == nil,
                parent.lineage == child.parentLineage, depth <= Limits.lineageDepthMax
            else {
                fault = .parentDead
                break
            }
            end = min(end, parent.primary.expires)
            if let resources = parent.resources { narrowings.append(resources) }
            try bind(&bounds, parent)
            if child.level == .integration, parent.level != .integration {
                // Across the planes a parent lends what it may issue, not what it may do.
                let mayIssue = parent.permissionSet.mask.contains(.tokensCreateIntegration)
                if !mayIssue { fault = .parentDead }
            } else if token.level != .integration {
                permissions = permissions.intersection(parent.permissionSet.mask)
            }
            child = parent
        }
        if fault == nil, !admits(narrowings, owner) { fault = .parentDead }
        bounds.confine(to: owner, token.level)
        return Lineage(
            permissions: permissions.intersection(bounds.permissions), narrowings: narrowings,
            alternatives: bounds.alternatives, end: min(end, bounds.end),
            fault: fault ?? bounds.fault)
    }

    /// Whether the narrowings still let the token speak for its own account and integration.
    private func admits(_ narrowings: [Resources], _ owner: OwnerFacts) -> Bool {
        narrowings.allSatisfy { narrowing in
            (owner.account.map(narrowing.admits) ?? true)
                && (owner.integration.map(narrowing.admits) ?? true)
        }
    }

    package func facts(of integration: Integration) -> IntegrationFacts {
        let connector = catalogue.provider(integration.provider)?.connector ?? ConnectorID("-")
        return IntegrationFacts(
            id: integration.id, connector: connector, point: integration.integrationPoint)
    }
}

/// Look-ups by whole path.
extension Vault {
    package func find(_ id: OrganizationID) throws(Refusal) -> Organization? {
        try look { () throws(StoreError) in try store.organization(id) }
    }

    package func find(_ reference: Reference<OrganizationKind>) throws(Refusal) -> Organization? {
        try look { () throws(StoreError) in
            switch reference {
            case .identifier(let id): try store.organization(id)
            case .name(let name): try store.organization(named: name)
            }
        }
    }

    package func find(
        _ id: AccountID, in organization: OrganizationID
    ) throws(Refusal) -> Account? {
        try look { () throws(StoreError) in try store.account(id, in: organization) }
    }

    package func find(
        _ reference: Reference<AccountKind>, in organization: OrganizationID
    ) throws(Refusal) -> Account? {
        try look { () throws(StoreError) in
            switch reference {
            case .identifier(let id): try store.account(id, in: organization)
            case .name(let name): try store.account(named: name, in: organization)
            }
        }
    }

    package func find(
        _ id: IntegrationID, in scope: AccountScope
    ) throws(Refusal) -> Integration? {
        try look { () throws(StoreError) in try store.integration(id, in: scope) }
    }

    /// An integration of the organization whose account the asker does not name.
    package func find(
        _ id: IntegrationID, anywhereIn organization: OrganizationID
    ) throws(Refusal) -> Integration? {
        guard id.value > 0 else { return nil }
        let before = IntegrationID(id.value - 1)
        let next = try look { () throws(StoreError) in
            try store.integrations(in: organization, account: nil, after: before, limit: 1)
        }
        return next.first { $0.id == id }
    }

    package func find(
        _ reference: Reference<IntegrationKind>, in scope: AccountScope
    ) throws(Refusal) -> Integration? {
        try look { () throws(StoreError) in
            switch reference {
            case .identifier(let id): try store.integration(id, in: scope)
            case .name(let name): try store.integration(named: name, in: scope)
            }
        }
    }

    package func find(
        _ id: TokenID, in organization: OrganizationID
    ) throws(Refusal) -> Token? {
        try look { () throws(StoreError) in try store.token(id, in: organization) }
    }

    /// By its name among those of one owner, or by its identifier in the whole organization.
    package func find(
        _ reference: Reference<TokenKind>, in place: TokenPlace
    ) throws(Refusal) -> Token? {
        switch reference {
        case .identifier(let id): return try find(id, in: place.organization)
        case .name(let name):
            let now = clock.now()
            return try look { () throws(StoreError) in
                try store.token(named: name, in: place, at: now)
            }
        }
    }
}
