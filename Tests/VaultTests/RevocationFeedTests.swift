import Support
import Testing
import Vault

/// What a gateway that keeps answers is told.
@Suite struct RevocationFeedTests {
    private let subject = RevocationFeed.Subject(TokenID(1))

    @Test func `an epoch that is forgotten or still to come is not known`() {
        var feed = RevocationFeed(after: 7)
        feed.append(subject, affects: subject)
        #expect(feed.entries(after: 6, limit: 9) == nil)
        #expect(feed.entries(after: 9, limit: 9) == nil)
        #expect(feed.entries(after: 8, limit: 9)?.isEmpty == true)
        #expect(feed.entries(after: 7, limit: 9)?.map(\.epoch) == [8])
        #expect(feed.entries(after: .max, limit: 9) == nil)
    }

    @Test func `the oldest entries are forgotten, and what is left has no gap`() throws {
        var feed = RevocationFeed(after: 100, countMax: 4)
        for count in 1...50 as ClosedRange<UInt64> {
            feed.append(subject, affects: subject)
            #expect(feed.epoch == 100 + count)
            let newest = try #require(feed.entries(after: feed.epoch - min(count, 4), limit: 9))
            #expect(newest.map(\.epoch) == Array((feed.epoch - min(count, 4) + 1)...feed.epoch))
        }
        #expect(feed.entries(after: 100, limit: 9) == nil)
        #expect(feed.entries(after: feed.epoch - 4, limit: 2)?.count == 2)
    }

    @Test func `what is told of a batch that was not kept is forgotten with it`() throws {
        let world = try World()
        let before = world.vault.revocations.epoch
        try world.end(world.leaf)
        #expect(world.vault.revocations.epoch > before)
        try world.vault.abandon()
        #expect(world.vault.revocations.epoch == before)
        #expect(world.vault.revocations.entries(after: before, limit: 9)?.isEmpty == true)
        #expect(world.vault.standing.epoch == before)
    }

    /// Everything that can end a token, or the older half of one.
    enum Ending: CaseIterable, Sendable {
        case end, endParent, reset, rotate, removeSecondary, revoke, disableIntegration
        case deleteIntegration, deleteAccount, changeLabels, disableOrganization
        case deleteOrganization
    }

    @Test(arguments: Ending.allCases)
    func `whatever is refused from now on is named by an entry`(_ ending: Ending) throws {
        let world = try World()
        let narrowed = Resources(accounts: Resources.Accounts(labels: ["gold"]))
        let root = world.root
        let child = try world.mint(.administrator, by: root)
        let grandchild = try world.mint(.viewer, by: child)
        let forLabel = try world.mintForAccount(.viewer, by: root, resources: narrowed)
        let short = try world.mintForIntegration(by: root)
        let renewed = try world.rotate(child, by: world.text(root))
        let all = [root, child, grandchild, forLabel, short, renewed, world.leaf]
        try world.vault.commit()
        let wereGood = try all.filter { try world.fault($0) == nil }
        #expect(wereGood.count == all.count)
        let before = world.vault.revocations.epoch
        try perform(ending, world, child: child)
        let entries = try #require(world.vault.revocations.entries(after: before, limit: 99))
        #expect(!entries.isEmpty && entries.last?.epoch == world.vault.standing.epoch)
        let refused = try all.filter { try world.fault($0) != nil }
        #expect(!refused.isEmpty, "\(ending) ends nothing")
        for minted in refused {
            let named = subjects(of: minted.token)
            #expect(entries.contains { named.contains($0.affects) }, "\(ending)")
        }
    }

    private func subjects(of token: Token) -> [RevocationFeed.Subject] {
        var subjects = [RevocationFeed.Subject(token.id), .init(token.organization)]
        if let account = token.account { subjects.append(.init(account)) }
        if let integration = token.integration { subjects.append(.init(integration)) }
        return subjects
    }

    private func perform(_ ending: Ending, _ world: World, child: MintedToken) throws {
        let vault = world.vault
        let grant = try world.fixture.operatorGrant()
        switch ending {
        case .end: try world.end(world.leaf)
        case .endParent: try world.end(child)
        case .reset: _ = try world.reset(child, by: world.text(world.root))
        case .rotate:
            // The older half of the child dies with its second rotation.
            _ = try world.rotate(child, by: world.text(world.root))
        case .removeSecondary: try world.removeSecondary(child, force: true)
        case .revoke: try world.revoke(world.text(world.leaf))
        case .disableIntegration:
            var change = Vault.IntegrationChange()
            change.state = .disabled
            _ = try vault.update(grant, world.integration, change)
        case .deleteIntegration: try vault.delete(grant, world.integration)
        case .deleteAccount: try vault.delete(grant, world.account)
        case .changeLabels:
            var change = Vault.AccountChange()
            change.labels = []
            _ = try vault.update(grant, world.account, change)
        case .disableOrganization:
            var change = Vault.OrganizationChange()
            change.state = .disabled
            _ = try vault.update(grant, world.organization, change)
        case .deleteOrganization: try vault.delete(grant, world.organization)
        }
    }
}
