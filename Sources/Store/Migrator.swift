import Crypto
import Schema
import SQLite
import Vault

/// Brings a database to this program's schema, and refuses one that is not what it says.
struct Migrator {
    /// `STRG`, in the file's header.
    static let applicationID: Int64 = 0x5354_5247

    let connection: Connection
    let migrations: [Migration]

    /// A new, empty database.
    func create() throws(StoreError) {
        _ = try engine { () throws(SQLiteError) in
            try connection.pragmaInteger("application_id=\(Self.applicationID)")
        }
        try apply(migrations[...]) {}
    }

    /// How many migrations the database has, when all that is there has been found to be ours;
    /// nothing is changed.
    func inspect() throws(StoreError) -> Int {
        let applicationID = try engine { () throws(SQLiteError) in
            try connection.pragmaInteger("application_id")
        }
        guard applicationID == Self.applicationID else {
            throw .foreign("the database is not a vault's: point --data at the right directory")
        }
        let count = try appliedCount()
        try compareSchema(after: count)
        return count
    }

    /// All of them, or none where this is cut short: what lies between two versions is no version.
    ///
    /// - Parameter complete: called once when there is a migration to be applied, after the last one
    ///   and in the same transaction.
    func bringUpToDate(
        from count: Int, complete: () throws(StoreError) -> Void
    ) throws(StoreError) {
        try apply(migrations[count...], complete)
        try compareSchema(after: migrations.count)
    }

    private func apply(
        _ migrations: ArraySlice<Migration>, _ complete: () throws(StoreError) -> Void
    ) throws(StoreError) {
        guard !migrations.isEmpty else { return }
        try engine { () throws(SQLiteError) in try connection.execute("BEGIN IMMEDIATE") }
        for migration in migrations {
            try engine { () throws(SQLiteError) in
                try connection.execute(String(decoding: migration.sql, as: UTF8.self))
                let insertion = try Statement(
                    "INSERT INTO migration (number, name, sha256) VALUES (?1, ?2, ?3)",
                    on: connection)
                try insertion.bind(
                    values: Int64(migration.number), migration.name, migration.hash)
                try insertion.run()
            }
        }
        try complete()
        try engine { () throws(SQLiteError) in try connection.execute("COMMIT") }
    }

    /// How many of ours the database has; each of them as we know it.
    private func appliedCount() throws(StoreError) -> Int {
        var count = 0
        for row in try appliedRows() {
            guard count < migrations.count else {
                throw .foreign(
                    "the database was made by a newer version of this program: use that one")
            }
            let known = migrations[count]
            guard row.number == Int64(known.number), row.name == known.name,
                row.hash == known.hash
            else {
                throw .foreign(
                    "migration \(known.number) of the database is not the one that this program "
                        + "knows: restore a backup or use the program that made it")
            }
            count += 1
        }
        guard count > 0 else {
            throw .foreign("the database was never finished: restore a backup")
        }
        return count
    }

    private struct AppliedRow {
        let number: Int64
        let name: String
        let hash: [UInt8]
    }

    private func appliedRows() throws(StoreError) -> [AppliedRow] {
        guard try engine({ () throws(SQLiteError) in try hasMigrationTable() }) else {
            throw .foreign("the database has no migrations: restore a backup")
        }
        return try engine { () throws(SQLiteError) in
            let query = try Statement(
                "SELECT number, name, sha256 FROM migration ORDER BY number", on: connection)
            var rows: [AppliedRow] = []
            while try query.step() {
                rows.append(
                    AppliedRow(
                        number: query.integer(at: 0), name: query.text(at: 1),
                        hash: query.blob(at: 2)))
            }
            return rows
        }
    }

    private func hasMigrationTable() throws(SQLiteError) -> Bool {
        let query = try Statement(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'",
            on: connection)
        return try query.step()
    }

    /// Whoever can write the file can add triggers, views, indexes and columns: every object of
    /// the schema is held against the one that the migrations make.
    private func compareSchema(after count: Int) throws(StoreError) {
        let expected = try engine { () throws(SQLiteError) in
            let model = try Connection(.memory)
            for migration in migrations[..<count] {
                try model.execute(String(decoding: migration.sql, as: UTF8.self))
            }
            return try Self.schema(of: model)
        }
        let found = try engine { () throws(SQLiteError) in try Self.schema(of: connection) }
        guard found == expected else {
            throw .foreign(
                "the database's schema was changed by something else: restore a backup")
        }
    }

    private static func schema(of connection: Connection) throws(SQLiteError) -> [[String]] {
        let query = try Statement(
            "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY 1, 2, 3, 4",
            on: connection)
        var objects: [[String]] = []
        while try query.step() {
            objects.append([
                query.text(at: 0), query.text(at: 1), query.text(at: 2), query.text(at: 3),
            ])
        }
        return objects
    }
}

extension Migration {
    /// What a database remembers of the migration's text.
    var hash: [UInt8] { unsafe SHA256.hash(sql.span.bytes).bytes }
}
