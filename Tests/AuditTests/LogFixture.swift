import Audit
import Crypto
import Vault
import Support

/// The same sequence for the same seed (SplitMix64), so that a failure can be seen again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Makes events as a platform with a few tenants would.
struct EventSource {
    private var generator: SeededGenerator
    private var time: Int64 = 1_700_000_000_000_000
    let tenants: Int

    init(seed: UInt64, tenants: Int = 5) {
        generator = SeededGenerator(seed: seed)
        self.tenants = tenants
    }

    mutating func event() -> AuditEvent {
        time += Int64.random(in: -20...2000, using: &generator)
        let kinds: [AuditEvent.Kind] = [
            .tokenVerify, .tokenVerify, .credentialRelease, .tokenCreate,
        ]
        let isDenied = Int.random(in: 0..<10, using: &generator) == 0
        var event = AuditEvent(
            kind: kinds.randomElement(using: &generator) ?? .tokenVerify,
            outcome: isDenied ? .deny : .allow, time: Instant(microseconds: time))
        event.requestID = UInt128.random(in: 1 ... .max, using: &generator)
        event.peerUID = 1000
        event.peerPID = Int32.random(in: 1...32768, using: &generator)
        guard !isDenied else {
            event.reason = .unknownToken
            event.detail = .random(in: 0 ... .max, using: &generator)
            return event
        }
        let tenant = UInt128.random(in: 1...UInt128(tenants), using: &generator)
        let account = tenant * 1000 + UInt128.random(in: 1...8, using: &generator)
        event.organization = OrganizationID(tenant)
        event.account = AccountID(account)
        event.integration = IntegrationID(account * 10 + 1)
        event.token = TokenID(account * 100 + UInt128.random(in: 1...3, using: &generator))
        event.level = .integration
        event.generation = Bool.random(using: &generator) ? .primary : .secondary
        event.objectKind = .credential
        event.object = account * 7
        return event
    }

    mutating func records(_ count: Int) -> [UInt8] {
        var records: [UInt8] = []
        for _ in 0..<count { AuditRecord.append(event(), to: &records) }
        return records
    }
}

/// A log with its storage, files and key.
struct LogFixture {
    static let origin = "strongroom.log/test"

    let storage = MemoryAuditStorage()
    let files = MemorySegmentFiles()
    let key: KeyBox<AuditSigningPurpose>
    let log: AuditLog

    init(seed: UInt64 = 1) throws {
        key = try Self.key(seed: seed)
        log = try AuditLog(storage: storage, signing: key, origin: Self.origin)
    }

    /// A log of records in batches of a few, with a checkpoint at its end.
    static func filled(_ count: Int, batch: Int = 7, seed: UInt64 = 1) throws -> LogFixture {
        let fixture = try LogFixture(seed: seed)
        var source = EventSource(seed: seed)
        try fixture.append(count, batch: batch, from: &source)
        _ = try fixture.log.checkpoint(at: fixture.now)
        return fixture
    }

    func append(_ count: Int, batch: Int = 7, from source: inout EventSource) throws {
        var rest = count
        while rest > 0 {
            var records = source.records(min(batch, rest))
            _ = try log.append(&records, generation: 1 + log.head.size / 100)
            rest -= batch
        }
    }

    var now: Instant { log.head.lastTime }
    var verifierKey: VerifierKey { log.signer.verifier }

    func verified(
        earlier: [Checkpoint] = [], by key: VerifierKey? = nil
    ) throws -> AuditReport {
        try AuditVerifier.verify(
            storage: storage, files: files, key: key ?? verifierKey, earlier: earlier)
    }

    /// A log again on what the storage holds now, as after a restart.
    func restarted() throws -> AuditLog {
        try AuditLog(storage: storage, signing: key, origin: Self.origin)
    }

    static func key(seed: UInt64) throws -> KeyBox<AuditSigningPurpose> {
        KeyBox(
            try Key<AuditSigningPurpose>.generate(DeterministicEntropy(seed: seed)),
            createdAt: Instant(microseconds: 0))
    }

    /// Every record of the hot end, in order.
    var hotEntries: [AuditEntry] {
        storage.batches.flatMap { batch in
            (0..<batch.records.count / AuditRecord.byteCount).compactMap { index in
                let start = index * AuditRecord.byteCount
                return AuditRecord.decode(batch.records, at: start)
            }
        }
    }
}

extension AuditRecord {
    static func decode(_ records: [UInt8], at offset: Int) -> AuditEntry? {
        let record = Array(records[offset..<offset + byteCount])
        return unsafe decode(record.span.bytes)
    }
}

extension AuditBatch {
    /// The batch with other records or another root, as a tamperer would write it.
    func changed(records: [UInt8]? = nil, root: Digest? = nil, first: UInt64? = nil) -> AuditBatch {
        AuditBatch(
            first: first ?? self.first, last: last, firstTime: firstTime, lastTime: lastTime,
            root: root ?? self.root, records: records ?? self.records)
    }
}
