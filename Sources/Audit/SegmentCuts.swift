import Crypto

/// Where the segments to come will end, among the records that this process appended itself.
///
/// Those were hashed into the tree when they came. Sealing reads them back from a file that others
/// may have written to; instead of hashing every record a second time it compares one digest over
/// all that it reads with the one over all that was appended, which is several times cheaper.
struct SegmentCuts {
    /// A run of whole batches for one segment.
    struct Cut: Sendable {
        /// Sequence number of the first record.
        let first: UInt64
        /// The tree after the last record.
        let after: MerkleFrontier
        let content: RunningDigest
    }

    /// The tree that this process began with: what is before it, another one appended.
    let origin: MerkleFrontier
    private(set) var cuts: [Cut] = []
    private var first: UInt64
    private var content = RunningDigest()

    init(after origin: MerkleFrontier) {
        self.origin = origin
        first = origin.size
    }

    /// Takes a batch that follows on `frontier`; a segment that has no room for it ends before it.
    mutating func append(_ batch: AuditBatch, to frontier: MerkleFrontier) {
        if batch.last - first >= UInt64(AuditLimits.segmentRecordsMax) { cut(at: frontier) }
        unsafe content.add(batch.records.span.bytes)
    }

    /// Ends the segment at `frontier`, where the log is now; it must not be empty.
    mutating func cut(at frontier: MerkleFrontier) {
        guard frontier.size > first else { return }
        cuts.append(Cut(first: first, after: frontier, content: content))
        first = frontier.size
        content = RunningDigest()
    }

    /// Forgets what is in a sealed segment.
    mutating func dropFirst(through size: UInt64) {
        cuts.removeAll { $0.after.size <= size }
    }
}
