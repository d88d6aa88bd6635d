import Crypto

/// The index of a segment: for each field, for each of its values in ascending order, where the
/// records with that value are. Layout in `schema/audit-segment.md`.
///
/// Values are not repeated: the first record of a list has it.
enum SegmentIndex {
    /// One section's number of values, and the length of all its lists.
    struct Section: Equatable {
        let keyCount: Int
        let postingsByteCount: Int

        static let byteCount = 8
        var entriesByteCount: Int { keyCount * Entry.byteCount }
        var byteCount: Int { entriesByteCount + postingsByteCount }
    }

    /// Where a value's list begins within the section's lists, and how long it is.
    struct Entry {
        let offset: Int
        let count: Int

        static let byteCount = 8

        init(_ bytes: RawSpan, at position: Int) {
            let both = bytes.bigEndian64(at: position)
            offset = Int(both >> 32)
            count = Int(UInt32(truncatingIfNeeded: both))
        }
    }

    static let directoryByteCount = IndexField.allCases.count * Section.byteCount

    /// In each section a record is in one list at most, and the first of one at most.
    static func byteCountMax(recordCount: Int) -> Int {
        let recordByteCountMax = Entry.byteCount + Postings.placeByteCountMax
        return directoryByteCount + IndexField.allCases.count * recordCount * recordByteCountMax
    }

    static func encode(_ records: RawSpan) -> [UInt8] {
        var directory: [UInt8] = []
        var sections: [UInt8] = []
        for field in IndexField.allCases {
            let (keyCount, entries, postings) = section(field, records)
            directory.append(bigEndian: UInt32(keyCount))
            directory.append(bigEndian: UInt32(postings.count))
            sections.append(contentsOf: entries)
            sections.append(contentsOf: postings)
        }
        return directory + sections
    }

    private static func section(
        _ field: IndexField, _ records: RawSpan
    ) -> (keyCount: Int, entries: [UInt8], postings: [UInt8]) {
        let sorted = sorted(field, records)
        var keyCount = 0
        var (entries, postings): ([UInt8], [UInt8]) = ([], [])
        var start = 0
        while start < sorted.count {
            var end = start
            while end < sorted.count, sorted[end].key == sorted[start].key { end += 1 }
            entries.append(bigEndian: UInt32(postings.count))
            entries.append(bigEndian: UInt32(end - start))
            Postings.append(sorted[start..<end].lazy.map(\.place), to: &postings)
            keyCount += 1
            start = end
        }
        return (keyCount, entries, postings)
    }

    private static func sorted(
        _ field: IndexField, _ records: RawSpan
    ) -> [(key: UInt128, place: UInt32)] {
        var all: [(key: UInt128, place: UInt32)] = []
        let count = records.byteCount / AuditRecord.byteCount
        all.reserveCapacity(count)
        for place in 0..<count {
            guard let key = field.key(records, at: place * AuditRecord.byteCount) else { continue }
            all.append((key, UInt32(place)))
        }
        all.sort { ($0.key, $0.place) < ($1.key, $1.place) }
        return all
    }

    /// Nil unless the sections fill `byteCount` bytes exactly.
    static func directory(_ bytes: RawSpan, byteCount: Int) -> [Section]? {
        guard bytes.byteCount == directoryByteCount else { return nil }
        let sections = IndexField.allCases.map { field in
            let both = bytes.bigEndian64(at: field.rawValue * Section.byteCount)
            return Section(
                keyCount: Int(both >> 32),
                postingsByteCount: Int(UInt32(truncatingIfNeeded: both)))
        }
        let total = sections.reduce(directoryByteCount) { $0 + $1.byteCount }
        return total == byteCount ? sections : nil
    }
}
