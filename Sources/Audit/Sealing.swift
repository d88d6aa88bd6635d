import Crypto
package import Vault

/// Turns the oldest hot records into a segment, in pieces, so that no thread is kept long:
/// 1. the log's owner makes a plan, between two commits;
/// 2. it reads the hot batches, a piece at a time, and `add`s them (which anybody may do);
/// 3. anybody makes the segment and stores it;
/// 4. the log's owner `finish`es: the hot copies go, in one transaction.
/// A crash in between loses nothing: the next plan finds the file and makes the same one.
package struct Sealing {
    /// How it is shown that the records read back are those that were appended: a forged batch
    /// must not be signed for.
    private enum Proof {
        /// They lead to a tree that the log trusts. It may lie beyond the segment's end, and all
        /// before it is hashed.
        case tree(MerkleFrontier)
        /// They are what this process appended.
        case content(SegmentCuts.Cut)
    }

    private let before: MerkleFrontier
    private let proof: Proof
    /// Where the segment ends that a crash left behind, if there is one.
    private let endOfOrphan: UInt64?
    /// The tree of all that was read, where that is the proof.
    private var tree: MerkleFrontier
    private var content = RunningDigest()
    private var records: [UInt8] = []
    private var after: MerkleFrontier
    private var isFull = false
    /// The sequence numbers that are still to be read, a piece at a time.
    package private(set) var unread: Range<UInt64>

    fileprivate init(from before: MerkleFrontier, to tree: MerkleFrontier, endOfOrphan: UInt64?) {
        self.init(before, .tree(tree), tree.size, endOfOrphan)
    }

    fileprivate init(
        from before: MerkleFrontier, cut: SegmentCuts.Cut, endOfOrphan: UInt64?
    ) {
        self.init(before, .content(cut), cut.after.size, endOfOrphan)
    }

    private init(
        _ before: MerkleFrontier, _ proof: Proof, _ end: UInt64, _ endOfOrphan: UInt64?
    ) {
        self.before = before
        self.proof = proof
        self.endOfOrphan = endOfOrphan
        tree = before
        after = before
        unread = before.size..<end
    }

    /// Takes the next piece.
    package mutating func add(_ batches: [AuditBatch]) throws(AuditError) {
        guard !batches.isEmpty else { throw .segment(.gap) }
        for batch in batches where !unread.isEmpty {
            guard batch.first == unread.lowerBound, batch.isWhole, batch.last < unread.upperBound
            else { throw .segment(.gap) }
            unread = batch.last + 1..<unread.upperBound
            take(batch)
        }
        if unread.isEmpty { try check() }
    }

    private mutating func take(_ batch: AuditBatch) {
        guard case .tree = proof else {
            unsafe content.add(batch.records.span.bytes)
            records.append(contentsOf: batch.records)
            return
        }
        unsafe tree.append(records: batch.records.span.bytes)
        let end = endOfOrphan ?? before.size + UInt64(AuditLimits.segmentRecordsMax)
        isFull = isFull || batch.last >= end
        guard !isFull else { return }
        records.append(contentsOf: batch.records)
        after = tree
    }

    private mutating func check() throws(AuditError) {
        switch proof {
        case .tree(let trusted):
            guard tree.root == trusted.root else { throw .unproved(.sealed) }
        case .content(let cut):
            guard content == cut.content else { throw .unproved(.sealed) }
            after = cut.after
        }
    }

    /// The segment, when everything was read.
    package func segment(signer: NoteSigner) throws(AuditError) -> SealedSegment {
        precondition(unread.isEmpty, "a segment is made when all of it has been read")
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
        let isSame: Bool
        do throws(StoreError) {
            if !(try files.list().contains(name)) { try files.create(name, bytes) }
            isSame = try isContent(of: try files.open(name))
        } catch { throw .storage(error) }
        guard isSame else { throw .segment(.root) }
    }

    /// A piece at a time: the segment is in memory once already.
    private func isContent(of file: any SegmentFile) throws(StoreError) -> Bool {
        guard file.byteCount == bytes.count else { return false }
        var start = 0
        while start < bytes.count {
            let piece = start..<min(start + AuditLimits.hotReadBytesMax, bytes.count)
            guard try file.read(piece)[...] == bytes[piece] else { return false }
            start = piece.upperBound
        }
        return true
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
        let endOfOrphan = orphan.map { $0.last + 1 }
        guard before.size >= cuts.origin.size else {
            return Sealing(from: before, to: cuts.origin, endOfOrphan: endOfOrphan)
        }
        guard let cut = nextCut(), cut.first == before.size else { throw .segment(.gap) }
        return Sealing(from: before, cut: cut, endOfOrphan: endOfOrphan)
    }

    /// The next piece to `add`.
    package func piece(of sealing: Sealing) throws(StoreError) -> [AuditBatch] {
        try storage.auditBatches(
            from: sealing.unread.lowerBound, byteCountMax: AuditLimits.hotReadBytesMax
        ).filter { $0.last < sealing.unread.upperBound }
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
        while !sealing.unread.isEmpty {
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
