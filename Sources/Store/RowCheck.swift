import Audit
import Crypto
import SQLite
package import Vault

/// A look at every row there is: what no single look-up can see.
extension SQLiteStore {
    /// Throws `.integrity` at the first row that this vault did not write, and where there are
    /// more or fewer objects than the vault has counted.
    ///
    /// Reads the whole database; `progress` is told now and then how many rows were looked at.
    package func checkRows(_ progress: @escaping (Int) -> Void = { _ in }) throws(StoreError) {
        var check = RowCheck(progress: progress)
        var counts = StoreCounts()
        counts.organizations = try check.count(tables.organizations)
        counts.accounts = try check.count(tables.accounts)
        counts.integrations = try check.count(tables.integrations)
        counts.credentials = try check.count(tables.credentials)
        counts.tokens = try check.count(tables.tokens)
        guard counts == census.counts else { throw .integrity(table: Census.shape.table) }
        let others: [any CheckedTable] = [
            tables.keyPairs, tables.uses, tables.answers, tables.tokenQuestions.histories,
            tables.members.members, tables.members.roles, tables.integrationPoints,
        ]
        var registeredCount =
            counts.organizations + counts.accounts + counts.integrations + counts.credentials
            + counts.tokens
        for table in others {
            let count = try check.count(table)
            if table.isRegistered { registeredCount += count }
        }
        guard registeredCount == tables.register.rowCount else {
            throw .integrity(table: RegisterRoot.shape.table)
        }
        try tables.register.check()
        try checkAudit(&check)
    }

    /// The hot end is without gaps from where the segments end to where the head says.
    private func checkAudit(_ check: inout RowCheck) throws(StoreError) {
        let head = try auditHead()
        var next = head.sealedSize
        while next < head.size {
            guard let batch = try auditBatches(from: next, byteCountMax: 0).first,
                batch.first <= next
            else { throw .integrity(table: AuditBatch.shape.table) }
            next = batch.last + 1
            check.note()
        }
        guard next == head.size || head.size == head.sealedSize else {
            throw .integrity(table: AuditHead.shape.table)
        }
    }
}

/// A table whose rows can be looked at one after the other.
protocol CheckedTable {
    /// Whether the register knows how many rows there are.
    var isRegistered: Bool { get }
    func eachRow(_ body: () -> Void) throws(StoreError)
}

extension RowTable: CheckedTable {
    var isRegistered: Bool { RegisteredKind(table: Record.shape.table) != nil }

    func eachRow(_ body: () -> Void) throws(StoreError) {
        try query("true").each { (_) throws(StoreError) in
            body()
            return true
        }
    }
}

private struct RowCheck {
    private static let progressInterval = 4096
    let progress: (Int) -> Void
    private var rowCount = 0

    init(progress: @escaping (Int) -> Void) { self.progress = progress }

    mutating func count(_ table: any CheckedTable) throws(StoreError) -> Int {
        var count = 0
        var check = self
        try table.eachRow {
            count += 1
            check.note()
        }
        self = check
        return count
    }

    mutating func note() {
        rowCount += 1
        if rowCount.isMultiple(of: Self.progressInterval) { progress(rowCount) }
    }
}
