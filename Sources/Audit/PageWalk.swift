import Crypto
import Vault

/// The state of one page being filled: what was found, how far it went, what it may still cost.
struct PageWalk {
    let query: AuditQuery
    private var entries: [AuditEntry] = []
    /// The last sequence number that was dealt with.
    private var last: UInt64?
    private var budget = AuditLimits.scanRecordsMax
    private let limit: Int

    /// As much as this many records.
    static let costOfSegment = 64

    init(_ query: AuditQuery) {
        self.query = query
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
enum SegmentPlaces {
    /// The query narrows nothing that is indexed.
    case all
    /// Ascending.
    case some([UInt32])

    init(_ query: AuditQuery, _ reader: SegmentReader) throws(AuditError) {
        var narrowed: [UInt32]?
        for (field, keys) in query.indexed {
            var places: [UInt32] = []
            for key in keys { places.append(contentsOf: try reader.places(field, key)) }
            // Lists of several values are disjoint, and each ascends.
            if keys.count > 1 { places.sort() }
            narrowed = narrowed.map { Postings.intersection($0, places) } ?? places
            // Without a record left there is nothing to ask the next list for.
            if narrowed?.isEmpty ?? false { break }
        }
        self = narrowed.map { .some($0) } ?? .all
    }

    /// Shows the walk the records in the order it asks for, as long as it goes on.
    func visit(_ reader: SegmentReader, _ walk: inout PageWalk) throws(AuditError) {
        let bounds = bounds(reader, walk)
        switch self {
        case .all: try visitAll(bounds, reader, &walk)
        case .some(let places):
            let wanted = places.filter { bounds.contains(Int($0)) }
            let isForward = walk.query.order == .oldestFirst
            for index in wanted.indices where walk.goesOn {
                let place = Int(wanted[isForward ? index : wanted.count - 1 - index])
                let record = try reader.records(place..<place + 1)
                try unsafe walk.look(
                    at: record.span.bytes, 0, of: reader.name.first + UInt64(place))
            }
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
