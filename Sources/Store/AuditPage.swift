import Audit
import Vault

/// Whole batches from a sequence number on, up to a number of bytes, but one at least.
struct AuditPage {
    private let sequence: UInt64
    private let byteCountMax: Int
    private var byteCount = 0
    private(set) var batches: [AuditBatch] = []

    init(from sequence: UInt64, byteCountMax: Int) {
        self.sequence = sequence
        self.byteCountMax = byteCountMax
    }

    /// Whether to go on; a batch that does not fit its own range, or the one before, is refused.
    mutating func takes(_ batch: AuditBatch) throws(StoreError) -> Bool {
        guard batch.isWhole, batches.last.map({ $0.last + 1 == batch.first }) ?? true else {
            throw .integrity(table: AuditBatch.shape.table)
        }
        byteCount += batch.records.count
        guard batches.isEmpty || byteCount <= byteCountMax else { return false }
        // The newest batch is also what a question past the end finds.
        if batch.last >= sequence { batches.append(batch) }
        return true
    }
}
