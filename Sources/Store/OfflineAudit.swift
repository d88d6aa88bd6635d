package import Audit
import Crypto
import Linux
import SQLite
package import Vault

/// A stopped vault's audit log, read without any key: what there is to be verified.
///
/// Rows are taken as they are, for their MACs need the vault's keys; the tree and the signed
/// checkpoints say whether to believe them. Nothing is written.
package final class OfflineAudit: AuditStorage {
    package let segments: SegmentDirectory
    private let directory: VaultDirectory
    private let head: Statement
    private let batches: Statement
    private let lock: DirectoryLock

    /// `.locked` while a daemon runs: it has to be asked instead.
    package init(of path: String) throws(VaultDirectoryError) {
        directory = try VaultDirectory(existing: path)
        lock = try directory.locked()
        segments = SegmentDirectory(path: directory.segments)
        do throws(StoreError) {
            let connection = try SQLiteStore.connectUnchanging(directory.database)
            (head, batches) = try engine { () throws(SQLiteError) in
                (
                    try Statement("SELECT head FROM audit_head WHERE id = 1", on: connection),
                    try Statement(
                        "SELECT first, last, first_time, last_time, root, records "
                            + "FROM audit_batch WHERE first >= coalesce((SELECT max(first) "
                            + "FROM audit_batch WHERE first <= ?1), 0) ORDER BY first",
                        on: connection)
                )
            }
        } catch {
            throw directory.refusal(error)
        }
    }

    /// The directory's own word on the key; an auditor brings one that was kept elsewhere, and does
    /// not ask.
    package func ownKey() throws(VaultDirectoryError) -> VerifierKey {
        let file: [UInt8]
        do {
            file = try DurableFile.read(directory.auditKey, byteCountMax: 4096)
        } catch {
            throw .damaged("\(directory.auditKey) cannot be read: give --public-key")
        }
        let text = String(decoding: file.dropLast(), as: UTF8.self)
        guard file.last == 10, let key = VerifierKey(text: text) else {
            throw .damaged("\(directory.auditKey) is not a verifier key: give --public-key")
        }
        return key
    }

    package func auditHead() throws(StoreError) -> AuditHead {
        defer { head.reset() }
        guard try engine({ () throws(SQLiteError) in try head.step() }),
            let bytes = [UInt8].read(0, of: head), let value = AuditHead(bytes: bytes)
        else { throw .integrity(table: "audit_head") }
        return value
    }

    package func auditBatches(
        from sequence: UInt64, byteCountMax: Int
    ) throws(StoreError) -> [AuditBatch] {
        defer { batches.reset() }
        try engine { () throws(SQLiteError) in try batches.bind(values: sequence) }
        var page = AuditPage(from: sequence, byteCountMax: byteCountMax)
        while try engine({ () throws(SQLiteError) in try batches.step() }) {
            guard let batch = AuditBatch(unverified: batches) else {
                throw .integrity(table: "audit_batch")
            }
            guard try page.takes(batch) else { break }
        }
        return page.batches
    }

    package func append(_ batch: AuditBatch, head: AuditHead) throws(StoreError) {
        throw StoreError(.misuse)
    }

    package func putHead(_ head: AuditHead) throws(StoreError) { throw StoreError(.misuse) }

    package func removeAuditBatches(through: UInt64, head: AuditHead) throws(StoreError) {
        throw StoreError(.misuse)
    }
}

extension AuditBatch {
    /// Nil where a column holds something that is never written there.
    fileprivate init?(unverified row: Statement) {
        guard let first = UInt64.read(0, of: row), let last = UInt64.read(1, of: row),
            let firstTime = Instant.read(2, of: row), let lastTime = Instant.read(3, of: row),
            let root = Digest.read(4, of: row), let records = [UInt8].read(5, of: row)
        else { return nil }
        self.init(
            first: first, last: last, firstTime: firstTime, lastTime: lastTime, root: root,
            records: records)
    }
}
