import Audit
import Crypto
import SQLite
import Store
import Support
import Testing
import Vault

/// A disk without room: nothing of a batch stays, and the store goes on when there is room again.
@Suite struct `A full store` {
    let specimens = Specimens()

    /// Adds batches of audit records until there is no room.
    private func overflow(_ store: any Store & AuditStorage) throws {
        var first = try store.auditHead().size
        for _ in 0..<10_000 {
            let last = first + 63
            try store.append(specimens.batch(first...last), head: specimens.head(size: last + 1))
            first = last + 1
        }
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `nothing of the batch is kept, not even what came before`(
        _ engine: Fixture.Engine
    ) throws {
        let subject = try StoreUnderTest(engine)
        let store = subject.store
        let before = try Tenant(specimens, "before", in: store)
        try store.commit()
        try subject.fillUp(after: 40)
        let early = specimens.organization("early")
        try store.apply(.insertOrganization(early))
        #expect(throws: StoreError.full) { try overflow(store) }
        // Whoever does not notice cannot commit the rest of a batch whose beginning is gone.
        let late = specimens.organization("late")
        #expect(throws: StoreError.full) { try store.apply(.insertOrganization(late)) }
        #expect(throws: StoreError.full) { try store.beginStep() }
        #expect(throws: StoreError.full) { try store.commit() }
        try store.abandon()
        #expect(try store.organization(early.id) == nil)
        #expect(try store.auditHead() == AuditHead())
        #expect(try store.auditBatches(from: 0, byteCountMax: 1 << 20).isEmpty)
        #expect(try store.counts().organizations == 1)
        try before.expectPresent(in: store)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `the store goes on when there is room again`(_ engine: Fixture.Engine) throws {
        let subject = try StoreUnderTest(engine)
        let store = subject.store
        try subject.fillUp(after: 10)
        #expect(throws: StoreError.full) { try overflow(store) }
        try store.abandon()
        try subject.makeRoom()
        let tenant = try Tenant(specimens, "after", in: store)
        try store.append(specimens.batch(0...63), head: specimens.head(size: 64))
        try store.commit()
        try tenant.expectPresent(in: store)
        #expect(try store.auditHead().size == 64)
    }

    @Test func `a full disk within a step takes the whole batch`() throws {
        let subject = try StoreUnderTest(.sqlite)
        let store = subject.store
        try subject.fillUp(after: 10)
        let early = specimens.organization("early")
        try store.apply(.insertOrganization(early))
        try store.beginStep()
        #expect(throws: StoreError.full) { try overflow(store) }
        #expect(throws: StoreError.full) { try store.undoStep() }
        try store.abandon()
        #expect(try store.organization(early.id) == nil)
        try store.beginStep()
        try store.keepStep()
        try store.commit()
    }
}
