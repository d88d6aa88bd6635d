/// Where a list of tokens is read from: the narrowest place that holds all that is asked for.
package enum TokenSource: Sendable {
    case organization
    case account(AccountID)
    /// Minted by one token.
    case parent(TokenID)
    /// Of one member.
    case member(MemberID)
}

extension Vault {
    /// Tokens that were ended are left out, as a look-up does, but for those that a reset may
    /// bring back.
    package func tokens(
        _ grant: Grant, in organization: OrganizationID, from wanted: TokenSource = .organization
    ) -> Listing<Token> {
        // What an account's token may see is its account's; how much else there is must not show.
        let source: TokenSource =
            if case .organization = wanted, let own = grant.principal?.account {
                .account(own)
            } else {
                wanted
            }
        let facts = FactsMemo(self, organization)
        return Listing(id: { $0.id.value }) { (position, count) throws(Refusal) in
            // What was true in the last piece may have changed since.
            facts.forget()
            return try self.tokens(organization, source, TokenID(after: position), count)
        } find: { (id) throws(Refusal) in
            try self.find(TokenID(id), in: organization)
        } admits: { (token) throws(Refusal) in
            guard !token.isGone else { return false }
            return self.reaches(grant, try facts.resource(token))
        }
    }

    private func tokens(
        _ organization: OrganizationID, _ source: TokenSource, _ after: TokenID?, _ limit: Int
    ) throws(Refusal) -> [Token] {
        try look { () throws(StoreError) in
            switch source {
            case .organization:
                try store.tokens(in: organization, account: nil, after: after, limit: limit)
            case .account(let account):
                try store.tokens(in: organization, account: account, after: after, limit: limit)
            case .parent(let parent):
                try store.children(of: parent, in: organization, after: after, limit: limit)
            case .member(let member):
                try store.tokens(of: member, in: organization, after: after, limit: limit)
            }
        }
    }
}

extension Token {
    /// Ended for good: what is left is a grave that no look-up finds.
    package var isGone: Bool { revokedAt != nil && origin != .byDefault }

    package var place: TokenPlace {
        TokenPlace(organization: organization, account: account, integration: integration)
    }

    /// Whether it has a name that no other token of its owner may have: one that was given, until
    /// the token has ended for good.
    package func isNameTaken(at now: Instant) -> Bool {
        guard let end, revokedAt == nil else { return false }
        return end > now && name != Name(of: id)
    }

    var generations: [Generation] { [primary] + (secondary.map { [$0] } ?? []) }
}

/// The owners of a piece's tokens, looked up once each.
final class FactsMemo {
    private let vault: Vault
    private let organization: OrganizationID
    private var accounts: [AccountID: Account?] = [:]

    init(_ vault: Vault, _ organization: OrganizationID) {
        self.vault = vault
        self.organization = organization
    }

    func forget() { accounts = [:] }

    func resource(_ token: Token) throws(Refusal) -> Resource {
        guard let id = token.account else { return try vault.resource(token, of: nil) }
        if let known = accounts[id] { return try vault.resource(token, of: known) }
        let account = try vault.find(id, in: organization)
        accounts[id] = .some(account)
        return try vault.resource(token, of: account)
    }
}
