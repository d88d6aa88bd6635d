import Audit
import Support
import Testing
import Vault

/// What `AuditStorage` promises, held against every engine.
@Suite struct `The audit storage contract` {
    let specimens = Specimens()

    private func filled(_ engine: Fixture.Engine) throws -> (StoreUnderTest, [AuditBatch]) {
        let subject = try StoreUnderTest(engine)
        let batches = [specimens.batch(0...9), specimens.batch(10...10), specimens.batch(11...30)]
        for batch in batches {
            try subject.store.append(batch, head: specimens.head(size: batch.last + 1))
        }
        try subject.store.commit()
        return (subject, batches)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `batches and head that were abandoned were never there`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        #expect(try store.auditHead() == AuditHead())
        let head = specimens.head(size: 3)
        try store.append(specimens.batch(0...2), head: head)
        #expect(try store.auditHead() == head)
        try store.abandon()
        #expect(try store.auditHead() == AuditHead())
        #expect(try store.auditBatches(from: 0, byteCountMax: 1 << 20).isEmpty)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `a batch belongs to the transaction of the state that it speaks of`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        let organization = specimens.organization("acme")
        try store.apply(.insertOrganization(organization))
        try store.append(specimens.batch(0...2), head: specimens.head(size: 3))
        try store.abandon()
        #expect(try store.organization(organization.id) == nil)
        #expect(try store.auditHead().size == 0)
        try store.apply(.insertOrganization(organization))
        try store.append(specimens.batch(0...2), head: specimens.head(size: 3))
        try store.commit()
        try store.abandon()
        #expect(try store.organization(organization.id) == organization)
        #expect(try store.auditHead().size == 3)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `reading begins with the batch that holds the record, and is bounded`(
        _ engine: Fixture.Engine
    ) throws {
        let (subject, batches) = try filled(engine)
        let store = subject.store
        #expect(try store.auditBatches(from: 0, byteCountMax: 1 << 20) == batches)
        #expect(try store.auditBatches(from: 9, byteCountMax: 1 << 20) == batches)
        #expect(
            try store.auditBatches(from: 10, byteCountMax: 1 << 20) == [batches[1], batches[2]])
        #expect(try store.auditBatches(from: 30, byteCountMax: 1 << 20) == [batches[2]])
        #expect(try store.auditBatches(from: 31, byteCountMax: 1 << 20).isEmpty)
        #expect(try store.auditBatches(from: .max, byteCountMax: 1 << 20).isEmpty)
        let bytes = AuditRecord.byteCount
        #expect(try store.auditBatches(from: 0, byteCountMax: 0) == [batches[0]])
        #expect(try store.auditBatches(from: 0, byteCountMax: 10 * bytes) == [batches[0]])
        #expect(
            try store.auditBatches(from: 0, byteCountMax: 11 * bytes) == [batches[0], batches[1]])
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `sealed batches go, those that reach beyond stay`(_ engine: Fixture.Engine) throws {
        let (subject, batches) = try filled(engine)
        let store = subject.store
        var head = try store.auditHead()
        head.sealedSize = 11
        try store.removeAuditBatches(through: 15, head: head)
        try store.commit()
        #expect(try store.auditBatches(from: 11, byteCountMax: 1 << 20) == [batches[2]])
        #expect(try store.auditBatches(from: 10, byteCountMax: 1 << 20).isEmpty)
        #expect(try store.auditHead() == head)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `a head is kept whole`(_ engine: Fixture.Engine) throws {
        let store = try StoreUnderTest(engine).store
        var head = specimens.head(size: 1 << 40)
        head.sealedFrontier = [specimens.digest()]
        head.checkpointFrontier = [specimens.digest(), specimens.digest()]
        try store.putHead(head)
        try store.commit()
        #expect(try store.auditHead() == head)
    }
}
