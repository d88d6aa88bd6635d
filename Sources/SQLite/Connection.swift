import CSQLite

/// One open database; whoever has it is its only user.
///
/// The engine runs without a mutex of its own: a connection and its statements stay on one thread
/// at a time.
@safe
package final class Connection {
    package enum Place {
        /// A file that must be there already.
        case file(String)
        /// Made if it is missing; the caller has seen to its directory and mode.
        case newFile(String)
        case memory
    }

    let handle: OpaquePointer
    /// Written by the engine after each commit; lives as long as the handle.
    private let logPages: UnsafeMutablePointer<Int32>

    package init(_ place: Place) throws(SQLiteError) {
        var opened: OpaquePointer?
        let outcome = unsafe sqlite3_open_v2(place.path, &opened, place.flags, nil)
        guard outcome == SQLITE_OK, let handle = unsafe opened else {
            // Even a failed opening leaves a handle that has to be closed.
            unsafe sqlite3_close_v2(opened)
            throw SQLiteError(extendedCode: outcome)
        }
        unsafe self.handle = unsafe handle
        unsafe logPages = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
        unsafe logPages.initialize(to: 0)
        watchLog()
    }

    /// Again after the setting `wal_autocheckpoint`, which takes the hook away.
    func watchLog() { unsafe strongroom_watch_log(handle, logPages) }

    deinit {
        // Statements hold the connection, so that none is left when this runs.
        unsafe sqlite3_close_v2(handle)
        unsafe logPages.deallocate()
    }

    /// Runs every statement of a text that holds no values.
    package func execute(_ sql: String) throws(SQLiteError) {
        try check(unsafe sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// Rows that the last insert, update or delete touched.
    package var changedRowCount: Int { Int(unsafe sqlite3_changes64(handle)) }

    /// Rows touched since the connection was opened.
    package var totalChangedRowCount: Int { Int(unsafe sqlite3_total_changes64(handle)) }

    /// False also when an error has rolled everything back.
    package var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// Length of the write-ahead log after the newest commit.
    package var logPageCount: Int { Int(unsafe logPages.pointee) }

    /// Moves the log into the database; with `emptying`, leaves a log of zero bytes.
    package func checkpoint(emptying: Bool) throws(SQLiteError) {
        let mode = emptying ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        try check(unsafe sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil))
        unsafe logPages.pointee = 0
    }

    /// The engine must not change the file on its way out, until it is known to be ours.
    package func keepLogOnClose(_ keeps: Bool) throws(SQLiteError) {
        try configure(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keeps)
    }

    func check(_ outcome: Int32) throws(SQLiteError) {
        guard outcome == SQLITE_OK else { throw fault(outcome) }
    }

    /// After a failure of the device nothing is written any more, not even on the way out: a second
    /// sync would report success, for the kernel reports a lost page once.
    func fault(_ outcome: Int32) -> SQLiteError {
        if outcome == SQLiteError.failedWrite, unsafe strongroom_is_over_quota(handle) != 0 {
            return .full
        }
        let error = SQLiteError(extendedCode: outcome)
        if error.isDevice {
            unsafe strongroom_configure(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        }
        return error
    }

    func configure(_ option: Int32, _ isOn: Bool) throws(SQLiteError) {
        let wanted: Int32 = isOn ? 1 : 0
        guard unsafe strongroom_configure(handle, option, wanted) == wanted else {
            throw .misuse
        }
    }
}

extension Connection.Place {
    fileprivate var path: String {
        switch self {
        // The library as it is shipped may take any path that begins so for a URI.
        case .file(let path), .newFile(let path): path.hasPrefix("file:") ? "./" + path : path
        case .memory: ":memory:"
        }
    }

    /// A symbolic link is refused.
    fileprivate var flags: Int32 {
        let common = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        switch self {
        case .file: return common | SQLITE_OPEN_NOFOLLOW
        case .newFile: return common | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_CREATE
        case .memory: return common | SQLITE_OPEN_CREATE
        }
    }
}
