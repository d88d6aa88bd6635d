/// What would stop working if a token ended.
package struct TokenImpact: Equatable, Sendable {
    /// Living tokens that the asker may see, the one itself included.
    package fileprivate(set) var tokens = 0
    /// Integrations that a living one of them speaks for.
    package fileprivate(set) var integrations = 0
    /// Uses of the last day, by whole hours: the hour that it is and the 24 before it.
    package fileprivate(set) var uses: UInt64 = 0
    /// Whether everything below was looked at; else the figures are what there is at least.
    package fileprivate(set) var isComplete = true

    package init() {}
}

/// Goes down from a token through everything that was minted with it, a piece at a time.
package final class ImpactWalk {
    /// Tokens looked at, living or not, and integrations held in memory.
    package static let countMax = 1_000_000
    package static let integrationCountMax = 100_000

    private struct Branch {
        let parent: TokenID
        let lineage: UInt32
        var position: TokenID?
    }

    private let vault: Vault
    private let grant: Grant
    private let facts: FactsMemo
    private let isOwn: Bool
    private let organization: OrganizationID
    private let countMax: Int
    private var root: Token?
    private var branches: [Branch] = []
    private var integrations: Set<IntegrationID> = []
    private var visitedCount = 0
    package private(set) var impact = TokenImpact()

    package init(
        _ vault: Vault, _ grant: Grant, of token: Token, countMax: Int = ImpactWalk.countMax
    ) throws(Refusal) {
        try vault.requireOwn(grant, token.organization)
        self.vault = vault
        self.grant = grant
        self.countMax = countMax
        organization = token.organization
        isOwn = grant.principal?.token == token.id
        facts = FactsMemo(vault, organization)
        root = token
    }

    package var isFinished: Bool { root == nil && branches.isEmpty }

    /// Looks at no more than about `count` tokens.
    package func advance(_ count: Int) throws(Refusal) {
        // What was true in the last piece may have changed since.
        facts.forget()
        if let token = root {
            root = nil
            if try isAlive(token) { try visit(token) }
        }
        var left = count
        while left > 0, let branch = branches.popLast() {
            left -= try advance(branch, count: min(left, count))
        }
    }

    private func advance(_ branch: Branch, count: Int) throws(Refusal) -> Int {
        let children = try vault.look { () throws(StoreError) in
            try vault.store.children(
                of: branch.parent, in: organization, after: branch.position, limit: count)
        }
        if children.count == count, let last = children.last {
            var rest = branch
            rest.position = last.id
            branches.append(rest)
        }
        for child in children where child.parentLineage == branch.lineage { try visit(child) }
        visitedCount += children.count
        if visitedCount >= countMax || integrations.count >= Self.integrationCountMax {
            impact.isComplete = branches.isEmpty
            branches = []
        }
        return max(1, children.count)
    }

    /// A token whose ancestors live.
    private func visit(_ token: Token) throws(Refusal) {
        let now = vault.clock.now()
        guard token.isAlive(at: now) else { return }
        if try isShown(token) { try count(token) }
        // Children end with the newest generation, whatever is left of the older one.
        guard token.level != .integration, token.primary.expires > now else { return }
        branches.append(Branch(parent: token.id, lineage: token.lineage))
    }

    /// Counting what a narrowed asker does not see would tell of it; all that was minted with its own
    /// token is its own.
    private func isShown(_ token: Token) throws(Refusal) -> Bool {
        if isOwn { return true }
        return vault.reaches(grant, try facts.resource(token))
    }

    private func count(_ token: Token) throws(Refusal) {
        impact.tokens += 1
        impact.uses = impact.uses.saturatingSum(try vault.usesOfLastDay(token))
        if let integration = token.integration, integrations.insert(integration).inserted {
            impact.integrations += 1
        }
    }

    private func isAlive(_ token: Token) throws(Refusal) -> Bool {
        let record = try vault.makeRecord(token)
        return record.fault == nil && record.chainEnd > vault.clock.now()
    }
}

extension Token {
    /// By its own row alone.
    func isAlive(at now: Instant) -> Bool {
        revokedAt == nil && generations.contains { $0.expires > now }
    }

    /// When the last of it ended, or will.
    var death: Instant {
        let end = generations.reduce(primary.expires) { max($0, $1.expires) }
        return min(end, revokedAt ?? end)
    }
}
