import Crypto
import Vault

/// Goes over the records of a log in order, grows the tree, and stops at the milestones: sizes at
/// which something else says what the root must be.
struct LogWalk {
    struct Milestone {
        enum Source { case checkpoint, head, earlier }
        let source: Source
        let size: UInt64
        let root: Digest
    }

    private(set) var tree: MerkleFrontier
    private(set) var times = RecordTimes()
    private(set) var lastKind: AuditEvent.Kind?
    private(set) var lastGeneration: UInt64 = 0
    /// The time of the first record that the checkpoint does not cover, and the latest of all such.
    private(set) var uncovered: (since: Instant, until: Instant)?
    private let coveredSize: UInt64
    /// The nearest last.
    private var milestones: [Milestone]

    init(milestones: [Milestone], coveredSize: UInt64) {
        tree = MerkleFrontier()
        self.milestones = milestones.sorted { $0.size > $1.size }
        self.coveredSize = coveredSize
    }

    /// Goes on from another place; what lies between is not known.
    mutating func move(to tree: MerkleFrontier, _ report: inout AuditReport) {
        self.tree = tree
        while let nearest = milestones.last, nearest.size < tree.size {
            milestones.removeLast()
            switch nearest.source {
            case .earlier: report.note(.earlierUnproved(size: nearest.size))
            case .checkpoint, .head: report.note(.checkpointDiffers(size: nearest.size))
            }
        }
        passMilestones(&report)
    }

    /// - Parameter leaves: the records' hashes, one for each.
    mutating func add(_ records: RawSpan, _ leaves: [Digest], _ report: inout AuditReport) {
        for (place, leaf) in leaves.enumerated() {
            let offset = place * AuditRecord.byteCount
            check(records.extracting(offset..<offset + AuditRecord.byteCount), &report)
            tree.append(leaf: leaf)
            if milestones.last?.size == tree.size { passMilestones(&report) }
        }
    }

    private mutating func check(_ record: RawSpan, _ report: inout AuditReport) {
        let sequence = tree.size
        guard let entry = AuditRecord.decode(record) else {
            return report.note(.undecodable(sequence))
        }
        if entry.sequence != sequence {
            report.note(.wrongSequence(expected: sequence, found: entry.sequence))
        }
        let kind = entry.event.kind
        if entry.generation < lastGeneration, kind != .rollbackAccept {
            report.note(.generationWentBack(sequence))
        }
        if entry.event.time < times.last, lastKind != nil { report.timeRegressionCount += 1 }
        if sequence >= coveredSize { addUncovered(entry.event.time) }
        times.add(entry.event.time)
        lastGeneration = entry.generation
        lastKind = kind
    }

    /// Earlier records do not count here: their clock may have been set back since.
    private mutating func addUncovered(_ time: Instant) {
        let known = uncovered ?? (time, time)
        uncovered = (known.since, max(known.until, time))
    }

    mutating func passMilestones(_ report: inout AuditReport) {
        while let reached = milestones.last, reached.size == tree.size {
            milestones.removeLast()
            guard reached.root != tree.root else { continue }
            switch reached.source {
            case .checkpoint: report.note(.checkpointDiffers(size: reached.size))
            case .head: report.note(.wrongHead)
            case .earlier: report.note(.earlierDiffers(size: reached.size))
            }
        }
    }

    /// Milestones that were never reached: the log is shorter than somebody has said.
    mutating func finish(_ report: inout AuditReport) {
        for beyond in milestones.reversed() {
            switch beyond.source {
            case .checkpoint, .head: report.note(.checkpointBeyond(size: beyond.size))
            case .earlier: report.note(.earlierBeyond(size: beyond.size))
            }
        }
        milestones = []
    }
}
