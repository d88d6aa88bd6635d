import Support
import Testing
import Vault

/// Taking away what has long been dead.
@Suite(.serialized) struct `Removal of dead tokens` {
    private let world: World
    private let day = TimeSpan.days(1)

    init() throws { world = try World() }

    /// Sweeps from the beginning until there is no more; returns what was removed.
    @discardableResult
    private func sweep(_ count: Int = 2) throws -> Set<TokenID> {
        var removed: Set<TokenID> = []
        var position: DeadPosition?
        while true {
            let removal = try world.vault.step { () throws(Refusal) in
                try world.vault.removeDead(after: position, count: count)
            }
            for token in removal.removed { #expect(removed.insert(token.id).inserted) }
            guard removal.isMore else { return removed }
            #expect(position != removal.position)
            position = removal.position
        }
    }

    private func isThere(_ minted: MintedToken) throws -> Bool {
        try world.vault.find(minted.token.id, in: minted.token.organization) != nil
    }

    private var microsecond: TimeSpan { TimeSpan(microseconds: 1) }

    @Test func `nothing is removed before its time, whatever it died of`() throws {
        let expired = try world.mint(.viewer, by: world.root, timeToLive: day)
        let revoked = try world.mint(.viewer, by: world.root, timeToLive: .days(60))
        try world.end(revoked)
        world.clock.advance(by: .days(30))
        #expect(try sweep().isEmpty)
        world.clock.advance(by: microsecond)
        #expect(try sweep() == [revoked.token.id])
        world.clock.advance(by: .days(1).less(microsecond))
        #expect(try sweep().isEmpty)
        world.clock.advance(by: microsecond)
        #expect(try sweep() == [expired.token.id])
        #expect(try !isThere(expired) && !isThere(revoked))
    }

    @Test func `a removed token is refused as one that nobody knows`() throws {
        let revoked = try world.mint(.viewer, by: world.root, timeToLive: .days(200))
        #expect(try world.fault(revoked) == nil)
        try world.end(revoked)
        #expect(try world.fault(revoked) == .revoked)
        world.clock.advance(by: .days(31))
        try sweep()
        #expect(try world.fault(revoked) == .unknownToken)
        #expect(throws: Refusal.self) { try world.actor(world.refreshText(revoked)) }
        #expect(throws: Refusal.self) { try world.revoke(world.text(revoked)) }
    }

    @Test func `default tokens of living owners stay, however dead`() throws {
        try world.end(world.leaf)
        world.clock.advance(by: .days(800))
        #expect(try world.fault(world.root) == .expired)
        #expect(try sweep().isEmpty)
        #expect(try isThere(world.leaf) && isThere(world.root))
    }

    @Test func `a parent stays as long as a child does`() throws {
        let parent = try world.mint(.administrator, by: world.root, timeToLive: .days(50))
        let child = try world.mint(.viewer, by: parent, timeToLive: .days(50))
        try world.end(parent)
        world.clock.advance(by: .days(31))
        #expect(try sweep().isEmpty)
        #expect(try world.fault(child) == .parentDead)
        world.clock.advance(by: .days(50))
        #expect(try sweep().contains(child.token.id))
        try sweep()
        #expect(try !isThere(parent) && !isThere(child))
    }

    @Test func `a token whose answer may be repeated stays until that is over`() throws {
        var lifetimes = Lifetimes()
        lifetimes.deadTokens = .seconds(1)
        let world = try World(lifetimes: lifetimes)
        let actor = Actor.token(try world.principal(world.root))
        let request = unsafe world.vault.idempotency(
            "once", actor: actor, operation: "token.create", target: [],
            body: [UInt8]().span.bytes)
        let brief = try world.mint(
            .viewer, by: world.root, timeToLive: .minutes(1), remembering: request)
        world.clock.advance(by: .minutes(5))
        func removed() throws -> [TokenID] {
            try world.vault.step { () throws(Refusal) in
                try world.vault.removeDead(after: nil, count: 9)
            }.removed.map(\.id)
        }
        #expect(try removed().isEmpty)
        world.clock.advance(by: .minutes(6))
        try world.vault.forgetOldAnswers()
        #expect(try removed() == [brief.token.id])
    }

    @Test func `an older generation that outlives the newer one keeps the token`() throws {
        let token = try world.mint(.viewer, by: world.root, timeToLive: .days(40))
        let next = try world.rotate(token, by: world.text(world.root), grace: .days(7))
        #expect(try world.fault(next) == nil)
        world.clock.advance(by: .days(69))
        #expect(try sweep().isEmpty)
        world.clock.advance(by: .days(2))
        #expect(try sweep() == [token.token.id])
    }

    @Test func `uses of a removed token go with it, those in memory too`() throws {
        let token = try world.mint(.viewer, by: world.root, timeToLive: day)
        _ = try world.actor(world.text(token))
        try world.vault.flushUses()
        _ = try world.actor(world.text(token))
        world.clock.advance(by: .days(32))
        #expect(try sweep() == [token.token.id])
        try world.vault.flushUses()
        let store = world.fixture.store
        let organization = world.organization.id
        #expect(try store.use(of: token.token.id.value, generation: 1, in: organization) == nil)
        #expect(try store.useHistory(of: token.token.id, in: organization) == nil)
    }

    @Test(arguments: [1, 2, 3, 7])
    func `any number is removed in bounded pieces, the living are left alone`(
        piece: Int
    ) throws {
        var dead: Set<TokenID> = []
        for index in 0..<20 {
            let token = try world.mint(
                .viewer, by: world.root, timeToLive: .hours(Int64(1 + index % 3)))
            dead.insert(token.token.id)
        }
        world.clock.advance(by: .days(31))
        let living = try world.mint(.viewer, by: world.root)
        #expect(try sweep(piece) == dead)
        #expect(try world.fault(living) == nil)
        #expect(try world.fault(world.root) == nil)
    }
}
