import Support
import Testing
import Vault

/// What would stop working if a token ended, and how much it was used lately.
@Suite struct `What depends on a token` {
    private let world: World

    init() throws { world = try World() }

    private func impact(
        of minted: MintedToken, piece: Int = 1, countMax: Int = ImpactWalk.countMax
    ) throws -> TokenImpact {
        let token = try world.stored(minted)
        let walk = try ImpactWalk(
            world.vault, try world.fixture.operatorGrant(), of: token, countMax: countMax)
        var pieces = 0
        while !walk.isFinished {
            try walk.advance(piece)
            pieces += 1
            try #require(pieces < 1000)
        }
        return walk.impact
    }

    private func use(_ minted: MintedToken, _ count: Int = 1) throws {
        for _ in 0..<count { _ = try world.actor(world.text(minted)) }
    }

    @Test func `what is dead already does not count, and neither does what is below it`() throws {
        let parent = try world.mint(.administrator, by: world.root)
        let child = try world.mint(.administrator, by: parent)
        let ended = try world.mint(.administrator, by: child)
        _ = try world.mint(.viewer, by: ended)
        _ = try world.mintForIntegration(by: ended)
        try world.end(ended)
        let brief = try world.mint(.viewer, by: child, timeToLive: .minutes(1))
        #expect(try impact(of: parent).tokens == 3)
        world.clock.advance(by: .minutes(1))
        #expect(try world.fault(brief) == .expired)
        #expect(try impact(of: parent).tokens == 2)
        _ = try world.reset(child, by: world.text(parent))
        _ = try world.mint(.viewer, by: parent)
        // Of the old child's own children none has lived on.
        #expect(try impact(of: child).tokens == 1)
        #expect(try impact(of: parent).tokens == 3)
        try world.end(parent)
        #expect(try impact(of: parent) == TokenImpact())
        #expect(try impact(of: child).tokens == 0)
    }

    @Test(arguments: [1, 2, 3, 1000])
    func `tokens and integrations of the whole subtree are counted, each once`(
        piece: Int
    ) throws {
        let parent = try world.mint(.administrator, by: world.root)
        let middle = try world.mintForAccount(.administrator, by: parent)
        for minter in [parent, parent, middle, middle, middle] {
            _ = try world.mintForIntegration(by: minter)
        }
        let other = try world.mint(.viewer, by: world.root)
        let impact = try impact(of: parent, piece: piece)
        #expect(impact.tokens == 7 && impact.integrations == 1 && impact.isComplete)
        #expect(try self.impact(of: other, piece: piece).tokens == 1)
        let leaf = try self.impact(of: world.leaf, piece: piece)
        #expect(leaf.tokens == 1 && leaf.integrations == 1)
    }

    @Test func `a count that was cut short says so`() throws {
        let parent = try world.mint(.administrator, by: world.root)
        for _ in 0..<8 { _ = try world.mint(.viewer, by: parent) }
        let short = try impact(of: parent, countMax: 4)
        #expect(!short.isComplete && (1..<9).contains(short.tokens))
        let whole = try impact(of: parent, countMax: 9)
        #expect(whole.isComplete && whole.tokens == 9)
    }

    @Test func `uses of the last day are counted for the token and all below it`() throws {
        let parent = try world.mint(.administrator, by: world.root, timeToLive: .days(9))
        let child = try world.mint(.viewer, by: parent, timeToLive: .days(9))
        let before = try impact(of: parent).uses
        try use(parent, 2)
        try use(child, 3)
        // In memory, in the store, or some of each.
        #expect(try impact(of: parent).uses == before + 5)
        try world.vault.flushUses()
        #expect(try impact(of: parent).uses == before + 5)
        try use(child)
        #expect(try impact(of: parent).uses == before + 6)
        #expect(try impact(of: child).uses == 4)
    }

    @Test func `uses are forgotten by the hour, after a day and no sooner`() throws {
        let token = try world.mint(.viewer, by: world.root, timeToLive: .days(9))
        // 08:00: marked for this hour.
        try use(token, 3)
        try world.vault.flushUses()
        world.clock.advance(by: .hours(1))
        try use(token, 2)
        try world.vault.flushUses()
        world.clock.advance(by: .hours(23))
        #expect(try impact(of: token).uses == 5)
        world.clock.advance(by: .hours(1))
        #expect(try impact(of: token).uses == 2)
        try use(token)
        #expect(try impact(of: token).uses == 3)
        world.clock.advance(by: .hours(2))
        try world.vault.flushUses()
        #expect(try impact(of: token).uses == 1)
        world.clock.advance(by: .days(2))
        #expect(try impact(of: token).uses == 0)
    }

    @Test func `a rotation or reset takes nothing from what was used`() throws {
        let parent = world.root
        let token = try world.mint(.administrator, by: parent, timeToLive: .days(9))
        try use(token, 3)
        let next = try world.rotate(token, by: world.text(parent))
        #expect(try impact(of: token).uses == 3)
        try use(token)
        try use(next, 2)
        #expect(try impact(of: token).uses == 6)
        try world.removeSecondary(token, force: true)
        #expect(try impact(of: token).uses == 6)
        let third = try world.reset(token, by: world.text(parent))
        try use(third)
        #expect(try impact(of: token).uses == 7)
        try world.vault.flushUses()
        #expect(try impact(of: token).uses == 7)
    }
}
