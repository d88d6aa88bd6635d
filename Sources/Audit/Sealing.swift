import Crypto
package import Vault

/// Turns the oldest hot records into a segment, in pieces, so that no thread is kept long:
/// 1. the log's owner makes a plan, between two commits;
/// 2. if the records are an earlier process's, it reads the hot batches, a piece at a time, and
///    `add`s them (which anybody may do);
/// 3. anybody makes the segment and stores it;
/// 4. the log's owner `finish`es: the hot copies go, in one transaction.
/// A crash in between loses nothing: the next plan finds the file and makes the same one.
package struct Sealing {
    private let before: MerkleFrontier
    /// The tree that what is read must lead to, or forged batches would be signed for. It may lie
    /// beyond the segment's end, and all before it is hashed.
    private let trusted: MerkleFrontier
    /// Where the segment ends that a crash left behind, if there is one.
    private let endOfOrphan: UInt64?
    /// The tree of all that was read.
    private var tree: MerkleFrontier
    private var records: [UInt8]
    private var after: MerkleFrontier
    private var isFull = false

    fileprivate init(
        from before: MerkleFrontier, to trusted: MerkleFrontier, endOfOrphan: UInt64?
    ) {
        self.before = before
        self.trusted = trusted
        self.endOfOrphan = endOfOrphan
        tree = before
        after = before
        records = []
    }

    /// Of what is in memory there is nothing to be read.
    fileprivate init(_ cut: SegmentCuts.Cut, from before: MerkleFrontier, endOfOrphan: UInt64?) {
        self.init(from: before, to: cut.after, endOfOrphan: endOfOrphan)
        guard let kept = cut.records else { return }
        (tree, after, records) = (cut.after, cut.after, kept)
    }

    /// The sequence numbers that are still to be read, a piece at a time.
    package var unread: Range<UInt64> { tree.size..<trusted.size }

    /// Takes the next piece.
    package mutating func add(_ batches: [AuditBatch]) throws(AuditError) {
        guard !batches.isEmpty else { throw .segment(.gap) }
        for batch in batches where !unread.isEmpty {
            guard batch.first == tree.size, batch.isWhole, batch.last < trusted.size else {
                throw .segment(.gap)
            }
            unsafe tree.append(records: batch.records.span.bytes)
            take(batch)
        }
        guard !unread.isEmpty || tree == trusted else { throw .unproved(.sealed) }
    }

    private mutating func take(_ batch: AuditBatch) {
        let end = endOfOrphan ?? before.size + UInt64(AuditLimits.segmentRecords)
        isFull = isFull || batch.last >= end
        guard !isFull else { return }
        records.append(contentsOf: batch.records)
        after = tree
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
        let isThere: Bool
        do { isThere = try files.list().contains(name) } catch { throw .segment(.unreadable) }
        // What could not be made durable is the one failure that must not be passed over.
        if !isThere { do { try files.create(name, pieces) } catch { throw .storage(error) } }
        let isSame: Bool
        do throws(StoreError) {
            isSame = try isContent(of: try files.open(name))
        } catch { throw .segment(.unreadable) }
        guard isSame else { throw .segment(.root) }
    }

    /// A part at a time: the segment is in memory once already.
    private func isContent(of file: any SegmentFile) throws(StoreError) -> Bool {
        guard file.byteCount == pieces.reduce(0, { $0 + $1.count }) else { return false }
        var position = 0
        for piece in pieces {
            var rest = piece[...]
            while !rest.isEmpty {
                let part = rest.prefix(AuditLimits.hotReadBytesMax)
                guard try file.read(position..<position + part.count)[...] == part else {
                    return false
                }
                position += part.count
                rest = rest.dropFirst(part.count)
            }
        }
        return true
    }
}

extension AuditLog {
    /// Takes segments that go further than this log out of its way, when an older database is gone
    /// on from: they are evidence of what was undone, and of this log they prove nothing.
    ///
    /// Call it before anything is appended.
    package func setAsideUndone(in files: any SegmentFiles) throws(StoreError) {
        for name in try files.list() where name.last >= head.size { try files.setAside(name) }
    }

    /// What to seal now: enough records, or old ones, or with `evenIfYoung` any; nil for nothing.
    ///
    /// Call it when no batch is open: a segment must not hold what may yet be abandoned.
    package func sealing(
        at now: Instant, existing: [SegmentName], evenIfYoung: Bool = false
    ) throws(AuditError) -> Sealing? {
        guard head.size > head.sealedSize, let hotSince else { return nil }
        let isLarge = head.size - head.sealedSize >= UInt64(AuditLimits.segmentRecords)
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
        return Sealing(cut, from: before, endOfOrphan: endOfOrphan)
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
        didSeal(next, hotSince: try firstTime(from: next.sealedSize, or: next.lastTime))
    }

    /// When the hot end begins; where its first batch was changed by something else, which whoever
    /// reads it will find, the time of the newest record.
    private func firstTime(from sequence: UInt64, or last: Instant) throws(StoreError) -> Instant? {
        do {
            return try storage.auditBatches(from: sequence, byteCountMax: 1).first?.firstTime
        } catch {
            guard case .integrity = error else { throw error }
            return last
        }
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
