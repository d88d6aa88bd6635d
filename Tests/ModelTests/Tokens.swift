import Vault

/// What calls do to tokens: 1.3 of the product's page.
extension Tenancy {
    func performOnTokens(
        _ call: Call, by bearer: Bearer, _ news: News
    ) throws(Denial) -> Outcome {
        switch call {
        case .mint, .mintForAccount, .mintForIntegration, .mintForMember:
            return try mint(call, by: bearer, news)
        case .getToken(let id):
            return try token(id, .tokensGet, by: bearer, holderMay: true).outcome
        case .refresh(let id, let grace):
            let token = try toRefresh(id, by: bearer)
            try bearer.requireMayRenew(token)
            return try rotate(token, grace: grace, at: bearer.now)
        case .rotate(let id, let grace, let key):
            let token = try token(id, .tokensRotate, by: bearer)
            return try rotate(token, grace, key, by: bearer)
        case .reset(let id):
            let token = try token(id, .tokensReset, by: bearer)
            try bearer.requireMayRenew(token)
            return try reset(token, at: bearer.now)
        case .removeSecondary(let id, let isForced):
            let token = try token(id, .tokensRemoveSecondary, by: bearer, holderMay: true)
            return try removeSecondary(of: token, isForced: isForced, at: bearer.now)
        case .deleteToken(let id):
            let token = try token(id, .tokensDelete, by: bearer, holderMay: true)
            end(token, at: bearer.now)
            return .done(token.id)
        case .logOff:
            try bearer.require(.tokensDelete, on: .token(bearer.token), holderMay: true)
            guard bearer.token.origin != .byDefault else { throw .conflict }
            end(bearer.token, at: bearer.now)
            return .done(bearer.token.id)
        default: return try listTokens(by: bearer)
        }
    }

    private func listTokens(by bearer: Bearer) throws(Denial) -> Outcome {
        try bearer.require(.tokensList, on: .ownPart)
        let visible = tokens.values.filter {
            !$0.isGone && bearer.may(.tokensList, on: .token($0))
        }
        return .list(visible.map(\.id).sorted())
    }

    private func token(
        _ id: TokenID, _ permission: Permission, by bearer: Bearer, holderMay: Bool = false
    ) throws(Denial) -> KnownToken {
        let found = tokens[id].flatMap { $0.isGone ? nil : $0 }
        try bearer.require(permission, on: found.map(Place.token), holderMay: holderMay)
        // A holder's own use has been noted since it was asked for.
        guard let found else { throw .absent }
        return found
    }

    /// A refresh secret is good for its own token only.
    private func toRefresh(_ id: TokenID, by bearer: Bearer) throws(Denial) -> KnownToken {
        guard bearer.isByRefresh else { return try token(id, .tokensRefresh, by: bearer) }
        guard id == bearer.token.id, let own = tokens[id] else { throw .absent }
        return own
    }

    // MARK: - Renewing

    private func rotate(
        _ token: KnownToken, _ grace: TimeSpan?, _ key: String?, by bearer: Bearer
    ) throws(Denial) -> Outcome {
        let answer = key.map { AnswerKey(caller: bearer.token.id, target: token.id, key: $0) }
        let request = "\(grace.map { "\($0.microseconds)" } ?? "")"
        if let repeated = try repeated(answer, request, at: bearer.now) { return repeated }
        try bearer.requireMayRenew(token)
        let outcome = try rotate(token, grace: grace, at: bearer.now)
        remember(answer, request, token.id, at: bearer.now)
        return outcome
    }

    /// The old primary becomes the secondary for `grace`; an older one dies.
    func rotate(
        _ token: KnownToken, grace: TimeSpan?, at now: Instant
    ) throws(Denial) -> Outcome {
        let grace = grace ?? Rulebook.grace
        guard grace >= .seconds(0), grace <= Rulebook.graceMax else { throw .invalid }
        guard token.revokedAt == nil else { throw .conflict }
        var renewed = token
        var old = token.primary
        old.expires = min(old.expires, now.advanced(by: grace))
        // From here on the count tells whether it is still in use.
        old.useCount = 0
        renewed.secondary = old.expires > now ? old : nil
        return try renew(renewed, at: now)
    }

    /// Everything issued before is dead at once, and all that was lent.
    func reset(_ token: KnownToken, at now: Instant) throws(Denial) -> Outcome {
        var renewed = token
        renewed.secondary = nil
        renewed.revokedAt = nil
        renewed.resets += 1
        return try renew(renewed, at: now)
    }

    /// The lifetime comes from policy, and never goes beyond the fixed end or the parent's.
    private func renew(_ token: KnownToken, at now: Instant) throws(Denial) -> Outcome {
        var end = min(now.advanced(by: token.span), token.end ?? Instant(microseconds: .max))
        if let id = token.parent {
            guard let parent = tokens[id] else { throw .conflict }
            end = min(end, parent.primary.expires)
        }
        guard end > now else { throw .conflict }
        var renewed = token
        renewed.primary = KnownGeneration(number: token.primary.number + 1, expires: end)
        tokens[token.id] = renewed
        return renewed.outcome
    }

    // MARK: - Ending

    func end(_ token: KnownToken, at now: Instant) {
        tokens[token.id]?.revokedAt = token.revokedAt ?? now
        tokens[token.id]?.secondary = nil
    }

    func removeSecondary(
        of token: KnownToken, isForced: Bool, at now: Instant
    ) throws(Denial) -> Outcome {
        guard let secondary = token.secondary else { throw .absent }
        if !isForced, secondary.useCount > 0, let last = secondary.lastUsed,
            now < last.advanced(by: Rulebook.recentUse)
        {
            throw .conflict
        }
        tokens[token.id]?.secondary = nil
        return tokens[token.id]?.outcome ?? .nothing
    }

    // MARK: - Repeating

    func repeated(
        _ key: AnswerKey?, _ request: String, at now: Instant
    ) throws(Denial) -> Outcome? {
        guard let key, let answer = answers[key], now < answer.expires else { return nil }
        guard answer.request == request, let token = tokens[answer.token],
            token.primary.number == answer.generation, token.revokedAt == nil
        else { throw .conflict }
        return token.outcome
    }

    func remember(_ key: AnswerKey?, _ request: String, _ token: TokenID, at now: Instant) {
        guard let key, let made = tokens[token] else { return }
        answers[key] = KnownAnswer(
            request: request, token: token, generation: made.primary.number,
            expires: now.advanced(by: Rulebook.repetition))
    }

    func byDefault() throws(Denial) -> KnownToken {
        guard let token = tokens[defaultToken] else { throw .absent }
        return token
    }
}

extension KnownToken {
    var outcome: Outcome {
        .token(
            id, generation: primary.number, expires: primary.expires,
            secondary: secondary?.expires)
    }
}
