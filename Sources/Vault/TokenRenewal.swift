import Crypto

/// Renewing a token's secrets: rotation, refresh and reset.
extension Vault {
    /// A new primary; the old primary becomes the secondary for `grace`, an older one dies.
    ///
    /// - Parameter grace: how long the old generation stays; the policy's default when nil.
    package func rotate(
        _ grant: Grant, _ token: Token, grace: TimeSpan?, remembering request: IdempotencyRequest?
    ) throws(Refusal) -> MintedToken {
        try requireReach(grant, token)
        if let replay = try replay(request) { return replay }
        try requireNewest(grant, token)
        let grace = grace ?? lifetimes.grace
        guard grace >= .seconds(0), grace <= lifetimes.graceMax else {
            throw .invalidValue("grace must be between 0s and the configured lifetimes.grace_max")
        }
        try requireLive(token)
        let now = clock.now()
        var renewed = token
        var old = token.primary
        old.expires = min(old.expires, now.advanced(by: grace))
        renewed.secondary = old.expires > now ? old : nil
        if let dead = token.secondary { try forgetUse(of: token, dead) }
        // From here on the count tells whether the old generation is still in use.
        let use = try settleUse(of: token, token.primary)
        try apply(
            .putUse(
                Use(
                    organization: token.organization, object: token.id.value,
                    generation: old.number, count: 0, lastUsedAt: use.lastUsedAt)))
        return try renew(renewed, remembering: request)
    }

    /// New secrets and no secondary: everything issued before, and every child, is dead at once.
    package func reset(
        _ grant: Grant, _ token: Token, remembering request: IdempotencyRequest?
    ) throws(Refusal) -> MintedToken {
        try requireReach(grant, token)
        if let replay = try replay(request) { return replay }
        try requireNewest(grant, token)
        var renewed = token
        renewed.secondary = nil
        renewed.revokedAt = nil
        renewed.lineage += 1
        try forgetUse(of: token, token.primary)
        if let dead = token.secondary { try forgetUse(of: token, dead) }
        let minted = try renew(renewed, remembering: request)
        raiseFreshness(of: token.organization, because: .init(token.id))
        needsScrub = true
        return minted
    }

    private func renew(
        _ token: Token, remembering request: IdempotencyRequest?
    ) throws(Refusal) -> MintedToken {
        let now = clock.now()
        let expires = try renewedEnd(of: token, at: now)
        let pair = try make { () throws(CryptoError) in try SecretPair(entropy: entropy) }
        let plan = TokenPlan(like: token)
        let newest = max(token.primary.number, token.secondary?.number ?? 0)
        guard newest < .max else { throw .limitReached("the token was renewed too often") }
        var renewed = token
        renewed.primary = generation(
            pair, number: newest + 1, of: plan, expires: expires, at: now)
        renewed.updatedAt = now
        renewed.revision += 1
        try apply(.updateToken(renewed))
        drop(renewed)
        // A policy that grants less than it did shortens what the children were born under.
        if expires < token.primary.expires {
            raiseFreshness(of: token.organization, because: .init(token.id))
        }
        try remember(request, renewed, 0, pair)
        return try minted(renewed, pair, object: 0, isReplay: false)
    }

    /// The end comes from the policy and the fixed end, never from the old generation.
    private func renewedEnd(of token: Token, at now: Instant) throws(Refusal) -> Instant {
        let policy = token.origin == .byDefault ? lifetimes.defaultToken : lifetimes.longest
        let span = min(token.timeToLive, policy, lifetimes.longest)
        var end = min(now.advanced(by: span), token.end ?? .latest)
        if let parentID = token.parent {
            guard let parent = try find(parentID, in: token.organization) else {
                throw .conflict("what the token was minted with is gone; mint another")
            }
            end = min(end, parent.primary.expires)
        }
        // Not the asker's token is at fault: that was looked at before.
        guard end > now else {
            throw .conflict("the token has ended, or what it was minted with; mint another")
        }
        return end
    }

    /// New secrets go to those only who reach at least as far as the token that they belong to:
    /// else a renewal would be a way to more than was lent.
    private func requireReach(_ grant: Grant, _ token: Token) throws(Refusal) {
        guard let principal = grant.principal else { return }
        try requireOwn(grant, token.organization)
        if principal.token == token.id { return }
        if token.level == .integration { return }
        let account = try token.account.flatMap { (id) throws(Refusal) in
            try find(id, in: token.organization)
        }
        let reaches = principal.covers(token.permissionSet.mask) { resources in
            guard resources.integrations == nil, let account else { return false }
            return resources.admits(AccountFacts(account))
        }
        guard reaches else { throw .insufficientScope }
        if principal.level.rawValue < token.level.rawValue { return }
        if try isOwnersOwn(principal) { return }
        guard try isAncestor(principal.token, of: token) else { throw .insufficientScope }
    }

    /// An old secret must be no lever to cut off who holds the new one.
    private func requireNewest(_ grant: Grant, _ token: Token) throws(Refusal) {
        guard grant.principal?.token != token.id || grant.principal?.generation == .primary else {
            throw .conflict("the token was renewed since; its newer secret renews it")
        }
    }

    /// Whether it came with its owner, and so was lent by nobody.
    private func isOwnersOwn(_ principal: Principal) throws(Refusal) -> Bool {
        try find(principal.token, in: principal.organization)?.origin == .byDefault
    }

    private func isAncestor(_ ancestor: TokenID, of token: Token) throws(Refusal) -> Bool {
        var child = token
        for _ in 0..<Limits.lineageDepthMax {
            guard let parent = child.parent else { return false }
            if parent == ancestor { return true }
            guard let above = try find(parent, in: token.organization) else { return false }
            child = above
        }
        return false
    }

    private func requireLive(_ token: Token) throws(Refusal) {
        guard token.revokedAt == nil else {
            throw .conflict("the token is revoked; only a reset brings it back")
        }
    }
}

extension TokenPlan {
    /// For new secrets of a token that exists: their hashes are bound to the same.
    fileprivate init(like token: Token) {
        self.init(
            id: token.id, selector: token.selector, organization: token.organization,
            account: token.account, integration: token.integration, level: token.level,
            permissionSet: token.permissionSet, timeToLive: token.timeToLive)
    }
}

/// Ending a token, or its older half.
extension Vault {
    /// The old generation dies now.
    ///
    /// Refused while it is in use, unless forced: whoever still holds it would be cut off.
    package func removeSecondary(
        _ grant: Grant, _ token: Token, force: Bool
    ) throws(Refusal) -> Token {
        try requireOwn(grant, token.organization)
        guard let secondary = token.secondary else { throw .absent }
        let use = try use(of: token, secondary)
        if !force, let last = use.lastUsedAt,
            clock.now() < last.advanced(by: Limits.recentUse), use.count > 0
        {
            throw .inUse
        }
        return try endSecondary(of: token, secondary)
    }

    private func endSecondary(of token: Token, _ secondary: Generation) throws(Refusal) -> Token {
        try forgetUse(of: token, secondary)
        var changed = token
        changed.secondary = nil
        changed.updatedAt = clock.now()
        changed.revision += 1
        try apply(.updateToken(changed))
        drop(changed)
        return changed
    }

    /// Both generations die, and everything minted with them.
    ///
    /// The row stays as a grave, so that the log can be read with names and a default token can
    /// be brought back by a reset.
    package func end(_ grant: Grant, _ token: Token) throws(Refusal) {
        try requireOwn(grant, token.organization)
        try end(token)
    }

    func end(_ token: Token) throws(Refusal) {
        var dead = token
        dead.revokedAt = token.revokedAt ?? clock.now()
        dead.secondary = nil
        dead.updatedAt = clock.now()
        dead.revision += 1
        try apply(.updateToken(dead))
        let hasChildren = try look { () throws(StoreError) in
            try store.hasChildren(token.id, in: token.organization)
        }
        if hasChildren {
            raiseFreshness(of: token.organization, because: .init(token.id))
        }
        drop(dead)
    }

    /// RFC 7009: whoever shows a secret may end what it belongs to.
    ///
    /// A secret of the older generation ends that generation only: a leaked old secret must not
    /// be a lever to cut off the holder of the new one.
    package func revoke(_ presented: DetachedToken) throws(Refusal) -> Token {
        guard let record = try record(presented.selector) else { throw .unknownToken }
        let kind: TokenSecretKind = presented.kind == .refresh ? .refresh : .access
        guard let hashes = presented.hashes(for: record, kind: kind, ring: ring) else {
            throw .integrity(table: "token")
        }
        guard let token = try find(record.token, in: record.organization) else {
            // Whatever is deleted takes its record along: the row was taken away behind our back.
            cache.drop(presented.selector)
            throw .integrity(table: "token")
        }
        guard hashes.kindFits else { throw .wrongKind }
        let mine = kind == .refresh ? token.primary.refresh : token.primary.access
        if mine.matches(hashes.primary) {
            guard token.revokedAt == nil else { throw .revoked }
            try end(token)
            return token
        }
        guard let secondary = token.secondary else { throw .wrongSecret }
        let older = kind == .refresh ? secondary.refresh : secondary.access
        guard older.matches(hashes.secondary) else { throw .wrongSecret }
        return try endSecondary(of: token, secondary)
    }
}
