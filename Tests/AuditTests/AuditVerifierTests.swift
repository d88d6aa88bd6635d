import Audit
import Crypto
import Testing
import Vault
import Support

struct AuditVerifierTests {
    private static let count = 1000

    /// A log of a thousand records; the first half sealed when asked for.
    private func log(sealedHalf: Bool) throws -> LogFixture {
        let fixture = try LogFixture(seed: 50)
        var source = EventSource(seed: 50)
        try fixture.append(Self.count / 2, batch: 20, from: &source)
        if sealedHalf {
            _ = try fixture.log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        }
        try fixture.append(Self.count / 2, batch: 20, from: &source)
        try fixture.log.checkpoint(at: fixture.now)
        return fixture
    }

    private func expectRefused(
        _ fixture: LogFixture, _ what: Comment, location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(try fixture.verified().verdict == .refused, what, sourceLocation: location)
    }

    @Test func `a record with any one byte changed is refused`() throws {
        let fixture = try LogFixture.filled(Self.count, batch: 8)
        let original = fixture.storage.batches
        // Each of the 160 places in turn, in one record after the other: every place and every
        // record are met, and the last batches several times.
        for index in 0..<Self.count {
            let place = index % AuditRecord.byteCount
            let batch = original[index / 8]
            var records = batch.records
            records[index % 8 * AuditRecord.byteCount + place] ^= UInt8(1 << (index % 7))
            fixture.storage.batches[index / 8] = batch.changed(records: records)
            try expectRefused(fixture, "byte \(place) of record \(index)")
            fixture.storage.batches[index / 8] = batch
        }
        #expect(try fixture.verified().verdict == .proved)
    }

    @Test func `a tamperer who mends the roots is refused by the checkpoint`() throws {
        for place in 0..<AuditRecord.byteCount {
            let fixture = try LogFixture.filled(40, batch: 10)
            let signed = fixture.storage.head
            var all = fixture.storage.batches.flatMap(\.records)
            all[13 * AuditRecord.byteCount + place] ^= 1
            fixture.rewrite(all, batch: 10, keeping: signed)
            try expectRefused(fixture, "byte \(place)")
        }
    }

    @Test func `a signature does not make a wrong record right`() throws {
        let changes: [(AuditFinding, Int, UInt8)] = [
            (.wrongSequence(expected: 13, found: 12), 15, 12), (.undecodable(13), 1, 0),
            (.undecodable(13), 7, 1), (.undecodable(13), 0, 2),
        ]
        for (finding, place, value) in changes {
            let fixture = try LogFixture.filled(40, batch: 10)
            var all = fixture.storage.batches.flatMap(\.records)
            all[13 * AuditRecord.byteCount + place] = value
            fixture.rewrite(all, batch: 10, keeping: fixture.storage.head)
            let head = fixture.storage.head
            fixture.storage.head.checkpoint = fixture.log.signer.sign(
                Checkpoint(origin: LogFixture.origin, size: head.size, root: head.root).text)
            fixture.storage.head.checkpointFrontier = head.frontier
            #expect(try fixture.verified().findings == [finding], "byte \(place)")
        }
    }

    @Test func `deleted, swapped and doubled records and batches are refused`() throws {
        let original = try LogFixture.filled(Self.count, batch: 20).storage.batches
        for index in original.indices.dropLast() {
            let fixture = try LogFixture.filled(Self.count, batch: 20)
            fixture.storage.batches.remove(at: index)
            try expectRefused(fixture, "batch \(index) deleted")
            fixture.storage.batches = original
            fixture.storage.batches.swapAt(index, index + 1)
            try expectRefused(fixture, "batch \(index) swapped")
            fixture.storage.batches = original
            fixture.storage.batches.insert(original[index], at: index)
            try expectRefused(fixture, "batch \(index) doubled")
        }
        for index in 0..<Self.count / 20 {
            let fixture = try LogFixture.filled(Self.count, batch: 20)
            let batch = original[index]
            var records = batch.records
            let (first, second) = (records[..<160], records[160..<320])
            records.replaceSubrange(..<320, with: Array(second + first))
            fixture.storage.batches[index] = batch.changed(records: records)
            try expectRefused(fixture, "records of batch \(index) swapped")
            fixture.storage.batches[index] = batch.changed(records: Array(batch.records[160...]))
            try expectRefused(fixture, "a record of batch \(index) deleted")
            fixture.storage.batches[index] = batch.changed(
                records: batch.records[..<160] + batch.records)
            try expectRefused(fixture, "a record of batch \(index) doubled")
        }
    }

    @Test func `a log that was cut off is refused, at whatever record`() throws {
        let fixture = try LogFixture.filled(Self.count, batch: 20)
        let (batches, head) = (fixture.storage.batches, fixture.storage.head)
        for kept in 0..<batches.count {
            fixture.storage.batches = Array(batches[..<kept])
            try expectRefused(fixture, "\(kept) batches kept")
            // With a head that fits what is left, the checkpoint is still of more.
            let records = batches[..<kept].flatMap(\.records)
            fixture.rewrite(records, batch: 20, keeping: head)
            try expectRefused(fixture, "\(kept) batches kept and the head mended")
            fixture.storage.head = head
        }
    }

    @Test func `a log signed with another key is refused`() throws {
        let fixture = try LogFixture.filled(100)
        let other = try LogFixture.filled(100, seed: 2)
        #expect(try fixture.verified(by: other.verifierKey).verdict == .refused)
        fixture.storage.head.checkpoint = other.storage.head.checkpoint
        try expectRefused(fixture, "another key's checkpoint")
        fixture.storage.head.checkpoint = []
        try expectRefused(fixture, "no checkpoint")
        #expect(try fixture.verified().findings.contains(.noCheckpoint))
    }

    @Test func `nothing is not a log`() throws {
        let fixture = try LogFixture()
        try expectRefused(fixture, "an empty head without a checkpoint")
        let report = try AuditVerifier.verify(
            storage: nil, files: fixture.files, key: fixture.verifierKey)
        #expect(report.findings.contains(.nothing))
    }

    @Test func `a batch that lies about its root, its times or its place is refused`() throws {
        let fixture = try LogFixture.filled(100)
        let batch = fixture.storage.batches[3]
        let time = Instant(microseconds: 1)
        let wrong = [
            batch.changed(root: MerkleFrontier.emptyRoot), batch.changed(first: batch.first + 1),
            AuditBatch(
                first: batch.first, last: batch.last, firstTime: time, lastTime: batch.lastTime,
                root: batch.root, records: batch.records),
            AuditBatch(
                first: batch.first, last: .max, firstTime: batch.firstTime,
                lastTime: batch.lastTime, root: batch.root, records: batch.records),
        ]
        for (index, changed) in wrong.enumerated() {
            fixture.storage.batches[3] = changed
            try expectRefused(fixture, "batch \(index)")
        }
    }

    @Test func `a head that lies in any of its fields is refused`() throws {
        let changes: [(inout AuditHead) -> Void] = [
            { $0.size -= 1 }, { $0.size += 1 }, { $0.frontier.removeLast() },
            { $0.root = MerkleFrontier.emptyRoot }, { $0.lastTime = Instant(microseconds: 1) },
            { $0.lastGeneration += 1 }, { $0.checkpoint[0] ^= 1 }, { $0.checkpoint.removeLast() },
            { $0.sealedSize -= 1 }, { $0.sealedSize += 20 }, { $0.sealedSize = 0 },
            { $0.sealedFrontier[0] = MerkleFrontier.emptyRoot }, { $0.sealedFrontier = [] },
            { $0.checkpointFrontier[0] = MerkleFrontier.emptyRoot },
            { $0.checkpointFrontier = [] },
        ]
        for (index, change) in changes.enumerated() {
            let fixture = try log(sealedHalf: true)
            change(&fixture.storage.head)
            try expectRefused(fixture, "change \(index)")
        }
    }

    @Test func `a log without segments whose head speaks of some is refused`() throws {
        for bit in 0..<64 {
            let fixture = try log(sealedHalf: false)
            fixture.storage.head.sealedSize ^= 1 << bit
            try expectRefused(fixture, "bit \(bit)")
        }
    }

    @Test func `a missing segment is refused`() throws {
        let fixture = try log(sealedHalf: true)
        fixture.files.contents = [:]
        try expectRefused(fixture, "no segment")
        let found = try fixture.verified().findings
        #expect(found.contains(.missing(0..<500)))
    }

    @Test func `an earlier checkpoint makes a cut or a rewritten log visible`() throws {
        let fixture = try log(sealedHalf: true)
        let head = try #require(
            Checkpoint(note: fixture.storage.head.checkpoint, verifier: fixture.verifierKey))
        #expect(try fixture.verified(earlier: [head]).verdict == .proved)
        let short = try LogFixture.filled(600, seed: 50)
        #expect(try short.verified(earlier: [head]).findings == [.earlierBeyond(size: 1000)])
        let other = try LogFixture.filled(1000, seed: 51)
        #expect(try other.verified(earlier: [head]).findings == [.earlierDiffers(size: 1000)])
        let foreign = Checkpoint(origin: "elsewhere", size: head.size, root: head.root)
        #expect(try fixture.verified(earlier: [foreign]).findings == [.earlierDiffers(size: 1000)])
        let empty = Checkpoint(
            origin: head.origin, size: 0, root: MerkleFrontier.emptyRoot)
        #expect(try fixture.verified(earlier: [empty, head]).verdict == .proved)
        let wrongEmpty = Checkpoint(origin: head.origin, size: 0, root: head.root)
        #expect(try fixture.verified(earlier: [wrongEmpty]).findings == [.earlierDiffers(size: 0)])
    }

    @Test func `records after the last checkpoint are told apart and are no proof`() throws {
        let fixture = try LogFixture.filled(100)
        var source = EventSource(seed: 60)
        try fixture.append(12, from: &source)
        // The second source begins where the first did: a moment without a checkpoint.
        #expect(try fixture.verified().verdict == .uncovered(12))
        var records: [UInt8] = []
        var event = source.event()
        event.time = event.time.advanced(by: .hours(1))
        AuditRecord.append(event, to: &records)
        _ = try fixture.log.append(&records, generation: 9)
        #expect(try fixture.verified().findings == [.uncoveredTooLong(count: 13)])
    }

    @Test func `a clock that was set back before a kill does not look like a long silence`()
        throws
    {
        let fixture = try LogFixture.filled(100)
        var records: [UInt8] = []
        for minutes: Int64 in [-60, -59] {
            let time = fixture.now.advanced(by: .minutes(minutes))
            AuditRecord.append(
                AuditEvent(kind: .tokenVerify, outcome: .allow, time: time), to: &records)
        }
        _ = try fixture.log.append(&records, generation: 9)
        #expect(try fixture.verified().verdict == .uncovered(2))
    }

    @Test func `a batch beyond the head is refused, though all before it is proved`() throws {
        // Each batch is a piece of its own to whoever reads them.
        let fixture = try LogFixture.filled(4000, batch: 4000)
        fixture.storage.batches = try LogFixture.filled(8000, batch: 4000).storage.batches
        try expectRefused(fixture, "4000 records too many")
    }

    @Test func `a vault that stopped in order must have signed for its end`() throws {
        let fixture = try LogFixture.filled(100)
        var records: [UInt8] = []
        AuditRecord.append(
            AuditEvent(kind: .vaultStop, outcome: .allow, time: fixture.now), to: &records)
        _ = try fixture.log.append(&records, generation: 9)
        #expect(try fixture.verified().findings == [.stoppedUncovered(count: 1)])
        try fixture.log.checkpoint(at: fixture.now)
        #expect(try fixture.verified().verdict == .proved)
    }

    @Test func `a generation that goes back needs an accepted rollback`() throws {
        for (kind, verdict) in [
            (AuditEvent.Kind.tokenVerify, AuditReport.Verdict.refused), (.rollbackAccept, .proved),
        ] {
            let fixture = try LogFixture.filled(500)
            var records: [UInt8] = []
            AuditRecord.append(
                AuditEvent(kind: kind, outcome: .allow, time: fixture.now), to: &records)
            _ = try fixture.log.append(&records, generation: 1)
            try fixture.log.checkpoint(at: fixture.now)
            #expect(try fixture.verified().verdict == verdict)
        }
    }

    @Test func `exported segments are verified alone, and a missing one is a gap`() throws {
        let fixture = try log(sealedHalf: true)
        _ = try fixture.log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        func report(from start: UInt64 = 0) throws -> AuditReport {
            try AuditVerifier.verify(
                storage: nil, files: fixture.files, key: fixture.verifierKey, from: start)
        }
        #expect(try report().verdict == .proved)
        #expect(try report().recordCount == 1000)
        #expect(try report().checkpoint?.size == 1000)
        let first = try #require(fixture.files.contents.keys.min())
        fixture.files.contents[first] = nil
        #expect(try report().findings == [.missing(0..<500)])
        let partial = try report(from: 500)
        #expect(partial.verdict == .proved)
        #expect(partial.first == 500)
        #expect(partial.recordCount == 500)
        let early = Checkpoint(
            origin: LogFixture.origin, size: 3, root: MerkleFrontier.emptyRoot)
        let unproved = try AuditVerifier.verify(
            storage: nil, files: fixture.files, key: fixture.verifierKey, earlier: [early],
            from: 500)
        #expect(unproved.findings == [.earlierUnproved(size: 3)])
    }

    @Test func `a hot end is verified alone when its segments are elsewhere`() throws {
        let fixture = try log(sealedHalf: true)
        func report() throws -> AuditReport {
            try AuditVerifier.verify(
                storage: fixture.storage, files: nil, key: fixture.verifierKey, from: 500)
        }
        #expect(try report().verdict == .proved)
        fixture.storage.head.sealedFrontier[0] = MerkleFrontier.emptyRoot
        #expect(try report().verdict == .refused)
    }

    @Test(arguments: [false, true])
    func `a whole log is proved, and the report says what was seen`(sealedHalf: Bool) throws {
        let fixture = try log(sealedHalf: sealedHalf)
        let report = try fixture.verified()
        #expect(report.findings == [])
        #expect(report.verdict == .proved)
        #expect(report.recordCount == 1000)
        #expect(report.size == 1000)
        #expect(report.root == fixture.log.head.root)
        #expect(report.segmentCount == (sealedHalf ? 1 : 0))
        #expect(report.batchCount == (sealedHalf ? 25 : 50))
        #expect(report.checkpoint?.size == 1000)
        #expect(report.latest ?? report.earliest != nil)
        #expect(report.timeRegressionCount > 0, "times are not in order, and are counted")
    }

    @Test func `every finding has a sentence`() throws {
        let name = try #require(SegmentName(first: 0, last: 1))
        let findings: [AuditFinding] = [
            .nothing, .segment(name, .trailer), .missing(0..<1), .outOfPlace(1), .undecodable(1),
            .wrongSequence(expected: 1, found: 2), .generationWentBack(1), .wrongTimes(batchAt: 1),
            .wrongRoot(size: 1), .wrongHead, .noCheckpoint, .checkpointDiffers(size: 1),
            .checkpointBeyond(size: 1), .earlierDiffers(size: 1), .earlierBeyond(size: 1),
            .earlierUnproved(size: 1), .stoppedUncovered(count: 1), .uncoveredTooLong(count: 1),
        ]
        #expect(Set(findings.map(\.sentence)).count == findings.count)
        #expect(findings.allSatisfy { $0.sentence.hasSuffix(".") })
    }
}

extension LogFixture {
    /// What a tamperer without the signing key can do: new batches, roots and head over changed
    /// records, under the checkpoint that was there.
    func rewrite(_ records: [UInt8], batch: Int, keeping signed: AuditHead) {
        var tree = MerkleFrontier()
        storage.batches = []
        var head = AuditHead()
        let step = batch * AuditRecord.byteCount
        for start in stride(from: 0, to: records.count, by: step) {
            let part = Array(records[start..<min(start + step, records.count)])
            let times = stride(from: 0, to: part.count, by: AuditRecord.byteCount).map { offset in
                let bytes = part[(offset + 24)..<(offset + 32)]
                return Instant(microseconds: bytes.reduce(0) { $0 << 8 | Int64($1) })
            }
            let first = tree.size
            unsafe tree.append(records: part.span.bytes)
            guard let earliest = times.min(), let latest = times.max() else { continue }
            storage.batches.append(
                AuditBatch(
                    first: first, last: tree.size - 1, firstTime: earliest, lastTime: latest,
                    root: tree.root, records: part))
            head.lastTime = times.last ?? latest
        }
        head.size = tree.size
        head.frontier = tree.digests
        head.root = tree.root
        head.lastGeneration = tree.size == 0 ? 0 : signed.lastGeneration
        head.checkpoint = signed.checkpoint
        head.checkpointFrontier = signed.checkpointFrontier
        storage.head = head
    }
}
