import Crypto

/// Whether an index says of `records` all that is to be said, and nothing else.
///
/// Cheaper than encoding it again: lists whose values ascend, whose places ascend, whose records
/// have the value, and which are as many as the records that have one, are the lists.
enum SegmentIndexCheck {
    static func holds(_ index: RawSpan, for records: RawSpan) -> Bool {
        guard index.byteCount >= SegmentIndex.directoryByteCount,
            let sections = SegmentIndex.directory(
                index.extracting(0..<SegmentIndex.directoryByteCount), byteCount: index.byteCount)
        else { return false }
        var start = SegmentIndex.directoryByteCount
        for field in IndexField.allCases {
            let section = sections[field.rawValue]
            let bytes = index.extracting(start..<start + section.byteCount)
            guard holds(field, section, bytes, records) else { return false }
            start += section.byteCount
        }
        return true
    }

    private static func holds(
        _ field: IndexField, _ section: SegmentIndex.Section, _ bytes: RawSpan, _ records: RawSpan
    ) -> Bool {
        let postings = bytes.extracting(section.entriesByteCount..<bytes.byteCount)
        var walk = SectionWalk(field: field)
        var end = 0
        for index in 0..<section.keyCount {
            let entry = SegmentIndex.Entry(bytes, at: index * SegmentIndex.Entry.byteCount)
            guard entry.offset == end, end <= postings.byteCount,
                let length = walk.list(
                    postings.extracting(end..<postings.byteCount), count: entry.count,
                    records: records)
            else { return false }
            end += length
        }
        return end == postings.byteCount && walk.placeCount == present(field, records)
    }

    private static func present(_ field: IndexField, _ records: RawSpan) -> Int {
        var count = 0
        for offset in stride(from: 0, to: records.byteCount, by: AuditRecord.byteCount)
        where field.key(records, at: offset) != nil { count += 1 }
        return count
    }

    /// Walks the lists of one section.
    private struct SectionWalk {
        let field: IndexField
        private(set) var placeCount = 0
        private var previousKey: UInt128?

        init(field: IndexField) { self.field = field }

        /// The bytes that the list takes; nil if it is not the list of the next value.
        mutating func list(_ postings: RawSpan, count: Int, records: RawSpan) -> Int? {
            var cursor = PostingsCursor()
            var listKey: UInt128?
            for _ in 0..<count {
                guard let place = cursor.next(in: postings), let key = key(at: place, records)
                else { return nil }
                guard key == listKey ?? key else { return nil }
                listKey = key
            }
            guard let listKey, previousKey.map({ $0 < listKey }) ?? true else { return nil }
            previousKey = listKey
            placeCount += count
            return cursor.position
        }

        private func key(at place: UInt32, _ records: RawSpan) -> UInt128? {
            let offset = Int(place) * AuditRecord.byteCount
            guard offset < records.byteCount else { return nil }
            return field.key(records, at: offset)
        }
    }
}
