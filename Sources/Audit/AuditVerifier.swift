import Crypto
package import Vault

/// Goes over a whole log with nothing but the public key, and believes only what is proved.
///
/// Segments first, in order, then the hot batches, then `finish`. Absent proof is failure: a gap, a
/// record that cannot be read, a root without a signature are findings, never "not checked".
package struct AuditVerifier {
    private let key: VerifierKey
    private let head: AuditHead?
    private var walk: LogWalk
    private var report = AuditReport()
    private var hasBegun = false
    /// Behind a gap in the hot end no root can be computed any more.
    private var isLost = false
    /// The newest checkpoint that was seen to be signed.
    private var checkpoint: Checkpoint?

    /// - Parameters:
    ///   - head: what the log's storage says; nil where there are segments only.
    ///   - earlier: checkpoints that the auditor has kept, already known to be signed.
    ///   - start: the first sequence number that must be there; above zero when older segments
    ///     are kept elsewhere, which the report then says.
    package init(
        key: VerifierKey, head: AuditHead?, earlier: [Checkpoint] = [], from start: UInt64 = 0
    ) {
        self.key = key
        self.head = head
        report.first = start
        var milestones: [LogWalk.Milestone] = []
        for checkpoint in earlier {
            if checkpoint.origin != key.name {
                report.note(.earlierDiffers(size: checkpoint.size))
            }
            milestones.append(
                .init(source: .earlier, size: checkpoint.size, root: checkpoint.root))
        }
        if let head {
            checkpoint = Checkpoint(note: head.checkpoint, verifier: key)
            milestones.append(contentsOf: Self.milestones(head, checkpoint, &report))
        }
        walk = LogWalk(
            milestones: milestones,
            coveredSize: head == nil ? .max : checkpoint?.size ?? 0)
    }

    private static func milestones(
        _ head: AuditHead, _ checkpoint: Checkpoint?, _ report: inout AuditReport
    ) -> [LogWalk.Milestone] {
        var milestones: [LogWalk.Milestone] = []
        var frontiers = [MerkleFrontier(size: head.sealedSize, digests: head.sealedFrontier)]
        if let checkpoint {
            milestones.append(
                .init(source: .checkpoint, size: checkpoint.size, root: checkpoint.root))
            frontiers.append(
                MerkleFrontier(size: checkpoint.size, digests: head.checkpointFrontier))
        }
        for frontier in frontiers {
            guard let frontier else {
                report.note(.wrongHead)
                continue
            }
            milestones.append(.init(source: .head, size: frontier.size, root: frontier.root))
        }
        return milestones
    }

    /// The next segment in order.
    package mutating func segment(
        _ name: SegmentName, _ file: any SegmentFile
    ) throws(StoreError) {
        try segment(name) { () throws(AuditError) in try PreparedSegment(name, file) }
    }

    /// The same, prepared elsewhere; `prepared` throws what was in the way of that.
    mutating func segment(
        _ name: SegmentName, _ prepared: () throws(AuditError) -> PreparedSegment
    ) throws(StoreError) {
        do throws(AuditError) {
            let segment = try prepared()
            guard segment.header.origin == key.name else {
                throw .segment(.foreignOrigin)
            }
            if isOrphan(name) {
                var copy = self
                copy.add(segment)
                adoptFindings(of: copy)
            } else {
                add(segment)
            }
        } catch {
            switch error {
            case .storage(let error): throw error
            case .segment(let fault): report.note(.segment(name, fault))
            case .crypto, .unproved: report.note(.segment(name, .malformed))
            }
        }
    }

    /// A segment whose records are hot still: a crash came between its making and their removal.
    private func isOrphan(_ name: SegmentName) -> Bool {
        guard let head else { return false }
        return name.first >= head.sealedSize
    }

    private mutating func adoptFindings(of copy: AuditVerifier) {
        for finding in copy.report.findings.dropFirst(report.findings.count) {
            report.note(finding)
        }
    }

    private mutating func add(_ segment: PreparedSegment) {
        let header = segment.header
        guard header.first >= expected else { return report.note(.outOfPlace(header.first)) }
        if header.first > expected { report.note(.missing(expected..<header.first)) }
        if hasBegun, header.first == walk.tree.size, header.before != walk.tree {
            report.note(.segment(segment.name, .root))
        }
        begin(at: header.before)
        unsafe walk.add(segment.records.span.bytes, segment.leaves, &report)
        report.recordCount += UInt64(header.count)
        report.segmentCount += 1
        let root = walk.tree.root
        for fault in segment.faults(root, key) { report.note(.segment(segment.name, fault)) }
        if head == nil { checkpoint = segment.checkpoint(root, key) }
    }

    /// The sequence number that the next piece must begin with.
    private var expected: UInt64 { hasBegun ? walk.tree.size : report.first }

    /// Where the log begins is where its first piece does; later pieces go on from there.
    private mutating func begin(at tree: MerkleFrontier) {
        if !hasBegun { report.first = tree.size }
        if !hasBegun || tree != walk.tree { walk.move(to: tree, &report) }
        hasBegun = true
    }

    /// The next batch of the hot end.
    package mutating func batch(_ batch: AuditBatch) {
        guard !isLost else { return }
        guard batch.isWhole, batch.first >= expected else {
            return report.note(.outOfPlace(batch.first))
        }
        if !hasBegun, let start = hotStart { begin(at: start) }
        guard hasBegun, batch.first == expected else {
            isLost = true
            // Where nothing is missing, the head says that the hot end begins elsewhere.
            let isGap = batch.first > expected
            return report.note(isGap ? .missing(expected..<batch.first) : .wrongHead)
        }
        let leaves = unsafe MerkleFrontier.leaves(of: batch.records.span.bytes)
        unsafe walk.add(batch.records.span.bytes, leaves, &report)
        report.recordCount += batch.last - batch.first + 1
        report.batchCount += 1
        let times = unsafe RecordTimes(of: batch.records.span.bytes)
        if times.earliest != batch.firstTime || times.latest != batch.lastTime {
            report.note(.wrongTimes(batchAt: batch.first))
        }
        if walk.tree.root != batch.root { report.note(.wrongRoot(size: walk.tree.size)) }
    }

    /// The tree before a hot end of which no segment is here; the checkpoint will say whether it
    /// was the right one.
    private var hotStart: MerkleFrontier? {
        guard let head, head.sealedSize == report.first else { return nil }
        return MerkleFrontier(size: head.sealedSize, digests: head.sealedFrontier)
    }

    /// The verdict, when everything was shown.
    package mutating func finish() -> AuditReport {
        if !hasBegun, report.first == 0 { begin(at: MerkleFrontier()) }
        walk.finish(&report)
        if let head { finish(head) } else if report.segmentCount == 0 { report.note(.nothing) }
        if checkpoint == nil { report.note(.noCheckpoint) }
        report.size = walk.tree.size
        report.root = walk.tree.root
        report.checkpoint = checkpoint
        if report.recordCount > 0 {
            report.earliest = walk.times.earliest
            report.latest = walk.times.latest
        }
        report.uncovered = report.size - min(report.size, checkpoint?.size ?? 0)
        judgeUncovered()
        return report
    }

    private mutating func finish(_ head: AuditHead) {
        let isEmpty = report.recordCount == 0
        if head.size != walk.tree.size || head.frontier != walk.tree.digests
            || head.root != walk.tree.root
            || (!isEmpty && head.lastTime != walk.times.last)
            || (!isEmpty && head.lastGeneration != walk.lastGeneration)
        {
            report.note(.wrongHead)
        }
    }

    /// A vault that runs or was killed may be a moment ahead of its checkpoint; nothing else may.
    private mutating func judgeUncovered() {
        guard report.uncovered > 0, checkpoint != nil else { return }
        if walk.lastKind == .vaultStop {
            report.note(.stoppedUncovered(count: report.uncovered))
        }
        guard let (since, until) = walk.uncovered else { return }
        if until > since.advanced(by: AuditLimits.uncoveredMax) {
            report.note(.uncoveredTooLong(count: report.uncovered))
        }
    }
}
