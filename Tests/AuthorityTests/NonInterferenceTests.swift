import Foundation
import Support
import Synchronization
import Testing

/// I4: what one tenant can observe does not depend on what there is of another, or what it does.
@Suite struct `Non-interference` {
    static let chunkCount = 8
    static let stepCount = 40
    static let seed = Setting.number("STRONGROOM_SEED", orElse: 20_261_125)
    static let traceCount = Setting.number("STRONGROOM_TRACES", orElse: 500)

    private static let tally = Mutex(Tally())

    private struct Tally {
        var chunks = 0
        var traces = 0
        var answers = 0
        var good = 0
        var neighbour = 0
    }

    /// The trace that is one tenant's alone, and the same with a neighbour in between.
    @Test(arguments: 0..<UInt64(chunkCount))
    func `a tenant is told the same whatever its neighbour does`(chunk: UInt64) throws {
        var tally = Tally()
        for trace in stride(from: chunk, to: Self.traceCount, by: Self.chunkCount) {
            let seed = Self.seed &+ trace
            var alone = try TwoTenants(seed: seed, neighbourSeed: nil)
            var watched = try TwoTenants(seed: seed, neighbourSeed: seed)
            let expected = try alone.transcript(stepCount: Self.stepCount)
            let seen = try watched.transcript(stepCount: Self.stepCount)
            if let (step, (without, with)) = Self.difference(expected, seen) {
                Issue.record(
                    """
                    step \(step) of the trace with STRONGROOM_SEED=\(seed) STRONGROOM_TRACES=1: \
                    alone \(without.status) \(without.text), \
                    with a neighbour \(with.status) \(with.text)
                    """)
                return
            }
            tally.traces += 1
            tally.answers += seen.count
            tally.good += watched.subjectGoodCount
            tally.neighbour += watched.neighbourGoodCount
        }
        Self.tell(tally)
    }

    /// The first step that is told otherwise.
    ///
    /// The numbers of events are a permutation under a key of the vault, which hides what went on
    /// in between; they are compared by which of them are the same.
    private static func difference(
        _ expected: [Reaction], _ seen: [Reaction]
    ) -> (offset: Int, element: (Reaction, Reaction))? {
        var (left, right) = (EventNumberMask(), EventNumberMask())
        return zip(expected, seen).enumerated().first { step in
            let (without, with) = step.element
            if without.looks(like: with) { return false }
            return without.status != with.status || without.fields != with.fields
                || left.mask(without.body) != right.mask(with.body)
        }
    }

    private static func tell(_ more: Tally) {
        let all = tally.withLock { tally in
            tally.chunks += 1
            tally.traces += more.traces
            tally.answers += more.answers
            tally.good += more.good
            tally.neighbour += more.neighbour
            return tally
        }
        guard all.chunks == chunkCount else { return }
        // Answers that are all refusals, or a neighbour that comes to nothing, would show nothing.
        #expect(all.good * 4 > all.answers && all.neighbour > 0)
        print(
            """
            non-interference: \(all.traces) traces from seed \(seed), \(all.answers) answers \
            (\(all.good) of success) the same byte for byte with and without \(all.neighbour) \
            successes of a neighbour
            """)
    }

    @Test func `a dependence that was planted is found`() throws {
        var alone = try TwoTenants(seed: 1, neighbourSeed: nil, isEntropyShared: true)
        var watched = try TwoTenants(seed: 1, neighbourSeed: 2, isEntropyShared: true)
        let expected = try alone.transcript(stepCount: 10)
        let seen = try watched.transcript(stepCount: 10)
        #expect(Self.difference(expected, seen) != nil)
    }
}

/// Puts in place of each number of an event how many others were seen before it.
private struct EventNumberMask {
    private static let lead = Array(#""seq":"#.utf8)
    private var ranks: [[UInt8]: Int] = [:]

    mutating func mask(_ body: [UInt8]) -> [UInt8] {
        var masked: [UInt8] = []
        masked.reserveCapacity(body.count)
        var rest = body[...]
        while let next = rest.first {
            guard next == Self.lead[0], rest.starts(with: Self.lead) else {
                masked.append(rest.removeFirst())
                continue
            }
            masked += Self.lead
            let number = rest.dropFirst(Self.lead.count).prefix { (48...57).contains($0) }
            let rank = ranks[Array(number), default: ranks.count]
            ranks[Array(number)] = rank
            masked += Array("\(rank)".utf8)
            rest = rest[number.endIndex...]
        }
        return masked
    }
}

/// Numbers by which a campaign makes a test larger, or replays one.
enum Setting {
    static func number(_ name: String, orElse usual: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? usual
    }
}
