import Audit
import Crypto
import Vault

/// Sealed segments, their index, and the log's head: whatever the bytes are, they are refused or
/// read, and a search of them ends.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let head = AuditHead(bytes: input) {
        precondition(head.bytes == input, "a head has two forms")
    }
    guard let file = OneSegment(input) else { return 0 }
    check(file)
    search(file)
    return 0
}

/// The log of the kept corpus: `schema/vectors/audit-log.json`.
private let key = VerifierKey(
    text: "strongroom.log/test+bf05ec5c+AV+DuINjtXCZrZ8MF/tuHisaT2R2SfRIpbQpYVQeWr8s")

private func check(_ file: OneSegment) {
    guard let key else { preconditionFailure("the key of the vectors is none") }
    var verifier = AuditVerifier(key: key, head: nil, from: file.name.first)
    // Bytes in memory cannot fail to be read.
    try? verifier.segment(file.name, file)
    let report = verifier.finish()
    precondition(
        report.verdict == .refused || report.checkpoint?.size == file.name.last + 1,
        "a segment passes without a checkpoint of its end")
}

/// By every field of the index, in both orders.
private func search(_ file: OneSegment) {
    var byAccount = AuditQuery()
    byAccount.account = AccountID(1001)
    var byToken = AuditQuery()
    byToken.token = TokenID(100_101)
    byToken.order = .newestFirst
    var byAction = AuditQuery()
    byAction.kind = .tokenVerify
    byAction.outcome = .deny
    let log = AuditSearch(storage: file, files: file)
    for query in [AuditQuery(), byAccount, byToken, byAction] {
        // A fault is an answer.
        guard let page = try? log.page(query) else { continue }
        precondition(page.entries.count <= AuditLimits.pageEntriesMax, "a page is too large")
    }
}

/// A log whose only segment is the input, under the name that its header asks for.
private final class OneSegment: SegmentFile, SegmentFiles, AuditStorage {
    let name: SegmentName
    private let bytes: [UInt8]

    init?(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard reader.bytes(16) != nil, let first = reader.uint64(), let count = reader.uint32(),
            first < 1 << 62, count > 0,
            let name = SegmentName(first: first, last: first + UInt64(count) - 1)
        else { return nil }
        self.name = name
        self.bytes = bytes
    }

    var byteCount: Int { bytes.count }

    func read(_ range: Range<Int>) throws(StoreError) -> [UInt8] {
        precondition(range.upperBound <= bytes.count, "a reader asks for what is not there")
        return Array(bytes[range])
    }

    func list() throws(StoreError) -> [SegmentName] { [name] }

    func open(_ name: SegmentName) throws(StoreError) -> any SegmentFile { self }

    func create(_ name: SegmentName, _ pieces: [[UInt8]]) throws(StoreError) {
        throw .failed(code: 30)
    }

    func setAside(_ name: SegmentName) throws(StoreError) { throw .failed(code: 30) }

    func auditHead() throws(StoreError) -> AuditHead {
        var head = AuditHead()
        head.size = name.last + 1
        head.sealedSize = head.size
        return head
    }

    func auditBatches(
        from sequence: UInt64, byteCountMax: Int
    ) throws(StoreError) -> [AuditBatch] { [] }

    func append(_ batch: AuditBatch, head: AuditHead) throws(StoreError) {}

    func putHead(_ head: AuditHead) throws(StoreError) {}

    func removeAuditBatches(through sequence: UInt64, head: AuditHead) throws(StoreError) {}
}
