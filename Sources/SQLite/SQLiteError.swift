import CSQLite

/// A refusal of the engine, by its number; never shows a stored value.
package struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The extended result code; its low byte is the primary one.
    package let extendedCode: Int32

    package init(extendedCode: Int32) { self.extendedCode = extendedCode }

    package var code: Int32 { extendedCode & 0xFF }

    /// Reading, writing or syncing failed.
    package var isDevice: Bool { code == SQLITE_IOERR }
    package var isFull: Bool { code == SQLITE_FULL }
    package var isBusy: Bool { code == SQLITE_BUSY || code == SQLITE_LOCKED }
    package var isConstraint: Bool { code == SQLITE_CONSTRAINT }
    /// The file is damaged, or something else than a database.
    package var isDamage: Bool { code == SQLITE_CORRUPT || code == SQLITE_NOTADB }

    package static let full = SQLiteError(extendedCode: SQLITE_FULL)
    static let failedWrite = SQLITE_IOERR | 3 << 8
    /// A rule that the caller's statement broke.
    package static let constraint = SQLiteError(extendedCode: SQLITE_CONSTRAINT)
    /// The interface used in the wrong order, or a setting that did not take.
    package static let misuse = SQLiteError(extendedCode: SQLITE_MISUSE)

    /// The library's own sentence for the number: fixed texts only.
    package var description: String {
        guard let text = unsafe sqlite3_errstr(extendedCode) else {
            return "SQLite error \(extendedCode)"
        }
        return unsafe "SQLite error \(extendedCode): \(String(cString: text))"
    }
}
