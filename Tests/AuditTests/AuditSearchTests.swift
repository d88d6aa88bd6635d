import Audit
import Testing
import Vault

struct AuditSearchTests {
    /// Three segments and a hot end, and every entry of them.
    private let fixture: LogFixture
    private let all: [AuditEntry]

    init() throws {
        fixture = try LogFixture(seed: 40)
        var source = EventSource(seed: 40, tenants: 3)
        var all: [AuditEntry] = []
        for count in [200, 150, 260] {
            try fixture.append(count, batch: 9, from: &source)
            all.append(contentsOf: fixture.hotEntries)
            _ = try fixture.log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        }
        try fixture.append(190, batch: 9, from: &source)
        all.append(contentsOf: fixture.hotEntries)
        self.all = all
    }

    private func expected(_ query: AuditQuery) -> [AuditEntry] {
        let found = all.filter { query.matches($0) }
        return query.order == .oldestFirst ? found : found.reversed()
    }

    /// Something of everything that can be asked for.
    private func randomQuery(using generator: inout SeededGenerator) -> AuditQuery {
        func sometimes() -> Bool { Int.random(in: 0..<3, using: &generator) == 0 }
        var query = AuditQuery()
        let example = all.randomElement(using: &generator)?.event
        if sometimes() { query.organization = example?.organization }
        if sometimes() { query.account = example?.account }
        if sometimes() { query.integration = example?.integration }
        if sometimes() { query.token = example?.token }
        let kinds = AuditEvent.Kind.allCases.prefix(4)
        let outcomes = AuditEvent.Outcome.allCases
        if sometimes() { query.kind = kinds.randomElement(using: &generator) }
        if sometimes() { query.outcome = outcomes.randomElement(using: &generator) }
        if sometimes() {
            query.reasons = [[.none], [.unknownToken], [.none, .unknownToken]].randomElement(
                using: &generator)
        }
        if sometimes() { query.from = all.randomElement(using: &generator)?.event.time }
        if sometimes() { query.until = all.randomElement(using: &generator)?.event.time }
        if sometimes() { query.startAfter = .random(in: 0..<900, using: &generator) }
        query.order = sometimes() ? .newestFirst : .oldestFirst
        query.limit = .random(in: 1...60, using: &generator)
        return query
    }

    @Test func `an identifier that nobody has finds nothing`() throws {
        for order in [AuditQuery.Order.oldestFirst, .newestFirst] {
            var query = AuditQuery()
            query.order = order
            query.token = TokenID(12345)
            #expect(try fixture.search(query) == AuditPage())
            query.token = nil
            query.kind = .vaultStop
            #expect(try fixture.search(query) == AuditPage())
            query.kind = nil
            query.startAfter = order == .oldestFirst ? 799 : 0
            #expect(try fixture.search(query) == AuditPage())
            query.startAfter = order == .oldestFirst ? .max : 0
            #expect(try fixture.search(query) == AuditPage())
        }
    }

    @Test func `what the index finds is what looking at every record finds`() throws {
        var generator = SeededGenerator(seed: 41)
        for round in 0..<600 {
            let query = randomQuery(using: &generator)
            #expect(try fixture.searchAll(query) == expected(query), "round \(round): \(query)")
        }
    }

    @Test func `a page is never longer than its limit and says where the next one begins`() throws {
        var query = AuditQuery()
        query.limit = 7
        var page = try fixture.search(query)
        #expect(page.entries.map(\.sequence) == Array(0..<7))
        #expect(page.next == 6)
        query.order = .newestFirst
        page = try fixture.search(query)
        #expect(page.entries.map(\.sequence) == Array((793..<800).reversed()))
        #expect(page.next == 793)
        query.limit = .max
        #expect(try fixture.searchAll(query) == Array(all.reversed()))
        #expect(try fixture.search(query).entries.count <= AuditLimits.pageEntriesMax)
        query.limit = -1
        #expect(try fixture.search(query).entries.count == 1)
    }

    /// Ten segments in which everything is common, and what is common never meets.
    private func commonplace() throws -> LogFixture {
        let fixture = try LogFixture(seed: 42)
        for segment in 0..<10 {
            var records: [UInt8] = []
            for place in 0..<1200 {
                let isFirst = place < 600
                let time = Instant(microseconds: 1_700_000_000_000_000 + Int64(segment * 1200))
                var event = AuditEvent(
                    kind: isFirst ? .tokenVerify : .tokenCreate, outcome: .allow, time: time)
                event.requestID = 1
                event.organization = OrganizationID(isFirst ? 1 : 2)
                event.token = TokenID(place == 0 ? 1 : 2)
                AuditRecord.append(event, to: &records)
            }
            _ = try fixture.log.append(&records, generation: 1)
            _ = try fixture.log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        }
        return fixture
    }

    @Test(arguments: [AuditQuery.Order.oldestFirst, .newestFirst])
    func `a page reads no more of indexes than of records`(_ order: AuditQuery.Order) throws {
        let fixture = try commonplace()
        let search = AuditSearch(
            storage: fixture.storage, files: fixture.files, recordsMax: 640)
        var query = AuditQuery()
        query.order = order
        query.organization = OrganizationID(1)
        query.kind = .tokenCreate
        var opened: [Int] = []
        var next: UInt64?
        repeat {
            let before = fixture.files.openCount
            let page = try search.page(query)
            #expect(page.entries.isEmpty)
            opened.append(fixture.files.openCount - before)
            next = page.next
            query.startAfter = next
        } while next != nil && opened.count < 20
        // An opening is as much as 64 records, and 1200 places as much as 75.
        #expect(opened == [5, 5])
    }

    @Test func `what is rare is looked for first, and the index of what is common left alone`()
        throws
    {
        let fixture = try commonplace()
        let search = AuditSearch(
            storage: fixture.storage, files: fixture.files, recordsMax: 700)
        var query = AuditQuery()
        query.organization = OrganizationID(1)
        query.kind = .tokenVerify
        query.token = TokenID(1)
        let before = fixture.files.openCount
        let page = try search.page(query)
        #expect(page.entries.map(\.sequence) == (0..<10).map { $0 * 1200 })
        #expect(page.next == nil && fixture.files.openCount - before == 10)
    }

    @Test func `a segment that was shipped away is passed over`() throws {
        let gone = try #require(fixture.files.contents.keys.sorted().dropFirst().first)
        fixture.files.contents[gone] = nil
        for order in [AuditQuery.Order.oldestFirst, .newestFirst] {
            var query = AuditQuery()
            query.order = order
            let found = try fixture.searchAll(query)
            let rest = expected(query).filter { !(gone.first...gone.last).contains($0.sequence) }
            #expect(found == rest)
        }
        fixture.files.contents = [:]
        for order in [AuditQuery.Order.oldestFirst, .newestFirst] {
            var query = AuditQuery()
            query.order = order
            #expect(try fixture.searchAll(query).count == 190)
        }
    }

    @Test func `a record that was damaged is an error and not left out`() throws {
        let batch = fixture.storage.batches[1]
        var records = batch.records
        records[1] = 0xee
        fixture.storage.batches[1] = batch.changed(records: records)
        #expect(throws: AuditError.segment(.record(sequence: batch.first))) {
            _ = try fixture.searchAll(AuditQuery())
        }
        fixture.storage.batches.remove(at: 1)
        #expect(throws: AuditError.segment(.gap)) { _ = try fixture.searchAll(AuditQuery()) }
    }
}
