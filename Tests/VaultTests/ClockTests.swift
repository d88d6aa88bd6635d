import Support
import Testing
import Vault

/// Whatever the wall clock says, the end of a life is one instant, and nothing dead comes back.
@Suite struct `A clock that says anything` {
    private static let moments: [Int64] = [
        -62_135_596_800_000_000,  // the year 1
        -2_147_483_648_000_000, -1, 0,
        2_147_483_647_999_999,  // 2038, the end of 31 bits of seconds
        2_147_483_648_000_000, 4_294_967_296_000_000,
        253_402_214_400_000_000,  // the last day of 9999, beyond which nothing lives
    ]

    private func world(at moment: Int64) throws -> World {
        let fixture = try Fixture(seed: 1, lifetimes: Lifetimes())
        fixture.clock.set(Instant(microseconds: moment))
        return try World(in: fixture, named: "acme")
    }

    @Test(arguments: moments)
    func `a token that was made then ends when it says and not before`(_ moment: Int64) throws {
        let world = try world(at: moment)
        let minted = try world.mint(.viewer, by: world.root, timeToLive: .minutes(5))
        let end = minted.token.primary.expires
        world.clock.set(Instant(microseconds: end.microseconds - 1))
        #expect(try world.fault(minted) == nil)
        world.clock.set(end)
        #expect(try world.fault(minted) == .expired)
        world.clock.set(Instant(microseconds: .max))
        #expect(try world.fault(minted) == .expired)
    }

    @Test(arguments: moments)
    func `what was revoked stays revoked, whatever time it becomes`(_ moment: Int64) throws {
        let world = try world(at: 0)
        try world.revoke(world.text(world.leaf))
        world.clock.set(Instant(microseconds: moment))
        #expect(try world.fault(world.leaf) != nil)
        world.clock.set(Instant(microseconds: 0))
        #expect(try world.fault(world.leaf) == .revoked)
    }

    @Test(arguments: moments)
    func `a child made while the clock was back does not outlive its parent`(
        _ moment: Int64
    ) throws {
        let world = try world(at: 1_800_000_000_000_000)
        let end = world.root.token.primary.expires
        world.clock.set(Instant(microseconds: min(moment, end.microseconds - 1)))
        let child = try world.mint(.viewer, by: world.root)
        #expect(child.token.primary.expires <= end)
        world.clock.set(end)
        #expect(try world.fault(child) != nil)
    }
}
