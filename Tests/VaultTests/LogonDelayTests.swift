import Support
import Testing
import Vault

/// Whoever guesses waits longer and longer, at nobody's cost.
@Suite struct LogonDelayTests {
    private let world: World

    init() throws {
        world = try World()
        try world.makeMember("ann", secret: "correct horse battery")
    }

    /// Seconds to wait; 0 where the attempt is looked at, and counts as failed from then on.
    private func wait(
        _ name: String, at place: String = "acme", from peer: UInt32 = 1000
    ) throws -> Int {
        do {
            _ = try world.vault.beginLogon(world.logonRequest(name, at: place, from: peer))
            return 0
        } catch Refusal.tooManyAttempts(let seconds) {
            return seconds
        }
    }

    @Test func `after five failures each further one doubles the wait, up to five minutes`() throws
    {
        for _ in 0..<5 { #expect(try wait("ann") == 0) }
        for delay in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            #expect(try wait("ann") == delay)
            world.clock.advance(by: TimeSpan(microseconds: Int64(delay) * 1_000_000 - 1))
            #expect(try wait("ann") == 1)
            world.clock.advance(by: TimeSpan(microseconds: 1))
            #expect(try wait("ann") == 0)
        }
    }

    @Test func `a name that is nobody's is slowed down as a member's is`() throws {
        func waits(_ name: String) throws -> [Int] {
            try (0..<40).map { _ in
                world.clock.advance(by: .seconds(1))
                return try wait(name, from: UInt32(name.utf8.count))
            }
        }
        let known = try waits("ann")
        #expect(known.contains(1))
        #expect(try waits("nobody") == known)
        #expect(try waits("Not a name!") == known)
    }

    @Test(arguments: ["ann", "nobody", "Not a name!"])
    func `an organization's other spelling is no second chance, whoever is asked for`(
        _ name: String
    ) throws {
        for _ in 0..<5 { #expect(try wait(name) == 0) }
        #expect(try wait(name, at: world.organization.id.text) == 1)
    }

    @Test func `attempts at the same time are no more than one after the other`() throws {
        // None of them is answered yet.
        let admitted = try (0..<20).filter { _ in try wait("ann") == 0 }
        #expect(admitted.count == 5)
    }

    @Test func `who is right is forgiven, who waits long enough as well`() throws {
        for _ in 0..<4 { #expect(try wait("ann") == 0) }
        _ = try world.logOn("ann", "correct horse battery")
        for _ in 0..<5 { #expect(try wait("ann") == 0) }
        #expect(try wait("ann") == 1)
        world.clock.advance(by: .minutes(15))
        for _ in 0..<5 { #expect(try wait("ann") == 0) }
        #expect(try wait("ann") == 1)
    }

    @Test func `a clock that is put back makes nobody wait longer than the delay`() throws {
        for _ in 0..<5 { #expect(try wait("ann") == 0) }
        world.clock.set(Instant(microseconds: 0))
        #expect(try wait("ann") == 1)
        world.clock.set(Instant(microseconds: .min))
        #expect(try wait("ann") == 1)
    }

    @Test func `a peer that tries many names is slowed down, others are not`() throws {
        for number in 0..<50 { #expect(try wait("name-\(number)", from: 7) == 0) }
        #expect(try wait("another", from: 7) == 1)
        #expect(try wait("another", from: 8) == 0)
        // Being right once does not pay for the guesses at others.
        world.clock.advance(by: .seconds(1))
        let own = world.logonRequest("ann", from: 7)
        _ = try world.logOn(own, "correct horse battery")
        #expect(try wait("yet-another", from: 7) == 1)
        world.clock.advance(by: .seconds(1))
        #expect(try wait("yet-another", from: 7) == 0)
        #expect(try wait("and-another", from: 7) == 2)
    }
}
