import Crypto
import Support
import Testing
import Vault

/// Many tokens of one integration under one decision.
@Suite struct MintSeriesTests {
    private func series(
        _ count: Int, in world: World, by grant: Grant, timeToLive: TimeSpan? = nil
    ) throws -> [MintedToken] {
        var request = AdhocRequest(permissionSet: .integration)
        request.timeToLive = timeToLive
        var made: [MintedToken] = []
        try world.vault.step { () throws(Refusal) in
            try world.vault.mintIntegrationTokens(count, grant, world.integration, request) {
                made.append($0)
            }
        }
        return made
    }

    private func grant(in world: World, by minted: MintedToken) throws -> Grant {
        let place = Resource.integration(
            world.organization.id, AccountFacts(world.account),
            world.vault.facts(of: world.integration))
        return try world.grant(
            world.text(minted), .management(.tokensCreateIntegration), on: place)
    }

    @Test func `another organization's grant makes none`() throws {
        let world = try World()
        let other = try World(in: world.fixture, named: "other")
        let grant = try grant(in: other, by: other.root)
        #expect(throws: Refusal.foreign) { try series(3, in: world, by: grant) }
    }

    @Test func `none outlives what may be asked for`() throws {
        let world = try World()
        let grant = try grant(in: world, by: world.root)
        #expect(throws: Refusal.self) {
            try series(3, in: world, by: grant, timeToLive: .days(4000))
        }
    }

    @Test func `each counts against the limit, and one too many leaves none`() throws {
        let world = try World()
        var limits = MintLimits()
        limits.perMinuteCaller = 5
        world.vault.mintLimits = limits
        let grant = try grant(in: world, by: world.root)
        let before = try world.vault.store.counts().tokens
        #expect(throws: Refusal.self) { try series(6, in: world, by: grant) }
        #expect(try world.vault.store.counts().tokens == before)
    }

    @Test func `all of them are good, and no two alike`() throws {
        let world = try World()
        let made = try series(20, in: world, by: try grant(in: world, by: world.root))
        #expect(made.count == 20)
        #expect(Set(made.map(\.token.id)).count == 20)
        #expect(Set(made.map(\.token.selector)).count == 20)
        #expect(Set(made.map { world.text($0) }).count == 20)
        for minted in made { #expect(try world.fault(minted) == nil) }
        #expect(try series(0, in: world, by: try grant(in: world, by: world.root)).isEmpty)
    }
}
