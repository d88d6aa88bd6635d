/// How far a sweep over tokens that are long dead has come.
package struct DeadPosition: Equatable, Sendable {
    /// When a token was revoked, or else when its newest generation ended.
    package let end: Instant
    package let token: TokenID

    package init(end: Instant, token: TokenID) {
        self.end = end
        self.token = token
    }

    init(_ token: Token) {
        self.init(end: token.revokedAt ?? token.primary.expires, token: token.id)
    }
}

/// Taking away what is long dead, a piece at a time between batches.
///
/// A removed token is one that nobody knows: the vault keeps no list of what is revoked that
/// could lose an entry and with it the revocation.
extension Vault {
    package struct Removal: Sendable {
        package let removed: [Token]
        /// Where the next piece begins.
        package let position: DeadPosition?
        /// Whether there was more than fitted into the piece.
        package let isMore: Bool
    }

    /// Looks at no more than `count` tokens; runs within a step.
    package func removeDead(
        after position: DeadPosition?, count: Int
    ) throws(Refusal) -> Removal {
        let now = clock.now()
        let limit = now.advanced(by: TimeSpan(microseconds: -lifetimes.deadTokens.microseconds))
        let found = try look { () throws(StoreError) in
            try store.deadTokens(before: limit, after: position, limit: count)
        }
        var removed: [Token] = []
        for token in found where try mayRemove(token, deadSince: limit) {
            try openStep()
            // Its uses would else come back as rows of nobody.
            _ = used.take(token.selector)
            try apply(.deleteToken(token.id, token.organization))
            cache.drop(token.selector)
            removed.append(token)
        }
        return Removal(
            removed: removed, position: found.last.map(DeadPosition.init) ?? position,
            isMore: found.count == count)
    }

    private func mayRemove(_ token: Token, deadSince limit: Instant) throws(Refusal) -> Bool {
        // A default token belongs to its owner, and a reset may bring it back.
        guard token.origin != .byDefault, token.death < limit else { return false }
        return try look { () throws(StoreError) in
            // What was minted with it goes first; an answer that may be repeated needs it.
            if try store.hasChildren(token.id, in: token.organization) { return false }
            return try !store.hasAnswers(about: token.id, in: token.organization)
        }
    }
}
