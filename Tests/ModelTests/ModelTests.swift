import Foundation
import Support
import Testing

/// The vault against a plain model of it, by random requests from a seed (4.5, "attenuation").
///
/// `STRONGROOM_SEED` replays one seed, `STRONGROOM_OPERATIONS` says how many requests there are.
@Suite struct ModelTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let wantedSeed = environment["STRONGROOM_SEED"].flatMap(UInt64.init)
    private static let wantedCount = environment["STRONGROOM_OPERATIONS"].flatMap(Int.init)

    static let seeds: [UInt64] = wantedSeed.map { [$0] } ?? [1, 2, 3, 4]
    /// Of all seeds together.
    static let count = wantedCount ?? 20_000

    @Test(arguments: seeds)
    func `every answer is the model's`(seed: UInt64) throws {
        var walk = try Walk(.memory, seed: seed)
        try walk.run(Self.count / Self.seeds.count)
        // A walk that is always refused, or never, would show nothing.
        let share = Double(walk.tally[200] ?? 0) / Double(walk.tally.values.reduce(0, +))
        #expect((0.2...0.8).contains(share), "seed \(seed): \(walk.tally)")
        #expect(walk.tally.count == 7 || Self.count < 20_000, "seed \(seed): \(walk.tally)")
    }

    @Test(arguments: seeds)
    func `every answer is the model's on the store that is used`(seed: UInt64) throws {
        var walk = try Walk(.sqlite, seed: seed)
        try walk.run(Self.count / Self.seeds.count / 20)
    }
}
