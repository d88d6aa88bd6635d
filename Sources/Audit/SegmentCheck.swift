import Crypto

/// What a segment says beside its records, held against them.
struct SegmentCheck {
    let key: VerifierKey
    let reader: SegmentReader
    /// The root that the records have led to.
    let root: Digest

    func faults(_ records: [UInt8]) throws(AuditError) -> [SegmentFault] {
        let header = reader.header
        let index = try reader.index()
        var faults: [SegmentFault] = []
        if header.root != root { faults.append(.root) }
        let times = unsafe RecordTimes(of: records.span.bytes)
        if times.earliest != header.earliest || times.latest != header.latest {
            faults.append(.times)
        }
        if try checkpoint() == nil { faults.append(.checkpoint) }
        if unsafe !SegmentIndexCheck.holds(index.span.bytes, for: records.span.bytes) {
            faults.append(.index)
        }
        let trailer = SealedSegment.trailer(
            header: header.bytes, index: index, note: try reader.note())
        if try reader.trailer() != trailer { faults.append(.trailer) }
        return faults
    }

    /// The checkpoint at the segment's end, if it is signed and speaks of these records.
    func checkpoint() throws(AuditError) -> Checkpoint? {
        guard let checkpoint = Checkpoint(note: try reader.note(), verifier: key),
            checkpoint.size == reader.header.end, checkpoint.root == root
        else { return nil }
        return checkpoint
    }
}
