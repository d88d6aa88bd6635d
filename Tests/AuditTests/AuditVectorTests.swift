import Audit
import Crypto
import Support
import Testing
import Vault

/// The log's formats, held to files that `scripts/vectors` recomputes without our code.
///
/// Everything repeats itself from a seed; `STRONGROOM_WRITE_VECTORS=1` makes the files anew.
struct AuditVectorTests {
    /// One event of every kind, outcome, reason and level, with numbers that fill their fields.
    private var entries: [AuditEntry] {
        let reasons = AuditEvent.Reason.allCases
        return AuditEvent.Kind.allCases.enumerated().map { place, kind in
            let outcomes = AuditEvent.Outcome.allCases
            var event = AuditEvent(
                kind: kind, outcome: outcomes[place % outcomes.count],
                time: Instant(microseconds: place % 7 == 0 ? -1 : .max - Int64(place)))
            event.reason = reasons[place % reasons.count]
            event.level = Token.Level(rawValue: UInt8(place % 4))
            event.generation = GenerationSlot(rawValue: UInt8(place % 3))
            event.objectKind = ObjectKind(rawValue: UInt8(place % 9))
            fill(&event, UInt128(place))
            return AuditEntry(
                sequence: .max >> UInt64(place % 64), generation: UInt64(place) << 40,
                event: event)
        }
    }

    private func fill(_ event: inout AuditEvent, _ place: UInt128) {
        let base = UInt128.max / (place + 1)
        event.organization = place % 5 == 0 ? nil : OrganizationID(base)
        event.account = place % 5 == 1 ? nil : AccountID(base - 1)
        event.integration = place % 5 == 2 ? nil : IntegrationID(base - 2)
        event.token = place % 5 == 3 ? nil : TokenID(base - 3)
        event.object = base - 4
        event.remoteAddress = 0xffff_0000_0000 | place
        event.requestID = base - 5
        event.peerUID = .max - UInt32(place)
        event.peerPID = Int32(place) - 2
        event.detail = UInt64(place) << 56 | 1
    }

    private func record(_ entry: AuditEntry) -> [UInt8] {
        var record: [UInt8] = []
        AuditRecord.append(entry.event, to: &record)
        AuditRecord.stamp(
            &record, at: 0, sequence: entry.sequence, generation: entry.generation)
        return record
    }

    private func vector(_ entry: AuditEntry) -> Vector {
        let (event, record) = (entry.event, record(entry))
        return [
            "event": "\(event.kind.text) \(event.kind.rawValue)",
            "outcome": "\(event.outcome.text) \(event.outcome.rawValue)",
            "reason": "\(event.reason.text.map { "\($0)" } ?? "none") \(event.reason.rawValue)",
            "level": "\(event.level?.rawValue ?? 0)", "slot": "\(event.generation?.rawValue ?? 0)",
            "object_kind": "\(event.objectKind?.rawValue ?? 0)", "sequence": "\(entry.sequence)",
            "generation": "\(entry.generation)", "time": "\(event.time.microseconds)",
            "organization": (event.organization?.value ?? 0).hex,
            "account": (event.account?.value ?? 0).hex,
            "integration": (event.integration?.value ?? 0).hex,
            "token": (event.token?.value ?? 0).hex, "object": event.object.hex,
            "remote_address": event.remoteAddress.hex, "request_id": event.requestID.hex,
            "peer_uid": "\(event.peerUID)", "peer_pid": "\(event.peerPID)",
            "detail": "\(event.detail)", "record": record.hex,
            "leaf": unsafe SHA256.leaf(record.span.bytes).bytes.hex,
        ]
    }

    @Test func `records are encoded as documented`() throws {
        let made = VectorFile(
            format: "schema/audit-record.md", vectors: entries.map { vector($0) })
        #expect(try made.kept("audit-record.json") == made)
    }

    /// Sealed after every count but the last; the later ones come from another source of events.
    private func log(
        _ counts: [Int], isSigned: Bool = true, lastFrom seed: UInt64 = 4
    ) throws -> LogFixture {
        let fixture = try LogFixture(seed: 4)
        var (source, other) = (EventSource(seed: 4), EventSource(seed: seed))
        for count in counts.dropLast() {
            try fixture.append(count, batch: 3, from: &source)
            _ = try fixture.log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        }
        try fixture.append(counts.last ?? 0, batch: 3, from: &other)
        if isSigned { _ = try fixture.log.checkpoint(at: fixture.now) }
        return fixture
    }

    /// As a crash leaves it between a segment's making and the removal of its records.
    private func orphaned() throws -> LogFixture {
        let fixture = try log([5, 4])
        let (head, batches) = (fixture.storage.head, fixture.storage.batches)
        _ = try fixture.log.seal(into: fixture.files, at: fixture.now, evenIfYoung: true)
        (fixture.storage.head, fixture.storage.batches) = (head, batches)
        return fixture
    }

    private func vector(_ name: String, _ fixture: LogFixture) throws -> Vector {
        let segments = fixture.files.contents.sorted { $0.key < $1.key }
            .map { "\($0.key.text) \($0.value.hex)" }
        let batches = fixture.storage.batches.map { batch in
            "\(batch.first) \(batch.last) \(batch.firstTime.microseconds) "
                + "\(batch.lastTime.microseconds) \(batch.root.bytes.hex) \(batch.records.hex)"
        }
        return [
            "name": name, "seed": fixture.key.key.withBytes { $0.copied }.hex,
            "key": fixture.verifierKey.text, "head": fixture.storage.head.bytes.hex,
            "segments": segments.joined(separator: "\n"),
            "batches": batches.joined(separator: "\n"),
            "uncovered": "\(try fixture.verified().uncovered)",
        ]
    }

    @Test func `heads, checkpoints, batches and segments are made as documented`() throws {
        let logs = try [
            ("one record", log([1])), ("hot", log([17])), ("killed", log([5], isSigned: false)),
            ("sealed and killed", log([6, 3], isSigned: false)), ("sealed", log([21, 11, 9])),
            ("fork", log([21, 11, 9], lastFrom: 5)), ("orphan", orphaned()),
        ]
        for (name, log) in logs { #expect(try log.verified().findings == [], "\(name)") }
        let made = VectorFile(
            format: "schema/audit-segment.md", vectors: try logs.map { try vector($0, $1) })
        #expect(try made.kept("audit-log.json") == made)
    }
}
