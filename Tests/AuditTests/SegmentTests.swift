import Audit
import Crypto
import Testing
import Vault

struct SegmentTests {
    /// A log whose records are all in one segment.
    private func sealed(_ count: Int = 300, seed: UInt64 = 1) throws -> LogFixture {
        let fixture = try LogFixture.filled(count, seed: seed)
        _ = try fixture.log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        return fixture
    }

    @Test func `a segment with any bytes changed is refused and never traps`() throws {
        let fixture = try sealed(120)
        let (name, bytes) = try #require(fixture.files.contents.first)
        var generator = SeededGenerator(seed: 21)
        for round in 0..<2000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                changed.mutate(using: &generator)
            }
            guard changed != bytes else { continue }
            fixture.files.contents[name] = changed
            #expect(try fixture.verified().verdict == .refused, "round \(round)")
            var query = AuditQuery()
            query.account = AccountID(1001)
            query.kind = .tokenVerify
            // A hostile file makes a search an error or a page; a trap would end the test.
            _ = try? fixture.search(query)
        }
    }

    @Test func `every byte of header, index, checkpoint and trailer counts`() throws {
        let fixture = try sealed(12)
        let (name, bytes) = try #require(fixture.files.contents.first)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x01
            fixture.files.contents[name] = changed
            #expect(try fixture.verified().verdict == .refused, "byte \(index)")
        }
    }

    @Test func `a segment cut anywhere or lengthened is refused`() throws {
        let fixture = try sealed(5)
        let (name, bytes) = try #require(fixture.files.contents.first)
        for count in bytes.indices {
            fixture.files.contents[name] = Array(bytes[..<count])
            #expect(try fixture.verified().verdict == .refused, "\(count) bytes")
        }
        fixture.files.contents[name] = bytes + [0]
        #expect(try fixture.verified().verdict == .refused)
    }

    @Test func `a segment under another name is refused`() throws {
        let fixture = try sealed(50)
        let (name, bytes) = try #require(fixture.files.contents.first)
        fixture.files.contents = [:]
        fixture.files.contents[try #require(SegmentName(first: 0, last: name.last + 1))] = bytes
        #expect(try fixture.verified().verdict == .refused)
    }

    @Test func `an index longer than its records can need is refused before it is read`() throws {
        let (name, bytes) = try #require(sealed(50).files.contents.first)
        #expect(throws: AuditError.segment(.malformed)) {
            try SegmentReader(name: name, file: HollowSegmentFile(bytes, indexByteCount: 1 << 31))
        }
        // What the records do need is far below.
        _ = try SegmentReader(name: name, file: HollowSegmentFile(bytes, indexByteCount: 2000))
    }

    @Test func `a name that is not the one text of a range is refused`() {
        let text = "00000000000000000007-00000000000000000019"
        #expect(SegmentName(text: text)?.text == text)
        let wrong = [
            "", "-", "7-19", text + "-", " " + text, "00000000000000000019-00000000000000000007",
            "+0000000000000000007-00000000000000000019", text.replacing("7-", with: "7_"),
            "99999999999999999999-99999999999999999999", text + ".tmp",
        ]
        for text in wrong { #expect(SegmentName(text: text) == nil, "\(text)") }
        // Beyond any log: the number after it is not to be had.
        #expect(SegmentName(text: "00000000000000000000-18446744073709551615") == nil)
    }

    @Test func `hot records that were forged are not sealed`() throws {
        let fixture = try LogFixture.filled(100)
        let log = try fixture.restarted()
        var records = fixture.storage.batches[2].records
        records[40] ^= 1
        fixture.storage.batches[2] = fixture.storage.batches[2].changed(records: records)
        #expect(throws: AuditError.unproved(.sealed)) {
            _ = try log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        }
        #expect(fixture.files.contents.isEmpty)
    }

    @Test func `what the process appended is sealed, whatever its file was made to say`() throws {
        let fixture = try LogFixture.filled(100)
        let untouched = try sealed(100)
        var records = fixture.storage.batches[2].records
        records[40] ^= 1
        fixture.storage.batches[2] = fixture.storage.batches[2].changed(records: records)
        fixture.storage.batches.remove(at: 5)
        _ = try fixture.log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        #expect(fixture.files.contents == untouched.files.contents)
        #expect(try fixture.verified().verdict == .proved)
    }

    @Test func `records of an earlier process and of this one are sealed apart`() throws {
        let fixture = try LogFixture.filled(100)
        let log = try fixture.restarted()
        var source = EventSource(seed: 6)
        for _ in 0..<5 {
            var records = source.records(9)
            _ = try log.append(&records, generation: 2)
        }
        func seal() throws -> SegmentName? {
            try log.seal(into: fixture.files, at: log.head.lastTime, evenIfYoung: true)
        }
        #expect(try seal() == SegmentName(first: 0, last: 99))
        #expect(try seal() == SegmentName(first: 100, last: 144))
        #expect(fixture.storage.batches.isEmpty)
        #expect(try seal() == nil)
        _ = try log.checkpoint(at: log.head.lastTime)
        #expect(try fixture.verified().verdict == .proved)
    }

    @Test func `however many segments wait, one alone is read for each, and proved`() throws {
        let fixture = try LogFixture()
        let log = fixture.log
        var source = EventSource(seed: 4)
        let batch = source.records(AuditLimits.segmentRecords / 4)
        for _ in 0..<21 {
            var records = batch
            _ = try log.append(&records, generation: 1)
        }
        func sealOne() throws {
            let planned = try log.sealing(at: fixture.now, existing: fixture.files.list())
            var sealing = try #require(planned)
            #expect(sealing.unread.count <= AuditLimits.segmentRecords)
            while !sealing.unread.isEmpty { try sealing.add(log.piece(of: sealing)) }
            let segment = try sealing.segment(signer: log.signer)
            try segment.store(in: fixture.files)
            try log.finish(segment)
        }
        try sealOne()
        try sealOne()
        let whole = fixture.storage.batches[1]
        var records = whole.records
        records[40] ^= 1
        fixture.storage.batches[1] = whole.changed(records: records)
        #expect(throws: AuditError.unproved(.sealed)) { try sealOne() }
        fixture.storage.batches[1] = whole
        for _ in 0..<3 { try sealOne() }
        _ = try log.checkpoint(at: fixture.now)
        let report = try fixture.verified()
        #expect(report.verdict == .proved && report.segmentCount == 5)
    }

    @Test func `hot records that are not whole are not sealed`() throws {
        let fixture = try LogFixture.filled(100)
        let log = try fixture.restarted()
        fixture.storage.batches.remove(at: 3)
        #expect(throws: AuditError.segment(.gap)) {
            _ = try log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        }
    }

    @Test func `a segment of a log that went further than this one is refused`() throws {
        let ahead = try sealed(100)
        let fixture = try LogFixture.filled(50)
        fixture.files.contents = ahead.files.contents
        #expect(throws: AuditError.segment(.wrongRange)) {
            _ = try fixture.log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        }
    }

    @Test func `what an accepted rollback undoes is out of the way`() throws {
        let ahead = try sealed(100)
        let fixture = try LogFixture.filled(50)
        fixture.files.contents = ahead.files.contents
        try fixture.log.setAsideUndone(in: fixture.files)
        let name = try fixture.log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        #expect(name == SegmentName(first: 0, last: 49))
        #expect(try fixture.verified().verdict == .proved)
    }

    @Test func `a crash between the file and the removal is made good`() throws {
        let fixture = try LogFixture.filled(100)
        let twin = try sealed(100)
        fixture.files.contents = twin.files.contents
        var source = EventSource(seed: 3)
        try fixture.append(30, from: &source)
        try fixture.log.checkpoint(at: fixture.now)
        #expect(try fixture.verified().verdict == .proved, "with the file left behind")
        let log = try fixture.restarted()
        let name = try log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        #expect(name == SegmentName(first: 0, last: 99))
        #expect(fixture.storage.head.sealedSize == 100)
        #expect(try fixture.verified().verdict == .proved)
    }

    @Test func `a file left behind that is not the segment is refused`() throws {
        let fixture = try LogFixture.filled(100)
        let other = try sealed(100, seed: 2)
        fixture.files.contents = other.files.contents
        #expect(throws: AuditError.segment(.root)) {
            _ = try fixture.log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        }
        #expect(try fixture.verified().verdict == .refused)
    }

    @Test func `young records stay hot and old ones are sealed`() throws {
        let fixture = try LogFixture.filled(30)
        #expect(try fixture.log.seal(into: fixture.files, at: fixture.now) == nil)
        let later = fixture.now.advanced(by: .days(1))
        #expect(try fixture.log.seal(into: fixture.files, at: later) != nil)
        #expect(fixture.storage.batches.isEmpty)
        #expect(try fixture.log.seal(into: fixture.files, at: later) == nil)
        #expect(try fixture.restarted().head == fixture.log.head)
    }

    @Test func `sealing behind a checkpoint signs a new one, so that a restart can prove the head`()
        throws
    {
        let fixture = try LogFixture.filled(30)
        var source = EventSource(seed: 5)
        try fixture.append(30, from: &source)
        _ = try fixture.log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        #expect(try fixture.restarted().head.size == 60)
        #expect(!fixture.log.needsCheckpoint(at: fixture.now.advanced(by: .days(9))))
        #expect(try fixture.verified().verdict == .proved)
    }

    @Test func `a record takes at most two hundred bytes with its index`() throws {
        let count = 20_000
        let fixture = try LogFixture()
        var source = EventSource(seed: 30, tenants: 400)
        try fixture.append(count, batch: 500, from: &source)
        _ = try fixture.log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        let bytes = try #require(fixture.files.contents.first).value
        #expect(bytes.count <= count * 200)
        #expect(try fixture.verified().verdict == .proved)
    }
}

extension [UInt8] {
    /// One change such as damage or malice would make.
    mutating func mutate(using generator: inout SeededGenerator) {
        guard let index = indices.randomElement(using: &generator) else { return }
        // Half of the changes go where the lengths are.
        let place = Bool.random(using: &generator) ? index : index % Swift.min(88, count)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: self[place] = .random(in: 0 ... .max, using: &generator)
        case 1: self[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: self[place] = 0xff
        case 3: removeSubrange(index...)
        case 4: insert(.random(in: 0 ... .max, using: &generator), at: index)
        default: self[place] = 0
        }
    }
}

extension LogFixture {
    func search(_ query: AuditQuery) throws -> AuditPage {
        try AuditSearch(storage: storage, files: files).page(query)
    }

    /// All pages, one after the other.
    func searchAll(_ query: AuditQuery) throws -> [AuditEntry] {
        var (query, found) = (query, [AuditEntry]())
        while true {
            let page = try search(query)
            found.append(contentsOf: page.entries)
            guard let next = page.next else { return found }
            query.startAfter = next
        }
    }
}

/// A file like a segment's, but for an index of that length, most of which is a hole.
private final class HollowSegmentFile: SegmentFile {
    private var start: [UInt8]
    let byteCount: Int

    private static let indexLengthOffset = 28

    init(_ bytes: [UInt8], indexByteCount: Int) {
        start = bytes
        func number(at offset: Int) -> Int {
            bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        let before = number(at: Self.indexLengthOffset)
        byteCount = bytes.count - before + indexByteCount
        put(indexByteCount, at: Self.indexLengthOffset)
        // One section says that its lists are all of it; the directory is the index's first part.
        let note = number(at: Self.indexLengthOffset + 4)
        let directory = bytes.count - 32 - note - before
        for place in 0..<10 { put(0, at: directory + 4 * place) }
        put(indexByteCount - 40, at: directory + 4)
    }

    private func put(_ number: Int, at offset: Int) {
        for place in 0..<4 { start[offset + place] = UInt8(number >> (24 - 8 * place) & 0xff) }
    }

    func read(_ range: Range<Int>) throws(StoreError) -> [UInt8] {
        range.map { $0 < start.count ? start[$0] : 0 }
    }
}
