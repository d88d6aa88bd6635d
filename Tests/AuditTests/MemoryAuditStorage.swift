import Audit
import Vault

/// The hot end of a log in memory; what a test wants to tamper with is open.
final class MemoryAuditStorage: AuditStorage {
    var head = AuditHead()
    var batches: [AuditBatch] = []
    var failure: StoreError?

    func auditHead() throws(StoreError) -> AuditHead { head }

    func append(_ batch: AuditBatch, head: AuditHead) throws(StoreError) {
        if let failure { throw failure }
        batches.append(batch)
        self.head = head
    }

    func putHead(_ head: AuditHead) throws(StoreError) {
        if let failure { throw failure }
        self.head = head
    }

    func auditBatches(
        from sequence: UInt64, byteCountMax: Int
    ) throws(StoreError) -> [AuditBatch] {
        var found: [AuditBatch] = []
        var byteCount = 0
        for batch in batches where batch.last >= sequence {
            byteCount += batch.records.count
            if !found.isEmpty, byteCount > byteCountMax { break }
            found.append(batch)
        }
        return found
    }

    func removeAuditBatches(through sequence: UInt64, head: AuditHead) throws(StoreError) {
        batches.removeAll { $0.last <= sequence }
        self.head = head
    }
}

/// Segment files in memory.
final class MemorySegmentFiles: SegmentFiles {
    var contents: [SegmentName: [UInt8]] = [:]
    private(set) var openCount = 0

    func list() throws(StoreError) -> [SegmentName] { contents.keys.sorted() }

    func open(_ name: SegmentName) throws(StoreError) -> any SegmentFile {
        openCount += 1
        guard let bytes = contents[name] else { throw .failed(code: 2) }
        return MemorySegmentFile(bytes)
    }

    func create(_ name: SegmentName, _ pieces: [[UInt8]]) throws(StoreError) {
        guard contents[name] == nil else { throw .failed(code: 17) }
        contents[name] = pieces.flatMap(\.self)
    }

    func setAside(_ name: SegmentName) throws(StoreError) { contents[name] = nil }
}

final class MemorySegmentFile: SegmentFile {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var byteCount: Int { bytes.count }

    func read(_ range: Range<Int>) throws(StoreError) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
            throw .failed(code: 22)
        }
        return Array(bytes[range])
    }
}
