import Crypto
package import Vault

/// Turns the oldest hot records into a segment, in pieces, so that no thread is kept long:
/// 1. the log's owner makes a plan, between two commits;
/// 2. it reads the hot batches, a piece at a time, and `add`s them (which anybody may do);
/// 3. anybody makes the segment and stores it;
/// 4. the log's owner `finish`es: the hot copies go, in one transaction.
/// A crash in between loses nothing: the next plan finds the file and makes the same one.
package struct Sealing {
    /// The trusted head that the hot records must lead to.
    private let size: UInt64
    private let root: Digest
    private let before: MerkleFrontier
    /// Where the segment ends that a crash left behind, if there is one.
    private let endOfOrphan: UInt64?
    private var tree: MerkleFrontier
    private var records: [UInt8] = []
    private var after: MerkleFrontier
    private var isFull = false

    fileprivate init(head: AuditHead, before: MerkleFrontier, endOfOrphan: UInt64?) {
        size = head.size
        root = head.root
        self.before = before
        self.endOfOrphan = endOfOrphan
        tree = before
        after = before
    }

    /// The sequence number that the next piece begins with; nil when there is nothing left to read.
    package var next: UInt64? { tree.size < size ? tree.size : nil }

    /// Takes the next piece of the hot end. All of it is hashed, though not all may be sealed: what
    /// the log signs for must lead to the head that it knows, or a forged batch would be signed.
    package mutating func add(_ batches: [AuditBatch]) throws(AuditError) {
        guard !batches.isEmpty else { throw .segment(.gap) }
        for batch in batches where tree.size < size {
            guard batch.first == tree.size, batch.isWhole, batch.last < size else {
                throw .segment(.gap)
            }
            unsafe tree.append(records: batch.records.span.bytes)
            take(batch)
        }
        guard tree.size < size || tree.root == root else { throw .unproved(.sealed) }
    }

    private mutating func take(_ batch: AuditBatch) {
        let end = endOfOrphan ?? before.size + UInt64(AuditLimits.segmentRecordsMax)
        isFull = isFull || batch.last >= end
        guard !isFull else { return }
        records.append(contentsOf: batch.records)
        after = tree
    }

    /// The segment, when everything was read.
    package func segment(signer: NoteSigner) throws(AuditError) -> SealedSegment {
        precondition(next == nil, "a segment is made when the head has been reached")
        let segment: SealedSegment
        do {
            segment = try SealedSegment(
                records: records, before: before, after: after, signer: signer)
        } catch { throw .segment(error) }
        guard segment.after.size == endOfOrphan ?? segment.after.size else {
            throw .segment(.wrongRange)
        }
        return segment
    }
}

extension SealedSegment {
    /// Makes the file durable and reads it back; one that is there already must be the same.
    package func store(in files: any SegmentFiles) throws(AuditError) {
        let stored: [UInt8]
        do throws(StoreError) {
            if !(try files.list().contains(name)) { try files.create(name, bytes) }
            let file = try files.open(name)
            stored = try file.read(0..<file.byteCount)
        } catch { throw .storage(error) }
        guard stored == bytes else { throw .segment(.root) }
    }
}

extension AuditLog {
    /// What to seal now: enough records, or old ones, or with `evenIfYoung` any; nil for nothing.
    ///
    /// Call it when no batch is open: a segment must not hold what may yet be abandoned.
    package func sealing(
        at now: Instant, existing: [SegmentName], evenIfYoung: Bool = false
    ) throws(AuditError) -> Sealing? {
        guard head.size > head.sealedSize, let hotSince else { return nil }
        let isLarge = head.size - head.sealedSize >= UInt64(AuditLimits.segmentRecordsMax)
        let isOld = now >= hotSince.advanced(by: AuditLimits.hotAge)
        guard isLarge || isOld || evenIfYoung else { return nil }
        guard
            let before = MerkleFrontier(size: head.sealedSize, digests: head.sealedFrontier)
        else { throw .unproved(.sealed) }
        let orphan = existing.first { $0.last >= head.sealedSize }
        if let orphan {
            // A file beyond the head is of a log that went further than this one.
            guard orphan.first == head.sealedSize, orphan.last < head.size else {
                throw .segment(.wrongRange)
            }
        }
        return Sealing(head: head, before: before, endOfOrphan: orphan.map { $0.last + 1 })
    }

    /// The next piece to `add`.
    package func piece(of sealing: Sealing) throws(StoreError) -> [AuditBatch] {
        guard let next = sealing.next else { return [] }
        return try storage.auditBatches(
            from: next, byteCountMax: AuditLimits.hotReadBytesMax)
    }

    /// Removes the hot copies of a stored segment; joins the open transaction.
    package func finish(_ segment: SealedSegment) throws(StoreError) {
        var next = signedHead(covering: segment.after.size)
        next.sealedSize = segment.after.size
        next.sealedFrontier = segment.after.digests
        try storage.removeAuditBatches(through: segment.name.last, head: next)
        let hotSince = try storage.auditBatches(from: next.sealedSize, byteCountMax: 1)
            .first?.firstTime
        didSeal(next, hotSince: hotSince)
    }

    /// All of it at once, for a log that nobody waits for; returns what was sealed.
    package func seal(
        into files: any SegmentFiles, at now: Instant, evenIfYoung: Bool = false
    ) throws(AuditError) -> SegmentName? {
        let existing: [SegmentName]
        do { existing = try files.list() } catch { throw .storage(error) }
        guard
            var sealing = try sealing(at: now, existing: existing, evenIfYoung: evenIfYoung)
        else { return nil }
        while sealing.next != nil {
            let piece: [AuditBatch]
            do { piece = try self.piece(of: sealing) } catch { throw .storage(error) }
            try sealing.add(piece)
        }
        let segment = try sealing.segment(signer: signer)
        try segment.store(in: files)
        do { try finish(segment) } catch { throw .storage(error) }
        return segment.name
    }
}
