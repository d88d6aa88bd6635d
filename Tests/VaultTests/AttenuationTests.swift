import Support
import Testing
import Vault

/// I6: no operation, in any order, gives wider or longer authority than what was given.
@Suite struct AttenuationTests {
    private let world: World

    init() throws { world = try World() }

    private var microsecond: TimeSpan { TimeSpan(microseconds: 1) }

    @Test func `a set that the parent does not hold is refused`() throws {
        let issuer = try world.mint(.tokenIssuer, by: world.root)
        #expect(throws: Refusal.insufficientScope) { try world.mint(.viewer, by: issuer) }
        let manager = try world.mint(.accountManager, by: world.root)
        #expect(throws: Refusal.insufficientScope) { try world.mint(.administrator, by: manager) }
        #expect(throws: Refusal.insufficientScope) { try world.mintForIntegration(by: manager) }
        #expect(try world.fault(try world.mintForIntegration(by: issuer)) == nil)
    }

    @Test func `a set of the other plane is refused`() throws {
        #expect(throws: Refusal.self) { try world.mint(.integration, by: world.root) }
        #expect(throws: Refusal.self) { try world.mint(.connectUI, by: world.root) }
    }

    @Test(arguments: [0, -1, 366 * 24 * 3600, Int64.max, Int64.min] as [Int64])
    func `a lifetime of nothing, or beyond the cap, is refused`(seconds: Int64) throws {
        #expect(throws: Refusal.self) {
            try world.mint(.viewer, by: world.root, timeToLive: .seconds(seconds))
        }
    }

    @Test func `a child ends with its parent at the latest`() throws {
        let parent = try world.mint(.administrator, by: world.root, timeToLive: .hours(1))
        let child = try world.mint(.viewer, by: parent, timeToLive: .hours(9))
        #expect(child.token.primary.expires == parent.token.primary.expires)
        world.clock.advance(by: .hours(1).less(microsecond))
        #expect(try world.fault(child) == nil)
        world.clock.advance(by: microsecond)
        #expect(try world.fault(child) == .expired)
    }

    @Test func `no renewal moves the end of an ad hoc token`() throws {
        let child = try world.mint(.viewer, by: world.root, timeToLive: .hours(1))
        let end = child.token.primary.expires
        var newest = child
        for _ in 0..<5 {
            world.clock.advance(by: .minutes(10))
            newest = try world.rotate(child, by: world.refreshText(newest))
            #expect(newest.token.primary.expires == end)
        }
        world.clock.set(end)
        #expect(throws: Refusal.expired) {
            try world.rotate(child, by: world.refreshText(newest))
        }
    }

    @Test func `an older generation lends no more than what is left of it`() throws {
        let next = try world.rotate(world.root, by: world.text(world.root), grace: .hours(1))
        let end = world.clock.now().advanced(by: .hours(1))
        let child = try world.mint(.viewer, by: world.root, timeToLive: .days(30))
        #expect(child.token.primary.expires == end)
        let other = try world.mint(.viewer, by: next, timeToLive: .days(30))
        #expect(other.token.primary.expires == world.clock.now().advanced(by: .days(30)))
    }

    @Test func `an older generation does not renew itself back to life`() throws {
        let next = try world.rotate(world.root, by: world.refreshText(world.root))
        for text in [world.refreshText(world.root), world.text(world.root)] {
            #expect(throws: Refusal.self) { try world.rotate(world.root, by: text) }
        }
        #expect(throws: Refusal.self) { try world.reset(world.root, by: world.text(world.root)) }
        #expect(try world.fault(next) == nil)
        #expect(try world.stored(next).primary.number == 2)
    }

    @Test func `an ad hoc administrator does not renew what it was lent from`() throws {
        let child = try world.mint(.administrator, by: world.root, timeToLive: .hours(1))
        let grandchild = try world.mint(.administrator, by: child)
        let sibling = try world.mint(.viewer, by: world.root)
        for target in [world.root, child, sibling] {
            #expect(throws: Refusal.insufficientScope) {
                try world.rotate(target, by: world.text(grandchild))
            }
            #expect(throws: Refusal.insufficientScope) {
                try world.reset(target, by: world.text(grandchild))
            }
        }
        #expect(try world.fault(try world.rotate(grandchild, by: world.text(child))) == nil)
        #expect(try world.fault(try world.rotate(sibling, by: world.text(world.root))) == nil)
        #expect(try world.fault(try world.rotate(world.leaf, by: world.text(child))) == nil)
    }

    @Test func `a token for some integrations does not renew one for the whole account`() throws {
        let wide = try world.mintForAccount(.viewer, by: world.root)
        let tickets = Resources(integrations: .init(connectors: [ConnectorID("ticketing")]))
        let narrow = try world.mint(.administrator, by: world.root, resources: tickets)
        #expect(throws: Refusal.insufficientScope) {
            try world.rotate(wide, by: world.text(narrow))
        }
        #expect(throws: Refusal.insufficientScope) { try world.reset(wide, by: world.text(narrow)) }
        #expect(try world.fault(try world.rotate(world.leaf, by: world.text(narrow))) == nil)
    }

    @Test func `a child's narrowing never leaves out its ancestors'`() throws {
        let silver = Resources(accounts: .init(labels: ["silver"]))
        let gold = Resources(accounts: .init(labels: ["gold"]))
        let parent = try world.mint(.administrator, by: world.root, resources: silver)
        let child = try world.mint(.administrator, by: parent, resources: gold)
        #expect(try world.principal(child).narrowings.count == 2)
        #expect(throws: Refusal.foreign) { try world.mintForAccount(.viewer, by: child) }
        #expect(throws: Refusal.foreign) { try world.mintForAccount(.viewer, by: parent) }
    }

    @Test func `what a parent loses its children lose at the next look`() throws {
        let gold = Resources(accounts: .init(labels: ["gold"]))
        let parent = try world.mint(.administrator, by: world.root, resources: gold)
        let child = try world.mintForAccount(.viewer, by: parent)
        #expect(try world.fault(child) == nil)
        var change = Vault.AccountChange()
        change.labels = []
        let grant = try world.fixture.operatorGrant()
        _ = try world.vault.step { () throws(Refusal) in
            try world.vault.update(grant, world.account, change)
        }
        #expect(try world.fault(child) == .parentDead)
    }

    @Test func `the end of an ancestor is the end of all below it`() throws {
        let child = try world.mint(.administrator, by: world.root)
        let grandchild = try world.mintForAccount(.administrator, by: child)
        let leaf = try world.mintForIntegration(by: grandchild)
        for token in [child, grandchild, leaf] { #expect(try world.fault(token) == nil) }
        try world.end(child)
        #expect(try world.fault(grandchild) == .parentDead)
        #expect(try world.fault(leaf) == .parentDead)
        let back = try world.reset(child, by: world.text(world.root))
        #expect(try world.fault(back) == nil)
        #expect(try world.fault(grandchild) == .parentDead)
        #expect(try world.fault(leaf) == .parentDead)
    }

    @Test func `a reset of an ancestor leaves its children behind, a rotation does not`() throws {
        let child = try world.mint(.viewer, by: world.root)
        let next = try world.rotate(world.root, by: world.text(world.root))
        #expect(try world.fault(child) == nil)
        _ = try world.reset(world.root, by: world.text(next))
        #expect(try world.fault(child) == .parentDead)
    }

    @Test func `a policy that grants less shortens children at once`() throws {
        var lifetimes = Lifetimes()
        lifetimes.longest = .days(30)
        let child = try world.mint(.viewer, by: world.root, timeToLive: .days(200))
        #expect(try world.fault(child) == nil)
        let stricter = try Vault(
            store: world.fixture.store, ring: world.fixture.ring, clock: world.clock,
            entropy: world.fixture.entropy, lifetimes: lifetimes, catalogue: .small,
            cache: world.vault.cache)
        let grant = try world.fixture.operatorGrant()
        let token = try world.stored(world.root)
        _ = try stricter.step { () throws(Refusal) in
            try stricter.rotate(grant, token, grace: nil, remembering: nil)
        }
        world.clock.advance(by: .days(30))
        #expect(try world.fault(child) == .expired)
    }

    @Test func `a chain has eight ancestors and no more`() throws {
        var token = world.root
        for _ in 0..<Limits.lineageDepthMax { token = try world.mint(.administrator, by: token) }
        #expect(try world.fault(token) == nil)
        #expect(throws: Refusal.limitReached("a token may have at most 8 ancestors")) {
            try world.mint(.viewer, by: token)
        }
    }

    /// Random operations; after each, every living token is held against what it was lent.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `no sequence of operations widens or lengthens anything`(seed: UInt64) throws {
        var walk = AttenuationWalk(world: try World(seed: seed, rowByteCount: 1 << 20), seed: seed)
        for _ in 0..<250 { try walk.step() }
    }
}
