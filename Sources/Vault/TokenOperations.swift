import Crypto

/// What a caller may ask of a new ad hoc token.
package struct AdhocRequest: Sendable {
    package var name: Name?
    package var fullname: String?
    package var permissionSet: PermissionSet
    package var resources: Resources?
    package var timeToLive: TimeSpan?
    /// The only point that the token is for; `connect-ui` only.
    package var integrationPoint: Reference<IntegrationPointKind>?
    /// Whether the first integration that it makes is its end; `connect-ui` only.
    package var isSingleUse = false

    package init(permissionSet: PermissionSet) { self.permissionSet = permissionSet }
}

/// Minting by a token that is already there: scope and lifetime only shrink.
extension Vault {
    package func mintOrganizationToken(
        _ grant: Grant, _ request: AdhocRequest, remembering idempotency: IdempotencyRequest?
    ) throws(Refusal) -> MintedToken {
        guard grant.principal?.level == .organization else { throw .insufficientScope }
        let plan = try adhoc(
            request, grant, level: .organization, account: nil, integration: nil)
        return try mintOnce(plan, idempotency)
    }

    package func mintAccountToken(
        _ grant: Grant, _ account: Account, _ request: AdhocRequest,
        remembering idempotency: IdempotencyRequest?
    ) throws(Refusal) -> MintedToken {
        try requireOwn(grant, account.organization)
        let plan = try adhoc(
            request, grant, level: .account, account: account.id, integration: nil)
        return try mintOnce(plan, idempotency)
    }

    /// Short-lived; can always be made as long as the integration is there.
    package func mintIntegrationToken(
        _ grant: Grant, _ integration: Integration, _ request: AdhocRequest,
        remembering idempotency: IdempotencyRequest?
    ) throws(Refusal) -> MintedToken {
        try requireOwn(grant, integration.organization)
        let plan = try adhoc(
            request, grant, level: .integration, account: integration.account,
            integration: integration.id)
        return try mintOnce(plan, idempotency)
    }

    /// So many alike, under one decision; each is handed over before the next is made, so that
    /// their secrets need no more locked memory than one.
    package func mintIntegrationTokens(
        _ count: Int, _ grant: Grant, _ integration: Integration, _ request: AdhocRequest,
        each body: (MintedToken) throws(Refusal) -> Void
    ) throws(Refusal) {
        try requireOwn(grant, integration.organization)
        let plan = try adhoc(
            request, grant, level: .integration, account: integration.account,
            integration: integration.id)
        for _ in 0..<count { try body(try mintOnce(again(plan), nil)) }
    }

    func mintOnce(
        _ plan: TokenPlan, _ idempotency: IdempotencyRequest?
    ) throws(Refusal) -> MintedToken {
        if let replay = try replay(idempotency) { return replay }
        if let name = plan.name { try require(name, freeIn: plan.place) }
        if let caller = plan.parent { try countMint(in: plan.organization, by: caller.id) }
        return try mint(plan, remembering: idempotency)
    }

    /// What has lost its parents keeps no name: nothing brings it back.
    private func require(_ name: Name, freeIn place: TokenPlace) throws(Refusal) {
        guard let holder = try find(.name(name), in: place) else { return }
        guard try isOrphaned(holder) else { throw .nameTaken }
        try end(holder)
    }

    /// Whether an ancestor of the token, or the member of one of them, has ended for good.
    func isOrphaned(_ token: Token) throws(Refusal) -> Bool {
        var child = token
        for _ in 0...Limits.lineageDepthMax {
            if let member = child.member, try find(member, in: child.organization) == nil {
                return true
            }
            guard let id = child.parent else { return false }
            guard let parent = try find(id, in: child.organization), parent.revokedAt == nil,
                parent.lineage == child.parentLineage
            else { return true }
            child = parent
        }
        return true
    }

    /// Refused to whoever mints too much; operators are not counted.
    func countMint(by principal: Principal?) throws(Refusal) {
        guard let principal else { return }
        try countMint(in: principal.organization, by: principal.token)
    }

    private func countMint(
        in organization: OrganizationID, by caller: TokenID
    ) throws(Refusal) {
        guard let mintLimits else { return }
        try mints.note(mintLimits, organization: organization, caller: caller, at: clock.now())
    }

    private func parent(_ grant: Grant) throws(Refusal) -> Token {
        guard let principal = grant.principal else { throw .wrongPlane }
        guard let parent = try find(principal.token, in: principal.organization) else {
            throw .unknownToken
        }
        return parent
    }

    /// - Parameter member: whom the token is for; the asker's own member when nil.
    /// - Parameter isAsLent: whether no set was asked for, so that it is whatever the chain leaves.
    func adhoc(
        _ request: AdhocRequest, _ grant: Grant, level: Token.Level, account: AccountID?,
        integration: IntegrationID?, of member: Member? = nil, isAsLent: Bool = false
    ) throws(Refusal) -> TokenPlan {
        guard let principal = grant.principal else { throw .wrongPlane }
        let parent = try parent(grant)
        let isForIntegration = level == .integration
        guard request.permissionSet.isForDataPlane == isForIntegration else {
            throw .invalidValue("permission_set does not fit the level of the token")
        }
        let record = try makeRecord(parent)
        if let fault = record.fault { throw fault }
        let isWithin = record.permissions.contains(request.permissionSet.mask)
        guard isForIntegration || isAsLent || isWithin else { throw .insufficientScope }
        if request.permissionSet == .connectUI, level != .account {
            throw .invalidValue("connect-ui is for account tokens")
        }
        try requireDepth(below: parent)
        let now = clock.now()
        let usual = isForIntegration ? lifetimes.adhocIntegration : lifetimes.adhoc
        let wanted = request.timeToLive ?? usual
        guard wanted > .seconds(0), wanted <= lifetimes.longest else {
            throw .invalidValue("token_ttl must be more than 0s and at most the configured cap")
        }
        var plan = plan(
            organization: parent.organization, level: level,
            permissionSet: request.permissionSet, timeToLive: wanted)
        plan.account = account
        plan.integration = integration
        plan.origin = .adhoc
        plan.parent = parent
        plan.member = member?.id ?? parent.member
        plan.name = request.name
        plan.fullname = request.fullname
        plan.resources = try narrowing(of: request, in: parent.organization)
        // Whoever asks with the older generation lends no more than what is left of that.
        let parentEnd = min(record.expires(.primary), principal.expires)
        plan.end = min(now.advanced(by: wanted), parentEnd)
        guard let end = plan.end, end > now else { throw .expired }
        return plan
    }

    private func requireDepth(below parent: Token) throws(Refusal) {
        var depth = 1
        var token = parent
        while let next = token.parent, let above = try find(next, in: parent.organization) {
            depth += 1
            token = above
        }
        guard depth <= Limits.lineageDepthMax else {
            throw .limitReached("a token may have at most 8 ancestors")
        }
    }
}

/// Looking tokens up.
extension Vault {
    /// What a token may be looked up as: itself with the facts of its owner.
    package func resource(_ token: Token) throws(Refusal) -> Resource {
        let account = try token.account.flatMap { (id) throws(Refusal) in
            try find(id, in: token.organization)
        }
        return try resource(token, of: account)
    }

    /// - Parameter account: the token's; nil where it has none, or none that is there.
    func resource(_ token: Token, of account: Account?) throws(Refusal) -> Resource {
        guard let accountID = token.account else {
            return .token(token.id, token.organization, nil, nil, of: token.member)
        }
        guard let account else { return .absent }
        var integrationFacts: IntegrationFacts?
        if let integrationID = token.integration {
            let scope = AccountScope(organization: token.organization, account: accountID)
            guard let integration = try find(integrationID, in: scope) else { return .absent }
            integrationFacts = facts(of: integration)
        }
        return .token(
            token.id, token.organization, AccountFacts(account), integrationFacts,
            of: token.member)
    }
}
