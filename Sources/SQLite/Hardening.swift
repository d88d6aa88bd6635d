import CSQLite

/// The settings that a vault's database runs under; one that does not take is an error.
///
/// SQLite 3.40 can lose committed frames when two connections meet at a checkpoint; therefore the
/// lock is exclusive and never given back, and nothing checkpoints by itself.
extension Connection {
    /// 32 MiB of pages, in units of 1024 bytes.
    private static let cacheSize: Int64 = -32_768
    private static let pageSize: Int64 = 8192
    private static let valueByteCountMax: Int32 = 64 << 20

    /// What changes nothing in the file; before the first statement.
    package func harden() throws(SQLiteError) {
        // Before anything that reads: a log that was opened for sharing stays shared.
        guard try pragmaText("locking_mode=EXCLUSIVE") == "exclusive" else { throw .misuse }
        try configure(SQLITE_DBCONFIG_DEFENSIVE, true)
        try configure(SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)
        try configure(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, false)
        // Whoever can write the file can add triggers and views: none is ever run.
        try configure(SQLITE_DBCONFIG_ENABLE_TRIGGER, false)
        try configure(SQLITE_DBCONFIG_ENABLE_VIEW, false)
        try configure(SQLITE_DBCONFIG_DQS_DDL, false)
        try configure(SQLITE_DBCONFIG_DQS_DML, false)
        try setIntegers([
            ("mmap_size", 0), ("trusted_schema", 0), ("cell_size_check", 1),
            ("foreign_keys", 1), ("temp_store", 2), ("cache_size", Self.cacheSize),
        ])
        unsafe sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
        unsafe sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Self.valueByteCountMax)
    }

    /// What changes the file, or how it is written; once it is known to be ours.
    package func makeDurable() throws(SQLiteError) {
        guard try pragmaText("journal_mode=WAL") == "wal" else { throw .misuse }
        try setIntegers([("synchronous", 2), ("secure_delete", 1), ("wal_autocheckpoint", 0)])
        watchLog()
    }

    /// For an empty file only: a batch of audit records lies within one page more often than not,
    /// and a commit writes half the pieces.
    package func setPageSize() throws(SQLiteError) {
        try setIntegers([("page_size", Self.pageSize)])
    }

    /// Whether what is deleted is overwritten with zeros.
    package func setOverwritesDeleted(_ overwrites: Bool) throws(SQLiteError) {
        try setIntegers([("secure_delete", overwrites ? 1 : 0)])
    }

    /// Whether a commit waits for the disk; one that does covers every one before it.
    package func setSyncsOnCommit(_ syncs: Bool) throws(SQLiteError) {
        try setIntegers([("synchronous", syncs ? 2 : 1)])
    }

    private func setIntegers(_ settings: [(name: String, value: Int64)]) throws(SQLiteError) {
        for setting in settings {
            // Some settings answer with their new value, some with nothing: read back apart.
            _ = try pragmaInteger("\(setting.name)=\(setting.value)")
            guard try pragmaInteger(setting.name) == setting.value else { throw .misuse }
        }
    }

    /// Nil where the setting answers with no row.
    package func pragmaInteger(_ text: String) throws(SQLiteError) -> Int64? {
        let statement = try Statement("PRAGMA \(text)", on: self)
        return try statement.step() ? statement.integer(at: 0) : nil
    }

    package func pragmaText(_ text: String) throws(SQLiteError) -> String? {
        let statement = try Statement("PRAGMA \(text)", on: self)
        return try statement.step() ? statement.text(at: 0) : nil
    }
}
