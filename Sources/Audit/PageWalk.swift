import Crypto
import Vault

/// The state of one page being filled: what was found, how far it went, what it may still cost.
struct PageWalk {
    let query: AuditQuery
    private var entries: [AuditEntry] = []
    /// The last sequence number that was dealt with.
    private var last: UInt64?
    private var budget: Int
    private let limit: Int

    /// As much as this many records.
    static let costOfSegment = 64
    /// So many places are read of an index in the time that a record takes.
    static let placesPerRecord = 16

    /// - Parameter budget: records that may be looked at, or other work that takes as long.
    init(_ query: AuditQuery, budget: Int) {
        self.query = query
        self.budget = budget
        last = query.startAfter
        limit = min(max(query.limit, 1), AuditLimits.pageEntriesMax)
    }

    var goesOn: Bool { entries.count < limit && budget > 0 }

    /// The next sequence number to look at in a log of `size` records; nil at the end.
    func next(below size: UInt64) -> UInt64? {
        switch query.order {
        case .oldestFirst:
            guard let last else { return size > 0 ? 0 : nil }
            return last < size && last + 1 < size ? last + 1 : nil
        case .newestFirst:
            let bound = min(last ?? size, size)
            return bound > 0 ? bound - 1 : nil
        }
    }

    /// Everything up to this one, in the order asked for, has been dealt with.
    mutating func passed(_ sequence: UInt64) { last = sequence }

    mutating func charge(_ cost: Int) { budget -= cost }

    /// Looks at one of the records of a run that begins with sequence number `first`.
    mutating func look(
        at records: RawSpan, _ place: Int, of first: UInt64
    ) throws(AuditError) {
        let sequence = first + UInt64(place)
        let offset = place * AuditRecord.byteCount
        budget -= 1
        last = sequence
        let record = records.extracting(offset..<offset + AuditRecord.byteCount)
        guard let entry = AuditRecord.decode(record), entry.sequence == sequence else {
            throw .segment(.record(sequence: sequence))
        }
        if query.matches(entry) { entries.append(entry) }
    }

    func page(below size: UInt64) -> AuditPage {
        AuditPage(entries: entries, next: next(below: size) == nil ? nil : last)
    }
}

/// The records of a segment that a query may want, as the index tells.
struct SegmentPlaces {
    /// Ascending; nil where the query narrows nothing that is indexed.
    private let wanted: [UInt32]?
    /// Places that were read to know them.
    private(set) var readCount = 0

    /// Where so many times as many places are to be read as records are left, these are looked at
    /// instead: each of them takes a call of the kernel.
    private static let placesPerLookMax = 256

    init(_ query: AuditQuery, _ reader: SegmentReader) throws(AuditError) {
        var narrowed: [UInt32]?
        // The rarest first: it may leave nothing to read the others for.
        for (lists, count) in try Self.lists(query, reader).sorted(by: { $0.count < $1.count }) {
            if let narrowed, count >= narrowed.count * Self.placesPerLookMax { break }
            var places: [UInt32] = []
            for list in lists { places.append(contentsOf: try reader.places(list)) }
            readCount += count
            // Lists of several values are disjoint, and each ascends.
            if lists.count > 1 { places.sort() }
            narrowed = narrowed.map { Postings.intersection($0, places) } ?? places
        }
        wanted = narrowed
    }

    /// For each field that is narrowed, the lists of what it may be.
    private static func lists(
        _ query: AuditQuery, _ reader: SegmentReader
    ) throws(AuditError) -> [(lists: [SegmentReader.List], count: Int)] {
        var all: [(lists: [SegmentReader.List], count: Int)] = []
        for (field, keys) in query.indexed {
            var lists: [SegmentReader.List] = []
            for key in keys {
                if let list = try reader.list(field, key) { lists.append(list) }
            }
            all.append((lists, lists.reduce(0) { $0 + $1.count }))
        }
        return all
    }

    /// Shows the walk the records in the order it asks for, as long as it goes on.
    func visit(_ reader: SegmentReader, _ walk: inout PageWalk) throws(AuditError) {
        let bounds = bounds(reader, walk)
        guard let wanted else { return try visitAll(bounds, reader, &walk) }
        let rest = wanted.filter { bounds.contains(Int($0)) }
        let isForward = walk.query.order == .oldestFirst
        for index in rest.indices where walk.goesOn {
            let place = Int(rest[isForward ? index : rest.count - 1 - index])
            let record = try reader.records(place..<place + 1)
            try unsafe walk.look(at: record.span.bytes, 0, of: reader.name.first + UInt64(place))
        }
    }

    /// What lies behind the start of the walk, as places of the segment.
    private func bounds(_ reader: SegmentReader, _ walk: PageWalk) -> Range<Int> {
        guard let next = walk.next(below: .max) else { return 0..<0 }
        let count = reader.header.count
        switch walk.query.order {
        case .oldestFirst: return Int(next - min(next, reader.name.first))..<count
        case .newestFirst:
            return 0..<min(count, Int(min(next - reader.name.first, UInt64(count)) + 1))
        }
    }

    /// A few records at a time, so that a page costs what it needs and no more.
    private func visitAll(
        _ bounds: Range<Int>, _ reader: SegmentReader, _ walk: inout PageWalk
    ) throws(AuditError) {
        let step = 1024
        var rest = bounds
        let isForward = walk.query.order == .oldestFirst
        while !rest.isEmpty, walk.goesOn {
            let part = isForward ? rest.prefix(step) : rest.suffix(step)
            let records = try reader.records(part)
            for index in part where walk.goesOn {
                let place = isForward ? index : part.upperBound - 1 - (index - part.lowerBound)
                try unsafe walk.look(
                    at: records.span.bytes, place - part.lowerBound,
                    of: reader.name.first + UInt64(part.lowerBound))
            }
            rest =
                isForward
                ? part.upperBound..<rest.upperBound : rest.lowerBound..<part.lowerBound
        }
    }
}
