import Crypto
import Vault

/// Answers queries from the sealed segments' indexes and by looking through the hot end.
package struct AuditSearch {
    private let storage: any AuditStorage
    private let files: any SegmentFiles
    private let recordsMax: Int

    /// - Parameter recordsMax: how many records one page looks at, or does other work for as long.
    package init(
        storage: any AuditStorage, files: any SegmentFiles,
        recordsMax: Int = AuditLimits.scanRecordsMax
    ) {
        self.storage = storage
        self.files = files
        self.recordsMax = recordsMax
    }

    package func page(_ query: AuditQuery) throws(AuditError) -> AuditPage {
        var walk = PageWalk(query, budget: recordsMax)
        let head: AuditHead
        do { head = try storage.auditHead() } catch { throw .storage(error) }
        let names = try readable { () throws(StoreError) in
            try files.list().filter { $0.last < head.sealedSize }
        }
        while walk.goesOn, let next = walk.next(below: head.size) {
            if next >= head.sealedSize {
                try hot(next, head, &walk)
            } else if let name = names.first(where: { $0.first <= next && next <= $0.last }) {
                do {
                    try segment(name, &walk)
                } catch {
                    // A file that cannot be read stops this search, and is no failure of the engine.
                    if case .storage = error { throw .segment(.unreadable) }
                    throw error
                }
            } else {
                skip(from: next, names, head, &walk)
            }
        }
        return walk.page(below: head.size)
    }

    private func readable<T>(
        _ body: () throws(StoreError) -> T
    ) throws(AuditError) -> T {
        do { return try body() } catch { throw .segment(.unreadable) }
    }

    /// Segments may have been shipped away: what is not there is passed over.
    private func skip(
        from sequence: UInt64, _ names: [SegmentName], _ head: AuditHead, _ walk: inout PageWalk
    ) {
        switch walk.query.order {
        case .oldestFirst:
            let next = names.first { $0.first > sequence }?.first ?? head.sealedSize
            walk.passed(next - 1)
        case .newestFirst:
            let next = names.last { $0.last < sequence }.map { $0.last + 1 } ?? 0
            walk.passed(next)
        }
    }

    /// One stretch of the hot end, the one that holds `sequence`.
    private func hot(
        _ sequence: UInt64, _ head: AuditHead, _ walk: inout PageWalk
    ) throws(AuditError) {
        let stretch = UInt64(AuditLimits.hotReadBytesMax / AuditRecord.byteCount)
        let isForward = walk.query.order == .oldestFirst
        let start =
            isForward
            ? sequence : max(head.sealedSize, sequence - min(sequence, stretch - 1))
        let end = isForward ? min(head.size, sequence + stretch) : sequence + 1
        let batches = try batches(start..<end)
        for batch in isForward ? batches : batches.reversed() {
            let wanted = max(start, batch.first)..<min(end, batch.last + 1)
            let all = 0..<Int(wanted.upperBound - wanted.lowerBound)
            let skipped = Int(wanted.lowerBound - batch.first)
            for index in all where walk.goesOn {
                let place = skipped + (isForward ? index : all.count - 1 - index)
                unsafe try walk.look(
                    at: batch.records.span.bytes, place, of: batch.first)
            }
        }
    }

    /// The whole batches that hold `range`, which the hot end must have.
    private func batches(_ range: Range<UInt64>) throws(AuditError) -> [AuditBatch] {
        var found: [AuditBatch] = []
        var next = range.lowerBound
        while next < range.upperBound {
            let piece: [AuditBatch]
            do {
                piece = try storage.auditBatches(
                    from: next, byteCountMax: AuditLimits.hotReadBytesMax)
            } catch { throw .storage(error) }
            guard !piece.isEmpty else { throw .segment(.gap) }
            for batch in piece where next < range.upperBound {
                // Only the very first may begin before what is wanted.
                let follows = found.isEmpty ? batch.first <= next : batch.first == next
                guard batch.isWhole, follows, batch.last >= next else { throw .segment(.gap) }
                found.append(batch)
                next = batch.last + 1
            }
        }
        return found
    }

    private func segment(_ name: SegmentName, _ walk: inout PageWalk) throws(AuditError) {
        let file: any SegmentFile
        do { file = try files.open(name) } catch { throw .storage(error) }
        let reader = try SegmentReader(name: name, file: file)
        let query = walk.query
        // Opening a file is work too, and a query for one day may open years of them.
        walk.charge(PageWalk.costOfSegment)
        if reader.header.latest < query.from ?? reader.header.latest
            || reader.header.earliest >= query.until ?? Instant(microseconds: .max)
        {
            return walk.passed(query.order == .oldestFirst ? name.last : name.first)
        }
        let places = try SegmentPlaces(query, reader)
        try places.visit(reader, &walk)
        if walk.goesOn { walk.passed(query.order == .oldestFirst ? name.last : name.first) }
        // Behind what it has led to: a page that read an index and looked at nothing would get
        // nowhere, and neither would the next.
        walk.charge(places.readCount / PageWalk.placesPerRecord)
    }
}
