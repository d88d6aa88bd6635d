import Audit
import Crypto
import Testing
import Vault

struct AuditLogTests {
    /// A log with records after its newest checkpoint, as a killed daemon leaves it.
    private func killed() throws -> LogFixture {
        let fixture = try LogFixture.filled(50)
        var source = EventSource(seed: 77)
        try fixture.append(20, from: &source)
        return fixture
    }

    @Test func `a head that its checkpoint does not prove is refused at start`() throws {
        let changes: [(AuditError.Unproved, (MemoryAuditStorage) -> Void)] = [
            (.noCheckpoint, { $0.head.checkpoint = [] }),
            (.checkpoint, { $0.head.checkpoint[3] ^= 1 }),
            (.frontier, { $0.head.checkpointFrontier.removeLast() }),
            (.frontier, { $0.head.checkpointFrontier[0] = MerkleFrontier.emptyRoot }),
            (.tail, { $0.head.root = MerkleFrontier.emptyRoot }),
            (.tail, { $0.head.frontier[0] = MerkleFrontier.emptyRoot }),
            (.tail, { $0.head.size += 1 }),
            (.tail, { $0.batches.removeLast() }),
            (.tail, { $0.batches.remove(at: $0.batches.count - 2) }),
            (.tail, { $0.batches.swapAt($0.batches.count - 1, $0.batches.count - 2) }),
            (.sealed, { $0.head.sealedSize = 3 }),
        ]
        for (index, (unproved, change)) in changes.enumerated() {
            let fixture = try killed()
            change(fixture.storage)
            #expect(throws: AuditError.unproved(unproved), "change \(index)") {
                _ = try fixture.restarted()
            }
        }
    }

    @Test func `a changed record behind the checkpoint is refused at start`() throws {
        let fixture = try killed()
        let last = try #require(fixture.storage.batches.last)
        for offset in last.records.indices {
            var records = last.records
            records[offset] ^= 0x40
            fixture.storage.batches[fixture.storage.batches.count - 1] =
                last.changed(records: records)
            #expect(throws: AuditError.unproved(.tail)) { _ = try fixture.restarted() }
        }
    }

    @Test func `another key or another name is refused at start`() throws {
        let fixture = try killed()
        let other = try LogFixture.key(seed: 2)
        #expect(throws: AuditError.unproved(.checkpoint)) {
            _ = try AuditLog(
                storage: fixture.storage, signing: other, origin: LogFixture.origin)
        }
        #expect(throws: AuditError.unproved(.checkpoint)) {
            _ = try AuditLog(storage: fixture.storage, signing: fixture.key, origin: "other")
        }
        #expect(throws: AuditError.crypto(.malformed)) {
            _ = try AuditLog(storage: fixture.storage, signing: fixture.key, origin: "a b")
        }
    }

    @Test func `a storage that refuses a batch leaves the log where it was`() throws {
        let fixture = try killed()
        let before = fixture.log.head
        fixture.storage.failure = .full
        var source = EventSource(seed: 4)
        var records = source.records(3)
        #expect(throws: StoreError.full) { try fixture.log.append(&records, generation: 9) }
        #expect(throws: StoreError.full) { _ = try fixture.log.checkpoint(at: fixture.now) }
        #expect(fixture.log.head == before)
        #expect(fixture.log.needsCheckpoint(at: fixture.now.advanced(by: .seconds(5))))
        fixture.storage.failure = nil
        #expect(try fixture.log.append(&records, generation: 9) == before.size..<before.size + 3)
        #expect(try fixture.restarted().head == fixture.log.head)
    }

    @Test func `a restarted log goes on where it was`() throws {
        let fixture = try killed()
        let log = try fixture.restarted()
        #expect(log.head == fixture.log.head)
        var source = EventSource(seed: 5)
        var records = source.records(2)
        #expect(try log.append(&records, generation: 3) == 70..<72)
        #expect(AuditRecord.decode(records, at: 160)?.sequence == 71)
        #expect(AuditRecord.decode(records, at: 160)?.generation == 3)
    }

    @Test func `a head is read from its bytes only if they are the bytes of a head`() throws {
        let head = try killed().log.head
        #expect(AuditHead(bytes: head.bytes) == head)
        #expect(AuditHead(bytes: AuditHead().bytes) == AuditHead())
        #expect(AuditHead(bytes: head.bytes + [0]) == nil)
        for count in head.bytes.indices {
            #expect(AuditHead(bytes: Array(head.bytes[..<count])) == nil)
        }
    }

    @Test(arguments: [1, 2, 3, 64, 333])
    func `batches make the same tree as single records`(batch: Int) throws {
        let single = try LogFixture()
        let batched = try LogFixture()
        var (one, other) = (EventSource(seed: 8), EventSource(seed: 8))
        for _ in 0..<333 {
            var records = one.records(1)
            _ = try single.log.append(&records, generation: 1)
        }
        var rest = 333
        while rest > 0 {
            var records = other.records(min(batch, rest))
            _ = try batched.log.append(&records, generation: 1)
            rest -= batch
        }
        #expect(single.log.head == batched.log.head)
        #expect(single.hotEntries == batched.hotEntries)
    }

    @Test func `a checkpoint is due when there are new records and a second has passed`() throws {
        let fixture = try LogFixture()
        var source = EventSource(seed: 6)
        try fixture.append(3, from: &source)
        let start = Instant(microseconds: 1_000_000_000)
        #expect(fixture.log.needsCheckpoint(at: start))
        try fixture.log.checkpoint(at: start)
        #expect(!fixture.log.needsCheckpoint(at: start.advanced(by: .days(1))))
        try fixture.append(1, from: &source)
        let almost = start.advanced(by: TimeSpan(microseconds: 999_999))
        #expect(!fixture.log.needsCheckpoint(at: almost))
        #expect(fixture.log.needsCheckpoint(at: start.advanced(by: .seconds(1))))
        #expect(fixture.log.needsCheckpoint(at: Instant(microseconds: 5)), "a clock turned back")
    }

    @Test func `records never lie in a storage without a checkpoint before them`() throws {
        let fixture = try LogFixture()
        var source = EventSource(seed: 6)
        try fixture.append(3, from: &source)
        let checkpoint = Checkpoint(
            note: fixture.storage.head.checkpoint, verifier: fixture.verifierKey)
        #expect(checkpoint?.size == 0)
        #expect(try fixture.restarted().head.size == 3)
    }
}
