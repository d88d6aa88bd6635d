/// What this process appended since the newest sealed segment, cut where the next segments end.
///
/// Kept in memory, for it was hashed into the tree when it came: to seal it, nothing need be read
/// back from a file that others may have written to, and nothing be hashed a second time. Where more
/// waits than is kept, the tree at each cut is, so that no more than one segment is read for one.
struct SegmentCuts {
    /// A run of whole batches for one segment.
    struct Cut: Sendable {
        /// Sequence number of the first record.
        let first: UInt64
        /// Nil where they have to be read, and must lead to `after`.
        let records: [UInt8]?
        /// The tree after the last record.
        let after: MerkleFrontier
    }

    /// More wait for their sealing where a disk is slow or full, or while the log is verified; the
    /// records of the oldest are kept.
    private static let keptCountMax = 2

    /// The tree that the runs go on from: what is before it has to be read, and proved.
    private(set) var origin: MerkleFrontier
    private var cuts: [Cut] = []
    private var first: UInt64
    private var records: [UInt8] = []

    init(after origin: MerkleFrontier) {
        self.origin = origin
        first = origin.size
    }

    /// Takes a batch that follows on `frontier`; a run that has no room for it ends before it.
    mutating func append(_ batch: AuditBatch, to frontier: MerkleFrontier) {
        if batch.last - first >= UInt64(AuditLimits.segmentRecords) { cut(at: frontier) }
        records.append(contentsOf: batch.records)
    }

    /// The oldest run; the newest ends at `frontier`, where the log is now, if it is the only one.
    mutating func next(at frontier: MerkleFrontier) -> Cut? {
        if cuts.isEmpty { cut(at: frontier) }
        return cuts.first
    }

    private mutating func cut(at frontier: MerkleFrontier) {
        guard frontier.size > first else { return }
        let isKept = cuts.count < Self.keptCountMax
        cuts.append(Cut(first: first, records: isKept ? records : nil, after: frontier))
        first = frontier.size
        records = []
    }

    /// Forgets what is in a sealed segment.
    mutating func drop(through size: UInt64) {
        cuts.removeAll { $0.after.size <= size }
    }
}
