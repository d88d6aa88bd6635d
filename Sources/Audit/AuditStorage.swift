package import Crypto
package import Vault

/// The records of one commit, in order, and the root of the tree after the last of them.
package struct AuditBatch: Equatable, Sendable {
    /// Sequence number of the first record.
    package let first: UInt64
    /// Sequence number of the last record.
    package let last: UInt64
    /// The earliest time among the records; they need not be in the order of time.
    package let firstTime: Instant
    /// The latest time among the records.
    package let lastTime: Instant
    package let root: Digest
    package let records: [UInt8]

    package init(
        first: UInt64, last: UInt64, firstTime: Instant, lastTime: Instant, root: Digest,
        records: [UInt8]
    ) {
        self.first = first
        self.last = last
        self.firstTime = firstTime
        self.lastTime = lastTime
        self.root = root
        self.records = records
    }
}

/// Where the hot end of the log is kept: beside the vault's state, in the same transaction.
///
/// Contract, held by one suite for every engine:
/// - `append`, `putHead` and `removeAuditBatches` join the batch that `Vault.Store` has open,
///   opening one if there is none; `commit` makes them durable, `abandon` forgets them.
/// - Reads see what the open batch has written.
/// - What is read is exactly what was written, or an error; a head is never a mixture of two.
/// - A new vault's head is `AuditHead()`.
package protocol AuditStorage: AnyObject {
    func auditHead() throws(StoreError) -> AuditHead
    /// Adds one batch and puts the head that follows from it.
    func append(_ batch: AuditBatch, head: AuditHead) throws(StoreError)
    func putHead(_ head: AuditHead) throws(StoreError)
    /// Whole batches in order, the first of them the one that holds `sequence`; as many as fit
    /// in `byteCountMax` bytes of records, but one at least. Empty past the end, and for a
    /// sequence number that is only in a sealed segment.
    func auditBatches(
        from sequence: UInt64, byteCountMax: Int
    ) throws(StoreError) -> [AuditBatch]
    /// Forgets every batch whose last record is not after `sequence`, and puts `head`.
    func removeAuditBatches(through sequence: UInt64, head: AuditHead) throws(StoreError)
}

/// The range of records that a segment file holds; it is the file's name.
///
/// Text form: both sequence numbers as 20 digits, `00000000000000000000-00000000000000262143`.
package struct SegmentName: Hashable, Comparable, Sendable {
    package let first: UInt64
    package let last: UInt64

    package init?(first: UInt64, last: UInt64) {
        guard first <= last, last < AuditLimits.sizeMax else { return nil }
        self.first = first
        self.last = last
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.first, left.last) < (right.first, right.last)
    }

    package var text: String { Self.digits(first) + "-" + Self.digits(last) }

    /// Nil for anything but the one text of some range.
    package init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = UInt64(parts[0]), let last = UInt64(parts[1]),
            let name = SegmentName(first: first, last: last), name.text == text
        else { return nil }
        self = name
    }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 20 - digits.count) + digits
    }
}

/// Where sealed segments are kept; one file each, never changed.
package protocol SegmentFiles: AnyObject {
    /// In ascending order; files of other names are not segments.
    func list() throws(StoreError) -> [SegmentName]
    func open(_ name: SegmentName) throws(StoreError) -> any SegmentFile
    /// Returns when the whole file and its name are durable; never replaces a file.
    func create(_ name: SegmentName, _ pieces: [[UInt8]]) throws(StoreError)
    /// Returns when the file has, durably, a name that is no segment's.
    func setAside(_ name: SegmentName) throws(StoreError)
}

/// One segment file, open for reading.
package protocol SegmentFile: AnyObject {
    var byteCount: Int { get }
    /// Exactly the bytes of `range`, which lies within the file; anything else is an error.
    func read(_ range: Range<Int>) throws(StoreError) -> [UInt8]
}
