import Crypto
import Server
import Support
import Synchronization
import Vault

/// Randomness of which each tenant has a stream of its own, so that what one of them draws cannot
/// depend on how much another has drawn before.
final class TurnEntropy: Entropy {
    enum Turn: Int, CaseIterable { case house, subject, neighbour }

    private let streams: [DeterministicEntropy]
    /// Guards whose stream is drawn from.
    private let turn = Mutex(Turn.house)

    /// - Parameter isShared: one stream for all: the planted fault that must be found.
    init(seed: UInt64, isShared: Bool) {
        let shared = DeterministicEntropy(seed: seed)
        streams = Turn.allCases.map { turn in
            isShared ? shared : DeterministicEntropy(seed: seed &* 3 &+ UInt64(turn.rawValue))
        }
    }

    func begin(_ next: Turn) { turn.withLock { $0 = next } }

    func fill(_ bytes: inout MutableRawSpan) {
        streams[turn.withLock { $0.rawValue }].fill(&bytes)
    }
}

/// A vault with a tenant who is watched and a neighbour who does whatever comes to mind.
struct TwoTenants {
    private let entropy: TurnEntropy
    private let clock = FixedClock()
    private let vault: Vault
    private let server: InProcessServer
    private var subject: Activity
    private var neighbour: Activity?
    private var whim: SeededGenerator

    var subjectGoodCount: Int { subject.goodCount }
    var neighbourGoodCount: Int { neighbour?.goodCount ?? 0 }

    /// - Parameter neighbourSeed: nil for a tenant who is alone.
    init(seed: UInt64, neighbourSeed: UInt64?, isEntropyShared: Bool = false) throws {
        entropy = TurnEntropy(seed: seed, isShared: isEntropyShared)
        let ring = try KeyRing.generate(entropy: entropy, at: clock.now())
        let store = MemoryStore(vault: ring.vault)
        vault = try Vault(
            store: store, ring: ring, clock: clock, entropy: entropy, lifetimes: Lifetimes(),
            catalogue: .small, cache: TokenCache(byteCount: 1 << 16), rowByteCount: 1 << 16)
        server = try InProcessServer(vault, ring, store)
        subject = Activity(seed: seed, organization: "subject")
        neighbour = neighbourSeed.map { Activity(seed: ~$0, organization: "neighbour") }
        whim = SeededGenerator(seed: neighbourSeed ?? 0)
    }

    /// What the subject is told, step by step.
    mutating func transcript(stepCount: Int) throws -> [Reaction] {
        var transcript: [Reaction] = []
        for _ in 0..<stepCount {
            try letNeighbourAct()
            clock.advance(by: .seconds(20))
            entropy.begin(.subject)
            transcript.append(try subject.step(server))
        }
        return transcript
    }

    /// Between none and four calls, the first of which found the neighbour's organization.
    private mutating func letNeighbourAct() throws {
        guard neighbour != nil else { return }
        entropy.begin(.neighbour)
        // An id is a name, never an authority: the neighbour knows all of the subject's.
        neighbour?.strangers = subject.ids
        for _ in 0..<Int.random(in: 0...4, using: &whim) {
            _ = try neighbour?.step(server)
        }
        guard Int.random(in: 0..<8, using: &whim) == 0 else { return }
        vault.beginFlushingUses()
        try vault.flushUses(atMost: .max)
        try vault.commit()
    }
}
