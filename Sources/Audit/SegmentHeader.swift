import Crypto
import Vault

/// What a segment says of itself before its records. Layout in `schema/audit-segment.md`.
struct SegmentHeader: Equatable, Sendable {
    let origin: String
    let first: UInt64
    let count: Int
    let earliest: Instant
    let latest: Instant
    /// The tree before the first record, and the root after the last.
    let before: MerkleFrontier
    let root: Digest
    let indexByteCount: Int
    let noteByteCount: Int

    static let magic: StaticString = "SRSEGMNT"
    static let version: UInt16 = 1
    static let fixedByteCount = 88
    /// With the longest origin and the fullest frontier.
    static let byteCountMax = fixedByteCount + VerifierKey.nameByteCountMax + 64 * 32
    static let trailerByteCount = 32

    /// The first sequence number after the segment.
    var end: UInt64 { first + UInt64(count) }

    var byteCount: Int { Self.fixedByteCount + origin.utf8.count + before.digests.count * 32 }
    var records: Range<Int> { byteCount..<byteCount + count * AuditRecord.byteCount }
    var index: Range<Int> { records.upperBound..<records.upperBound + indexByteCount }
    var note: Range<Int> { index.upperBound..<index.upperBound + noteByteCount }
    var fileByteCount: Int { note.upperBound + Self.trailerByteCount }

    var bytes: [UInt8] {
        var bytes = Array(Self.magic)
        bytes.append(bigEndian: Self.version)
        bytes.append(bigEndian: UInt16(origin.utf8.count))
        bytes.append(bigEndian: UInt16(before.digests.count))
        bytes.append(bigEndian: UInt16(0))
        bytes.append(bigEndian: first)
        bytes.append(bigEndian: UInt32(count))
        bytes.append(bigEndian: UInt32(indexByteCount))
        bytes.append(bigEndian: UInt32(noteByteCount))
        bytes.append(bigEndian: UInt32(0))
        bytes.append(bigEndian: UInt64(bitPattern: earliest.microseconds))
        bytes.append(bigEndian: UInt64(bitPattern: latest.microseconds))
        root.append(to: &bytes)
        bytes.append(contentsOf: origin.utf8)
        for digest in before.digests { digest.append(to: &bytes) }
        return bytes
    }

    /// Of the beginning of a file of `fileByteCount` bytes; nil unless every length fits.
    static func parse(_ bytes: [UInt8], fileByteCount: Int) -> SegmentHeader? {
        var reader = ByteReader(bytes)
        guard reader.bytes(magic.utf8CodeUnitCount) == Array(magic),
            let lengths = reader.uint64(), UInt16(truncatingIfNeeded: lengths >> 48) == version,
            UInt16(truncatingIfNeeded: lengths) == 0,
            let first = reader.uint64(), first < AuditLimits.sizeMax,
            let count = reader.uint32(), (1...AuditLimits.segmentRecordsMax).contains(Int(count)),
            let indexByteCount = reader.uint32(),
            indexByteCount <= SegmentIndex.byteCountMax(recordCount: Int(count)),
            let noteByteCount = reader.uint32(),
            noteByteCount <= SignedNote.byteCountMax, reader.uint32() == 0,
            let earliest = reader.uint64(), let latest = reader.uint64(),
            let root = reader.digest(),
            let origin = origin(&reader, Int(UInt16(truncatingIfNeeded: lengths >> 32))),
            let before = frontier(&reader, first, Int(UInt16(truncatingIfNeeded: lengths >> 16)))
        else { return nil }
        let header = SegmentHeader(
            origin: origin, first: first, count: Int(count),
            earliest: Instant(microseconds: Int64(bitPattern: earliest)),
            latest: Instant(microseconds: Int64(bitPattern: latest)), before: before, root: root,
            indexByteCount: Int(indexByteCount), noteByteCount: Int(noteByteCount))
        return header.fileByteCount == fileByteCount ? header : nil
    }

    private static func origin(_ reader: inout ByteReader, _ count: Int) -> String? {
        guard let bytes = reader.bytes(count),
            let origin = String(validating: bytes, as: UTF8.self), VerifierKey.isName(origin)
        else { return nil }
        return origin
    }

    private static func frontier(
        _ reader: inout ByteReader, _ size: UInt64, _ count: Int
    ) -> MerkleFrontier? {
        guard count == size.nonzeroBitCount else { return nil }
        var digests: [Digest] = []
        for _ in 0..<count {
            guard let digest = reader.digest() else { return nil }
            digests.append(digest)
        }
        return MerkleFrontier(size: size, digests: digests)
    }
}
