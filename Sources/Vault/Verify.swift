import Crypto

/// Verification by the store's owner: for what the cache does not hold, and for requirements
/// that name objects the token does not.
extension Vault {
    /// A verified token, the record it was judged by, and the word on it.
    package struct Judgement: Sendable {
        package let record: TokenRecord?
        package let verdict: Verdict
    }

    package func judge(
        _ token: DetachedToken, _ requirement: Requirement
    ) throws(Refusal) -> Judgement {
        let cached = cache.record(token.selector)
        let verdict = try verdict(cached ?? nobody, token, requirement)
        if let cached, verdict.isOnHolder { return try judgement(cached, verdict, requirement) }
        // Unknown selectors and wrong secrets take the same way to the same place: how long a
        // refusal takes does not tell whether there is such a token.
        let sought = cached == nil ? token.selector : SelectorBytes(token.selector.number ^ 1)
        let found = try record(stored: sought)
        if let cached { return Judgement(record: cached, verdict: verdict) }
        guard let found else {
            return Judgement(record: nil, verdict: .deny(.unknownToken, nil))
        }
        return try judgement(found, try self.verdict(found, token, requirement), requirement)
    }

    private func verdict(
        _ record: TokenRecord, _ token: DetachedToken, _ requirement: Requirement
    ) throws(Refusal) -> Verdict {
        guard let hashes = token.hashes(for: record, kind: .access, ring: ring) else {
            throw .integrity(table: "token")
        }
        return decide(record, hashes, requirement, at: clock.now())
    }

    private func judgement(
        _ record: TokenRecord, _ verdict: Verdict, _ requirement: Requirement
    ) throws(Refusal) -> Judgement {
        guard case .lookup(let slot) = verdict else {
            return Judgement(record: record, verdict: verdict)
        }
        let isMet = try meets(requirement, record.principal(slot))
        return Judgement(
            record: record, verdict: isMet ? .allow(slot) : .deny(.insufficientScope, slot))
    }

    /// A management call's bearer: an access secret, or a refresh secret to renew its token with.
    ///
    /// - Parameters:
    ///   - isRepeated: the same call's second look at it, which is no further use.
    ///   - witness: told whose token it is as soon as that is known, refused or not.
    package func authenticate(
        _ token: DetachedToken, isRepeated: Bool = false,
        witness: (TokenRecord, GenerationSlot?) -> Void
    ) throws(Refusal) -> Actor {
        if token.kind == .refresh { return try authenticateRefresh(token, witness) }
        let judgement = try judge(token, .none)
        switch judgement.verdict {
        case .deny(let refusal, let slot):
            if let record = judgement.record { witness(record, slot) }
            throw refusal
        case .lookup: throw .badRequirement
        case .allow(let slot):
            guard let record = judgement.record else { throw .unknownToken }
            witness(record, slot)
            if !isRepeated { note(record, slot) }
            return .token(record.principal(slot))
        }
    }

    private func authenticateRefresh(
        _ token: DetachedToken, _ witness: (TokenRecord, GenerationSlot?) -> Void
    ) throws(Refusal) -> Actor {
        let found = try record(token.selector)
        let record = found ?? nobody
        guard let hashes = token.hashes(for: record, kind: .refresh, ring: ring) else {
            throw .integrity(table: "token")
        }
        let shown = refreshSlot(of: hashes, in: record)
        guard found != nil else { throw .unknownToken }
        guard hashes.kindFits, let slot = shown else { throw .wrongSecret }
        witness(record, slot)
        guard clock.now() < record.expires(slot) else { throw .expired }
        if let fault = record.fault { throw fault }
        return .refreshSecret(record.principal(slot))
    }

    /// Compares with both generations whatever the outcome of the first.
    func refreshSlot(
        of hashes: PresentedHashes, in record: TokenRecord
    ) -> GenerationSlot? {
        let isPrimary = record.primary.refresh.matches(hashes.primary)
        let other = record.secondary?.refresh ?? MAC.zero
        let isSecondary = other.matches(hashes.secondary) && record.secondary != nil
        return isPrimary ? .primary : isSecondary ? .secondary : nil
    }

    /// Whether objects that the requirement names exist for the token and are within its scope.
    private func meets(_ requirement: Requirement, _ principal: Principal) throws(Refusal) -> Bool {
        guard let account = try account(requirement, principal) else {
            // A connector or provider can only be judged on an integration.
            return requirement.account == nil && requirement.integration == nil
                && requirement.connector == nil && requirement.provider == nil
        }
        let permission = requirement.permission
        guard let wanted = requirement.integration else {
            let resource = Resource.account(principal.organization, AccountFacts(account))
            return requirement.connector == nil && requirement.provider == nil
                && isAdmitted(principal, permission, resource)
        }
        guard let integration = try find(wanted, in: account.scope) else { return false }
        let facts = facts(of: integration)
        if let connector = requirement.connector, connector != facts.connector { return false }
        if let provider = requirement.provider, provider != integration.provider { return false }
        return isAdmitted(
            principal, permission,
            .integration(principal.organization, AccountFacts(account), facts))
    }

    private func account(
        _ requirement: Requirement, _ principal: Principal
    ) throws(Refusal) -> Account? {
        if let wanted = requirement.account {
            return try find(wanted, in: principal.organization)
        }
        if let own = principal.account { return try find(own, in: principal.organization) }
        // An identifier is of one account; a name may be of each.
        guard case .identifier(let wanted) = requirement.integration,
            let integration = try find(wanted, anywhereIn: principal.organization)
        else { return nil }
        return try find(integration.account, in: principal.organization)
    }

    /// A grant reaches no further than the organization of whom it was made for, whatever object
    /// it is handed in with.
    func requireOwn(_ grant: Grant, _ organization: OrganizationID) throws(Refusal) {
        guard let principal = grant.principal else { return }
        guard principal.organization == organization else { throw .foreign }
    }

    /// Whether the asker might do the same to that object: to an element of a list, or to what the
    /// object at hand is to have to do with.
    func reaches(_ grant: Grant, _ resource: Resource) -> Bool {
        do {
            _ = try authorize(grant.actor, grant.operation, on: resource)
            return true
        } catch {
            return false
        }
    }

    /// Scope alone: that the permission is given at all has been looked at already.
    private func isAdmitted(
        _ principal: Principal, _ permission: Permission?, _ resource: Resource
    ) -> Bool {
        do {
            try admit(principal, permission, resource)
            return true
        } catch {
            return false
        }
    }

    /// Takes over a record whose first use since the last writing was counted by a loop.
    package func adopt(used record: TokenRecord) { used.append(record) }

    /// Counts a use; it is written with a later batch.
    package func note(_ record: TokenRecord, _ slot: GenerationSlot) {
        if record.uses.note(slot, at: clock.now()) { used.append(record) }
    }
}
