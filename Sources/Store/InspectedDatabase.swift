import Audit
import Schema
import SQLite
import Vault

/// A database that was found to be a vault's, and has not been touched yet.
struct InspectedDatabase {
    let path: String
    let connection: Connection
    private let migrator: Migrator
    /// Migrations that it has.
    private let migrationCount: Int

    init(_ path: String, migrations: [Migration] = Migration.shipped) throws(StoreError) {
        self.path = path
        connection = try SQLiteStore.connectUnchanging(path)
        migrator = Migrator(connection: connection, migrations: migrations)
        migrationCount = try migrator.inspect()
    }

    /// How far it says that the vault has come; in rows that every version has had.
    func mark(_ ring: KeyRing) throws(StoreError) -> HighWaterMark {
        let standing: Standing = try only(ring)
        let head: AuditHead = try only(ring)
        return HighWaterMark(standing, recordCount: head.size)
    }

    private func only<Record: StoredRow>(_ ring: KeyRing) throws(StoreError) -> Record {
        try RowQuery("id = 1", RowAccess(connection: connection, ring: ring)).only()
    }

    /// Whether the database is of a version that says which version of a row is the last one.
    var hasRegister: Bool { migrationCount >= RowRegister.migrationNumber }

    /// A database from before there was a register gets one of what is in it.
    func bringUpToDate(_ ring: KeyRing) throws(StoreError) {
        try migrator.bringUpToDate(from: migrationCount) { () throws(StoreError) in
            if !hasRegister { try RowRegister.build(on: connection, ring: ring) }
        }
    }
}
