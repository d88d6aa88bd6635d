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

/// What was counted is written once, whatever becomes of the batch that it was to be written with.
@Suite(.serialized) struct `Uses that were not written` {
    private let world: World

    init() throws { world = try World() }

    private func use(_ minted: MintedToken, _ count: Int) throws {
        for _ in 0..<count {
            _ = try world.vault.authenticate(world.present(world.text(minted))) { _, _ in }
        }
    }

    private func stored(_ minted: MintedToken, generation: UInt32 = 1) throws -> UInt64 {
        try world.fixture.store.use(
            of: minted.token.id.value, generation: generation, in: world.organization.id)?.count
            ?? 0
    }

    private func counted(_ minted: MintedToken) throws -> UInt64 {
        let token = try world.stored(minted)
        return try world.vault.use(of: token, token.primary).count
    }

    @Test func `are written with the next batch, where this one was abandoned`() throws {
        let before = try counted(world.root)
        try use(world.root, 3)
        try world.vault.flushUses()
        try use(world.root, 2)
        try world.vault.flushUses()
        try world.vault.abandon()
        #expect(try stored(world.root) == 0 && counted(world.root) == before + 5)
        try use(world.root, 1)
        try world.vault.flushUses()
        try world.vault.commit()
        #expect(try stored(world.root) == before + 6 && counted(world.root) == before + 6)
        // Nothing is given back of what was kept.
        try world.vault.abandon()
        try world.vault.flushUses()
        try world.vault.commit()
        #expect(try stored(world.root) == before + 6)
    }

    @Test func `are there still where the store was full in the middle of writing them`() throws {
        let others = try (0..<8).map { _ in try world.mint(.viewer, by: world.root) }
        try world.vault.flushUses()
        try world.vault.commit()
        for other in others { try use(other, 2) }
        let store = try #require(world.fixture.store as? MemoryStore)
        store.changeCountMax = 5
        #expect(throws: Refusal.storeFull) { try world.vault.flushUses() }
        try world.vault.abandon()
        store.changeCountMax = .max
        try world.vault.flushUses()
        try world.vault.commit()
        for other in others { #expect(try stored(other) == 2) }
    }

    @Test func `of a credential are written with the next batch`() throws {
        let place = Resource.integration(
            world.organization.id, AccountFacts(world.account),
            world.vault.facts(of: world.integration))
        func release() throws -> CredentialID {
            let grant = try world.grant(world.text(world.leaf), .data(.credentialsUse), on: place)
            return try world.vault.release(grant).credential
        }
        _ = try release()
        try world.vault.flushUses()
        let credential = try release()
        try world.vault.abandon()
        try world.vault.flushUses()
        try world.vault.commit()
        let stored = try world.fixture.store.use(
            of: credential.value, generation: 0, in: world.organization.id)
        #expect(stored?.count == 2)
    }

    @Test func `are there still where what would have ended them was undone, or abandoned`() throws
    {
        let token = try world.mint(.viewer, by: world.root)
        try world.vault.commit()
        try use(token, 4)
        let (holder, leaf) = (try world.stored(token), try world.stored(world.leaf))
        let grant = try world.fixture.operatorGrant()
        #expect(throws: Refusal.absent) {
            try world.vault.step { () throws(Refusal) in
                // Something of the step is stored before the count is.
                try world.vault.end(
                    grant, leaf)
                _ = try world.vault.reset(grant, holder, remembering: nil)
                throw Refusal.absent
            }
        }
        #expect(try counted(token) == 4)
        try world.vault.step { () throws(Refusal) in
            try world.vault.delete(grant, world.organization)
        }
        try world.vault.abandon()
        try world.vault.flushUses()
        try world.vault.commit()
        #expect(try stored(token) == 4)
    }
}
