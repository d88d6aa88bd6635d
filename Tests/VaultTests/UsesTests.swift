import Linux
import Support
import Synchronization
import Testing
import Vault

/// Uses are counted by many threads and written by one: none may be forgotten for good.
@Suite struct UsesTests {
    @Test func `a use that comes while the other generation's are written is written too`() throws {
        let uses = Uses()
        let now = Instant(microseconds: 7)
        #expect(uses.note(.primary, at: now) && !uses.note(.secondary, at: now))
        // As the owner does, with a use in between.
        uses.unlist()
        #expect(uses.take(.primary)?.count == 1)
        #expect(uses.note(.primary, at: now))
        #expect(uses.take(.secondary)?.count == 1)
        #expect(!uses.note(.secondary, at: now))
        uses.unlist()
        #expect(uses.take(.primary)?.count == 1 && uses.take(.secondary)?.count == 1)
        #expect(uses.note(.secondary, at: now) && uses.peek(.secondary)?.last == now)
    }

    @Test func `no use is lost, and none is listed twice, however many count while they are taken`()
        throws
    {
        let uses = Uses()
        let listed = Atomic<Int>(0)
        let running = Atomic<Int>(3)
        let each = 100_000
        let threads = try (0..<3).map { number in
            try Linux.Thread("counter") {
                for round in 0..<each {
                    let slot: GenerationSlot =
                        (round + number).isMultiple(of: 3) ? .secondary : .primary
                    if uses.note(slot, at: Instant(microseconds: 1)) {
                        listed.wrappingAdd(1, ordering: .sequentiallyConsistent)
                    }
                }
                running.wrappingSubtract(1, ordering: .sequentiallyConsistent)
            }
        }
        var total: UInt64 = 0
        while true {
            let isOver = running.load(ordering: .sequentiallyConsistent) == 0
            let count = listed.exchange(0, ordering: .sequentiallyConsistent)
            #expect(count <= 1)
            if count == 1 {
                uses.unlist()
                for slot in [GenerationSlot.primary, .secondary] {
                    total += uses.take(slot)?.count ?? 0
                }
            } else if isOver {
                break
            }
        }
        for thread in threads { thread.join() }
        #expect(total == UInt64(3 * each))
    }
}
