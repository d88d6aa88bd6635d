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
            try tables.deletions.auditBatches(through: sequence)
            try tables.auditHeads.update(head)
        }
    }
}
