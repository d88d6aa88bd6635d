package import Crypto
package import Vault

/// The append-only log: gives records their place, grows the tree, signs for it.
///
/// Laws:
/// - The sequence number of a record is the index of its leaf; there are no gaps.
/// - Records and head change in one transaction of the storage, or neither does.
/// - The head in memory is the one that the storage was last told. A caller that abandons the
///   storage's batch calls `reload` before anything else.
/// - A log starts only from a head that its newest checkpoint proves.
///
/// Owned by the thread that owns the storage.
package final class AuditLog {
    package private(set) var head: AuditHead
    package let signer: NoteSigner
    let storage: any AuditStorage
    private var frontier: MerkleFrontier
    private var checkpointSize: UInt64?
    private var checkpointTime: Instant?
    private(set) var hotSince: Instant?
    private(set) var cuts = SegmentCuts(after: MerkleFrontier())

    package init(
        storage: any AuditStorage, signing key: KeyBox<AuditSigningPurpose>, origin: String
    ) throws(AuditError) {
        do { signer = try NoteSigner(name: origin, seed: key.key) } catch { throw .crypto(error) }
        self.storage = storage
        head = AuditHead()
        frontier = MerkleFrontier()
        try reload()
    }

    /// Takes the head from the storage again, and proves it again.
    package func reload() throws(AuditError) {
        do throws(StoreError) {
            head = try storage.auditHead()
            hotSince = try storage.auditBatches(from: head.sealedSize, byteCountMax: 1)
                .first?.firstTime
        } catch { throw .storage(error) }
        checkpointTime = nil
        guard head != AuditHead() else { return begin() }
        frontier = try HeadProof(storage: storage, verifier: signer.verifier).prove(head)
        cuts = SegmentCuts(after: frontier)
        checkpointSize = Checkpoint(note: head.checkpoint, verifier: signer.verifier)?.size
    }

    /// A new log vouches for its emptiness, so that there never are records without a checkpoint
    /// before them; the first batch takes the note to the storage.
    private func begin() {
        frontier = MerkleFrontier()
        cuts = SegmentCuts(after: frontier)
        sign()
        checkpointSize = nil
    }

    /// Stamps, hashes, grows the tree, and puts the batch into the open transaction; `records` is a
    /// whole number of records, at least one.
    package func append(
        _ records: inout [UInt8], generation: UInt64
    ) throws(StoreError) -> Range<UInt64> {
        precondition(
            !records.isEmpty && records.count % AuditRecord.byteCount == 0,
            "a batch is a whole number of records")
        let first = head.size
        var grown = frontier
        for offset in stride(from: 0, to: records.count, by: AuditRecord.byteCount) {
            AuditRecord.stamp(
                &records, at: offset, sequence: grown.size, generation: generation)
            unsafe grown.append(record: records.span.bytes, at: offset)
        }
        let times = unsafe RecordTimes(of: records.span.bytes)
        let batch = AuditBatch(
            first: first, last: grown.size - 1, firstTime: times.earliest,
            lastTime: times.latest, root: grown.root, records: records)
        var next = head
        next.size = grown.size
        next.frontier = grown.digests
        next.root = batch.root
        next.lastTime = times.last
        next.lastGeneration = generation
        try storage.append(batch, head: next)
        cuts.append(batch, to: frontier)
        head = next
        frontier = grown
        if hotSince == nil { hotSince = times.earliest }
        return first..<grown.size
    }

    /// Whether a record came after the newest checkpoint, and that one is a second old.
    package func needsCheckpoint(at now: Instant) -> Bool {
        guard checkpointSize != head.size else { return false }
        guard let checkpointTime else { return true }
        // A clock that went back must not put the checkpoint off.
        return now >= checkpointTime.advanced(by: AuditLimits.checkpointInterval)
            || now < checkpointTime
    }

    /// Records that are not in a sealed segment.
    package var hotCount: UInt64 { head.size - head.sealedSize }

    /// Whether records came after the newest checkpoint.
    package var hasUnsigned: Bool { checkpointSize != head.size }

    /// Signs for the head and stores the note with it; returns the note.
    @discardableResult
    package func checkpoint(at now: Instant) throws(StoreError) -> [UInt8] {
        let (old, oldSize) = (head, checkpointSize)
        sign()
        do { try storage.putHead(head) } catch {
            head = old
            checkpointSize = oldSize
            throw error
        }
        checkpointTime = now
        return head.checkpoint
    }

    private func sign() {
        head = Self.signed(head, by: signer)
        checkpointSize = head.size
    }

    private static func signed(_ head: AuditHead, by signer: NoteSigner) -> AuditHead {
        let checkpoint = Checkpoint(
            origin: signer.verifier.name, size: head.size, root: head.root)
        var signed = head
        signed.checkpoint = signer.sign(checkpoint.text)
        signed.checkpointFrontier = head.frontier
        return signed
    }

    /// The head, with a checkpoint of `size` or later: a restart proves the head by the records
    /// after the checkpoint, and must find them in the storage.
    func signedHead(covering size: UInt64) -> AuditHead {
        guard let checkpointSize, checkpointSize >= size else {
            return Self.signed(head, by: signer)
        }
        return head
    }

    /// Takes over a head that the storage has been told by the sealing of a segment.
    func didSeal(_ sealed: AuditHead, hotSince: Instant?) {
        if sealed.checkpoint != head.checkpoint { checkpointSize = sealed.size }
        head = sealed
        self.hotSince = hotSince
        cuts.drop(through: sealed.sealedSize)
    }

    /// The oldest records that this process appended, for the next segment.
    func nextCut() -> SegmentCuts.Cut? { cuts.next(at: frontier) }
}

/// The earliest, the latest and the last time of a run of records.
struct RecordTimes: Equatable {
    private(set) var earliest = Instant(microseconds: .max)
    private(set) var latest = Instant(microseconds: .min)
    private(set) var last = Instant(microseconds: 0)

    init() {}

    init(of records: RawSpan) {
        for offset in stride(from: 0, to: records.byteCount, by: AuditRecord.byteCount) {
            add(AuditRecord.time(records, at: offset))
        }
    }

    mutating func add(_ time: Instant) {
        earliest = min(earliest, time)
        latest = max(latest, time)
        last = time
    }
}
