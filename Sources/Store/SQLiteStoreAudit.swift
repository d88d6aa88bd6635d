package import Audit
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
        var batches: [AuditBatch] = []
        var byteCount = 0
        try tables.queries.auditBatches.each(sequence) { (batch) throws(StoreError) in
            guard batch.isWellFormed, batches.last.map({ $0.last + 1 == batch.first }) ?? true
            else { throw .integrity(table: AuditBatch.shape.table) }
            byteCount += batch.records.count
            guard batches.isEmpty || byteCount <= byteCountMax else { return false }
            // The newest batch is also what a question past the end finds.
            if batch.last >= sequence { batches.append(batch) }
            return true
        }
        return batches
    }

    package func removeAuditBatches(
        through sequence: UInt64, head: AuditHead
    ) throws(StoreError) {
        try change { () throws(StoreError) in
            try tables.deletions.auditBatches(through: sequence)
            try tables.auditHeads.update(head)
        }
    }
}

extension AuditBatch {
    fileprivate var isWellFormed: Bool {
        guard first <= last, last < .max else { return false }
        return (last - first + 1).multipliedReportingOverflow(by: UInt64(AuditRecord.byteCount))
            == (UInt64(records.count), false)
    }
}
