import Crypto
import Vault

/// A segment file's content, and where the tree stands after it.
package struct SealedSegment: Sendable {
    package let name: SegmentName
    /// One behind the other: the file.
    package let pieces: [[UInt8]]
    package let after: MerkleFrontier

    /// Encodes `records`, which lead from `before` to `after`, and signs for their end, so that the
    /// segment can be verified alone. The caller has shown that `after` leads to the log's head.
    init(
        records: [UInt8], before: MerkleFrontier, after: MerkleFrontier, signer: NoteSigner
    ) throws(SegmentFault) {
        let count = records.count / AuditRecord.byteCount
        guard (1...AuditLimits.segmentRecordsMax).contains(count),
            before.size + UInt64(count) == after.size,
            let name = SegmentName(first: before.size, last: after.size - 1)
        else { throw .wrongRange }
        let times = unsafe RecordTimes(of: records.span.bytes)
        let index = unsafe SegmentIndex.encode(records.span.bytes)
        let origin = signer.verifier.name
        let note = signer.sign(
            Checkpoint(origin: origin, size: after.size, root: after.root).text)
        let header = SegmentHeader(
            origin: origin, first: before.size, count: count, earliest: times.earliest,
            latest: times.latest, before: before, root: after.root, indexByteCount: index.count,
            noteByteCount: note.count)
        self.name = name
        self.after = after
        let trailer = Self.trailer(header: header.bytes, index: index, note: note)
        pieces = [header.bytes, records, index, note, trailer.bytes]
    }

    /// Over all but the records: the root in the header stands for those.
    static func trailer(header: [UInt8], index: [UInt8], note: [UInt8]) -> Digest {
        let message = header + index + note
        return unsafe SHA256.hash(message.span.bytes)
    }
}
