import Crypto
import Vault

/// A segment file, read in parts; trusts nothing in it, and never holds more than it was asked for.
package struct SegmentReader {
    package let name: SegmentName
    let header: SegmentHeader
    private let file: any SegmentFile
    private let sections: [SegmentIndex.Section]

    package init(name: SegmentName, file: any SegmentFile) throws(AuditError) {
        let start = try Self.read(file, 0..<min(file.byteCount, SegmentHeader.byteCountMax))
        guard let header = SegmentHeader.parse(start, fileByteCount: file.byteCount) else {
            throw .segment(.malformed)
        }
        guard header.first == name.first, header.end - 1 == name.last else {
            throw .segment(.wrongRange)
        }
        guard header.indexByteCount >= SegmentIndex.directoryByteCount else {
            throw .segment(.malformed)
        }
        let directory = try Self.read(
            file,
            header.index.lowerBound..<header.index.lowerBound + SegmentIndex.directoryByteCount)
        guard
            let sections = unsafe SegmentIndex.directory(
                directory.span.bytes, byteCount: header.indexByteCount)
        else { throw .segment(.malformed) }
        self.name = name
        self.file = file
        self.header = header
        self.sections = sections
    }

    /// The records at `places`, which lie within the segment.
    func records(_ places: Range<Int>) throws(AuditError) -> [UInt8] {
        let start = header.records.lowerBound
        return try Self.read(
            file,
            start + places.lowerBound * AuditRecord.byteCount..<start + places.upperBound
                * AuditRecord.byteCount)
    }

    func index() throws(AuditError) -> [UInt8] { try Self.read(file, header.index) }

    func note() throws(AuditError) -> [UInt8] { try Self.read(file, header.note) }

    func trailer() throws(AuditError) -> Digest? {
        Digest(try Self.read(file, header.note.upperBound..<header.fileByteCount))
    }

    /// Where in the file one value's list is, and how many places it says it has.
    struct List {
        fileprivate let bytes: Range<Int>
        let count: Int
    }

    /// The list of that value, found by halving the list of values; nil where no record has it.
    func list(_ field: IndexField, _ key: UInt128) throws(AuditError) -> List? {
        let section = SectionPlace(header: header, sections: sections, field: field)
        var (low, high) = (0, section.section.keyCount)
        while low < high {
            let middle = (low + high) / 2
            let list = try list(middle, of: section)
            let found = try self.key(field, ofListAt: list)
            if found == key { return list }
            if found < key { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    private func list(_ index: Int, of place: SectionPlace) throws(AuditError) -> List {
        let isLast = index + 1 == place.section.keyCount
        let start = place.entries + index * SegmentIndex.Entry.byteCount
        let bytes = try Self.read(
            file, start..<start + SegmentIndex.Entry.byteCount * (isLast ? 1 : 2))
        let entry = unsafe SegmentIndex.Entry(bytes.span.bytes, at: 0)
        let end =
            isLast
            ? place.section.postingsByteCount
            : unsafe SegmentIndex.Entry(bytes.span.bytes, at: SegmentIndex.Entry.byteCount).offset
        guard entry.offset < end, end <= place.section.postingsByteCount else {
            throw .segment(.index)
        }
        return List(
            bytes: place.postings + entry.offset..<place.postings + end, count: entry.count)
    }

    /// The value that the first record of a list has.
    private func key(
        _ field: IndexField, ofListAt list: List
    ) throws(AuditError) -> UInt128 {
        let bytes = try Self.read(
            file, list.bytes.lowerBound..<min(list.bytes.upperBound, list.bytes.lowerBound + 5))
        guard let first = unsafe Self.firstPlace(bytes.span.bytes), first < header.count else {
            throw .segment(.index)
        }
        let record = try records(Int(first)..<Int(first) + 1)
        guard let key = unsafe field.key(record.span.bytes, at: 0) else { throw .segment(.index) }
        return key
    }

    private static func firstPlace(_ bytes: RawSpan) -> UInt32? {
        var cursor = PostingsCursor()
        return cursor.next(in: bytes)
    }

    /// Where the records of a list are, ascending.
    func places(_ list: List) throws(AuditError) -> [UInt32] {
        let bytes = try Self.read(file, list.bytes)
        guard
            let places = unsafe Postings.decode(
                bytes.span.bytes, count: list.count, below: UInt32(header.count))
        else { throw .segment(.index) }
        return places
    }

    private static func read(
        _ file: any SegmentFile, _ range: Range<Int>
    ) throws(AuditError) -> [UInt8] {
        let bytes: [UInt8]
        do { bytes = try file.read(range) } catch { throw .storage(error) }
        guard bytes.count == range.count else { throw .segment(.malformed) }
        return bytes
    }

    /// Where in the file one field's values and lists are.
    private struct SectionPlace {
        let section: SegmentIndex.Section
        let entries: Int
        var postings: Int { entries + section.entriesByteCount }

        init(header: SegmentHeader, sections: [SegmentIndex.Section], field: IndexField) {
            section = sections[field.rawValue]
            entries = sections[..<field.rawValue].reduce(
                header.index.lowerBound + SegmentIndex.directoryByteCount
            ) { $0 + $1.byteCount }
        }
    }
}
