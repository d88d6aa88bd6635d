import Crypto
import Support
import Testing
import Vault

/// Logging on: one way for everybody, slower for those who guess.
@Suite struct LogonTests {
    private let world: World
    private let ann: Member
    private static let secret = "correct horse battery"

    init() throws {
        world = try World()
        ann = try world.makeMember("ann", roles: ["viewer", "member"], secret: Self.secret)
    }

    private func refused(_ name: String, at place: String = "acme", _ secret: String) -> Refusal? {
        refusal { _ = try world.logOn(world.logonRequest(name, at: place), secret) } as? Refusal
    }

    @Test func `a wrong secret and a name that is nobody's are refused`() throws {
        #expect(refused("ann", "correct horse batterz") == .wrongSecret)
        #expect(refused("ann", "correct horse batter") == .wrongSecret)
        #expect(refused("ann", Self.secret + "x") == .wrongSecret)
        #expect(refused("eve", Self.secret) == .absent)
        #expect(refused("ann", at: "elsewhere", Self.secret) == .absent)
        #expect(refused("Not a name!", Self.secret) == .absent)
    }

    @Test func `a member without a secret logs on with none`() throws {
        try world.makeMember("mute", roles: ["viewer"])
        #expect(refused("mute", Self.secret) == .wrongSecret)
        #expect(refused("mute", "") == .wrongSecret)
    }

    @Test func `who is disabled is refused when the secret is right, and only then told apart`()
        throws
    {
        try world.change(ann) { $0.state = .disabled }
        #expect(refused("ann", Self.secret) == .memberDisabled)
        #expect(refused("ann", "something else") == .wrongSecret)
        try world.change(ann) { $0.state = .enabled }
        let grant = try world.fixture.operatorGrant()
        var change = Vault.OrganizationChange()
        change.state = .disabled
        _ = try world.vault.step { () throws(Refusal) in
            try world.vault.update(grant, world.organization, change)
        }
        #expect(refused("ann", Self.secret) == .organizationDisabled)
    }

    @Test func `whoever is asked for, the same work is done`() throws {
        try world.makeMember("mute")
        let costs = try ["ann", "mute", "eve", "Not a name!"].map {
            try world.vault.beginLogon(world.logonRequest($0))
        }
        for cost in costs {
            #expect(cost.opsLimit == costs[0].opsLimit)
            #expect(cost.memoryBytes == costs[0].memoryBytes)
            #expect(cost.salt.count == costs[0].salt.count)
        }
    }

    @Test func `one member's secret is not another's, and each has a salt of its own`() throws {
        let bob = try world.makeMember("bob", roles: ["viewer"], secret: Self.secret)
        let (left, right) = (try #require(ann.secret), try #require(bob.secret))
        #expect(left.cost.salt != right.cost.salt && !left.mac.matches(right.mac))
        // A row's secret in another member's row, salt and all, is of no use there.
        var thief = bob
        thief.secret = left
        try world.fixture.store.apply(.updateMember(thief))
        #expect(refused("bob", Self.secret) == .wrongSecret)
    }

    @Test func `a token of a log-on is the member's, for as long as the member's tokens live`()
        throws
    {
        let token = try world.logOn("ann", Self.secret)
        #expect(token.token.origin == .logon && token.token.member == ann.id)
        #expect(token.token.parent == nil)
        #expect(token.token.primary.expires == world.clock.now().advanced(by: .hours(1)))
        let place = Resource.account(world.organization.id, AccountFacts(world.account))
        #expect(try world.refused(token, .accountsGet, on: place) == nil)
        #expect(try world.refused(token, .accountsUpdate, on: place) == .insufficientScope)
        let short = try world.logOn(
            world.logonRequest("ann", timeToLive: .minutes(5)), Self.secret)
        #expect(short.token.primary.expires == world.clock.now().advanced(by: .minutes(5)))
        #expect(throws: Refusal.self) {
            try world.logOn(world.logonRequest("ann", timeToLive: .hours(2)), Self.secret)
        }
    }

    @Test func `a refreshed session ends when it would have ended`() throws {
        let token = try world.logOn("ann", Self.secret)
        let end = token.token.primary.expires
        world.clock.advance(by: .minutes(50))
        let renewed = try world.rotate(token, by: world.refreshText(token))
        #expect(renewed.token.primary.expires == end)
        world.clock.advance(by: .minutes(10))
        #expect(try world.fault(renewed) == .expired)
    }

    @Test func `a new secret ends the sessions of the old one`() throws {
        let session = try world.logOn("ann", Self.secret)
        let lent = try world.mint(for: ann)
        // Known to the cache by now.
        #expect(try world.fault(session) == nil)
        world.clock.advance(by: .seconds(1))
        let secret = try world.stretched("a newer secret", world.vault.newSecretCost())
        try world.change(ann) { $0.secret = secret }
        #expect(try world.fault(session) == .revoked)
        // Made for the member without its secret, and good without it.
        #expect(try world.fault(lent) == nil)
        #expect(refused("ann", Self.secret) == .wrongSecret)
        let next = try world.logOn("ann", "a newer secret")
        #expect(try world.fault(next) == nil)
        try world.change(ann) { $0.secret = .some(nil) }
        #expect(refused("ann", "a newer secret") == .wrongSecret)
    }

    @Test func `logging off ends the session and what it lent, but no default token`() throws {
        let session = try world.logOn("ann", Self.secret)
        let child = try world.mint(.viewer, by: session)
        func logOff(_ minted: MintedToken) throws {
            let operation = Operation.management(.tokensDelete, holderMay: true)
            let grant = try world.grant(
                world.text(minted), operation, on: try world.vault.resource(minted.token))
            _ = try world.vault.step { () throws(Refusal) in try world.vault.logOff(grant) }
        }
        #expect(throws: Refusal.self) { try logOff(world.root) }
        #expect(try world.fault(world.root) == nil)
        try logOff(session)
        #expect(try world.fault(session) == .revoked)
        #expect(try world.fault(child) == .parentDead)
    }
}
