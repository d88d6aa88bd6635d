import Support
import Testing
import Vault

@Suite struct `Limits on minting` {
    private let world: World

    init() throws { world = try World() }

    private func limit(caller: Int, organization: Int) {
        var limits = MintLimits()
        limits.perMinuteCaller = caller
        limits.perMinuteOrganization = organization
        world.vault.mintLimits = limits
    }

    private func mint(_ count: Int = 1, by parent: MintedToken? = nil) throws {
        for _ in 0..<count { _ = try world.mint(.viewer, by: parent ?? world.root) }
    }

    private static let ofCaller: StaticText =
        "this token's limits.mints_per_minute_caller is reached"
    private static let ofOrganization: StaticText =
        "the organization's limits.mints_per_minute_organization is reached"

    @Test func `a caller mints a minute's worth at once, then as fast as its limit`() throws {
        limit(caller: 4, organization: 100)
        try mint(4)
        #expect(throws: Refusal.rateLimited(Self.ofCaller, retryAfterSeconds: 15)) { try mint() }
        world.clock.advance(by: .seconds(14))
        #expect(throws: Refusal.rateLimited(Self.ofCaller, retryAfterSeconds: 1)) { try mint() }
        world.clock.advance(by: .seconds(1))
        try mint()
        #expect(throws: Refusal.self) { try mint() }
        world.clock.advance(by: .minutes(10))
        try mint(4)
        #expect(throws: Refusal.self) { try mint() }
    }

    @Test func `an organization's tokens share its limit, another organization has its own`() throws
    {
        limit(caller: 100, organization: 6)
        let issuer = try world.mint(.administrator, by: world.root)
        try mint(3)
        try mint(2, by: issuer)
        for caller in [world.root, issuer] {
            #expect(throws: Refusal.rateLimited(Self.ofOrganization, retryAfterSeconds: 10)) {
                try mint(by: caller)
            }
        }
        #expect(throws: Refusal.rateLimited(Self.ofOrganization, retryAfterSeconds: 10)) {
            try world.mintForIntegration(by: world.root)
        }
        let cousin = try World(in: world.fixture, named: "cousin")
        _ = try cousin.mint(.viewer, by: cousin.root)
    }

    @Test func `an integration's own token is counted as well`() throws {
        limit(caller: 2, organization: 100)
        let place = Resource.account(world.organization.id, AccountFacts(world.account))
        let grant = try world.grant(
            world.text(world.root), .management(.integrationsCreate), on: place)
        func make(_ number: Int) throws {
            var new = Vault.NewIntegration(provider: ProviderID("jira"))
            new.name = Name("more-\(number)")
            let made = new
            _ = try world.vault.step { () throws(Refusal) in
                try world.vault.createIntegration(
                    grant, in: world.scope, made, credential: .none, remembering: nil)
            }
        }
        try make(1)
        try make(2)
        #expect(throws: Refusal.self) { try make(3) }
        #expect(throws: Refusal.self) { try mint() }
        world.clock.advance(by: .seconds(30))
        try make(3)
    }

    @Test func `what was refused is not counted, and neither is a repeated call`() throws {
        limit(caller: 2, organization: 100)
        for _ in 0..<5 {
            #expect(throws: Refusal.self) {
                try world.mint(.viewer, by: world.root, timeToLive: .seconds(0))
            }
        }
        let actor = Actor.token(try world.principal(world.root))
        let request = unsafe world.vault.idempotency(
            "once", actor: actor, operation: "token.create", target: [],
            body: [UInt8]().span.bytes)
        for _ in 0..<5 { _ = try world.mint(.viewer, by: world.root, remembering: request) }
        try mint()
        #expect(throws: Refusal.self) { try mint() }
        // An answer that was lost can still be had.
        _ = try world.mint(.viewer, by: world.root, remembering: request)
    }

    @Test func `a clock that was put back makes nobody wait longer than a minute`() throws {
        limit(caller: 2, organization: 100)
        try mint(2)
        world.clock.set(Instant(microseconds: world.clock.now().microseconds - 600_000_000))
        // The root was made later than now, but that decides nothing.
        #expect(throws: Refusal.rateLimited(Self.ofCaller, retryAfterSeconds: 30)) { try mint() }
        world.clock.advance(by: .seconds(30))
        try mint()
    }

    @Test func `minting is not limited where nobody set a limit`() throws {
        try mint(200)
    }
}
