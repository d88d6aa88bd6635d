package import Audit
import SQLite
package import Vault

/// The hot end of the audit log, in the same transaction as the state that it speaks of.
extension SQLiteStore: AuditStorage {
    package func auditHead() throws(StoreError) -> AuditHead { try tables.auditHead() }

    package func append(_ batch: AuditBatch, head: AuditHead) throws(StoreError) {
        try change { () throws(StoreError) in
            try tables.auditBatches.insert(batch)
            try tables.auditHeads.update(head)
        }
    }

    package func putHead(_ head: AuditHead) throws(StoreError) {
        try change { () throws(StoreError) in try tables.auditHeads.update(head) }
    }

    package func auditBatches(
        from sequence: UInt64, byteCountMax: Int
    ) throws(StoreError) -> [AuditBatch] {
        var page = AuditPage(from: sequence, byteCountMax: byteCountMax)
        try tables.queries.auditBatches.each(sequence) { (batch) throws(StoreError) in
            try page.takes(batch)
        }
        return page.batches
    }

    package func removeAuditBatches(
        through sequence: UInt64, head: AuditHead
    ) throws(StoreError) {
        try change { () throws(StoreError) in
            // Records hold no secrets, and the segment has them: overwriting 40 MB of them would
            // hold every answer up.
            try withoutOverwriting { () throws(StoreError) in
                try tables.deletions.auditBatches(through: sequence)
            }
            try tables.auditHeads.update(head)
        }
    }

    /// Whatever comes of `body`, later deletions overwrite again.
    private func withoutOverwriting(
        _ body: () throws(StoreError) -> Void
    ) throws(StoreError) {
        try engine { () throws(SQLiteError) in try connection.setOverwritesDeleted(false) }
        let outcome: Result<Void, StoreError>
        do {
            outcome = .success(try body())
        } catch {
            outcome = .failure(error)
        }
        try engine { () throws(SQLiteError) in try connection.setOverwritesDeleted(true) }
        try outcome.get()
    }
}
