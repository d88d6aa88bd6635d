import Crypto

/// A segment as far as it can be judged without what comes before it: read, hashed, and held
/// against itself.
///
/// That is most of a verification's work, and segments can be prepared side by side.
package struct PreparedSegment: Sendable {
    let name: SegmentName
    let header: SegmentHeader
    let records: [UInt8]
    /// The hash of each record, as a leaf of the log's tree.
    let leaves: [Digest]
    private let note: [UInt8]
    private let timesFit: Bool
    private let indexFits: Bool
    private let trailerFits: Bool

    /// Reads all of it into memory, as its size is bounded.
    package init(_ name: SegmentName, _ file: any SegmentFile) throws(AuditError) {
        let reader = try SegmentReader(name: name, file: file)
        let header = reader.header
        let records = try reader.records(0..<header.count)
        let (index, note) = (try reader.index(), try reader.note())
        let times = unsafe RecordTimes(of: records.span.bytes)
        let trailer = SealedSegment.trailer(header: header.bytes, index: index, note: note)
        self.name = name
        self.header = header
        self.records = records
        self.note = note
        leaves = unsafe MerkleFrontier.leaves(of: records.span.bytes)
        timesFit = times.earliest == header.earliest && times.latest == header.latest
        indexFits = unsafe SegmentIndexCheck.holds(index.span.bytes, for: records.span.bytes)
        trailerFits = try reader.trailer() == trailer
    }

    /// What does not fit, where its records have led to `root`.
    func faults(_ root: Digest, _ key: VerifierKey) -> [SegmentFault] {
        var faults: [SegmentFault] = []
        if header.root != root { faults.append(.root) }
        if !timesFit { faults.append(.times) }
        if checkpoint(root, key) == nil { faults.append(.checkpoint) }
        if !indexFits { faults.append(.index) }
        if !trailerFits { faults.append(.trailer) }
        return faults
    }

    /// The checkpoint at its end, if it is signed and speaks of these records.
    func checkpoint(_ root: Digest, _ key: VerifierKey) -> Checkpoint? {
        guard let checkpoint = Checkpoint(note: note, verifier: key),
            checkpoint.size == header.end, checkpoint.root == root
        else { return nil }
        return checkpoint
    }
}
