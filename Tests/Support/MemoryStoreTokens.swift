package import Vault

/// What is asked of tokens beside their look-ups.
extension MemoryStore {
    package func token(
        named name: Name, in place: TokenPlace, at now: Instant
    ) throws(StoreError) -> Token? {
        state.tokens.values.first {
            $0.name == name && $0.place == place && $0.isNameTaken(at: now)
        }
    }

    package func tokens(
        of member: MemberID, in organization: OrganizationID, after: TokenID?, limit: Int
    ) throws(StoreError) -> [Token] {
        page(state.tokens.values, after, limit, \.id) {
            $0.organization == organization && $0.member == member
        }
    }

    package func children(
        of token: TokenID, in organization: OrganizationID, after: TokenID?, limit: Int
    ) throws(StoreError) -> [Token] {
        page(state.tokens.values, after, limit, \.id) {
            $0.organization == organization && $0.parent == token
        }
    }

    package func hasChildren(
        _ token: TokenID, in organization: OrganizationID
    ) throws(StoreError) -> Bool {
        state.tokens.values.contains { $0.organization == organization && $0.parent == token }
    }

    package func deadTokens(
        before limit: Instant, after: DeadPosition?, limit count: Int
    ) throws(StoreError) -> [Token] {
        func place(_ token: Token) -> (Instant, TokenID) {
            (token.revokedAt ?? token.primary.expires, token.id)
        }
        let start = after.map { ($0.end, $0.token) }
        return Array(
            state.tokens.values.filter { token in
                token.origin != .byDefault && place(token).0 < limit
                    && (start.map { $0 < place(token) } ?? true)
            }.sorted { place($0) < place($1) }.prefix(count))
    }

    package func hasAnswers(
        about token: TokenID, in organization: OrganizationID
    ) throws(StoreError) -> Bool {
        state.answers.values.contains { $0.organization == organization && $0.token == token }
    }

    package func useHistory(
        of token: TokenID, in organization: OrganizationID
    ) throws(StoreError) -> UseHistory? {
        let found = state.histories[token]
        return found?.organization == organization ? found : nil
    }
}
