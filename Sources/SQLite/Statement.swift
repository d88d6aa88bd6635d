import CSQLite

/// A prepared statement: bind, step, read the row, reset; kept for as long as it is useful.
@safe
package final class Statement {
    /// How the engine holds a value; a damaged file may hold any in any column.
    package enum ColumnType: Sendable { case integer, real, text, blob, null }

    private let handle: OpaquePointer
    private let connection: Connection

    package init(_ sql: String, on connection: Connection) throws(SQLiteError) {
        var prepared: OpaquePointer?
        let outcome = unsafe sqlite3_prepare_v3(
            connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        try connection.check(outcome)
        guard let handle = unsafe prepared else { throw .misuse }
        unsafe self.handle = unsafe handle
        self.connection = connection
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Whether there is a row to read; false at the end.
    package func step() throws(SQLiteError) -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw connection.fault(code)
        }
    }

    /// Runs to the end and gets ready for the next values.
    package func run() throws(SQLiteError) {
        defer { reset() }
        while try step() {}
    }

    /// Ready to be bound anew; a failure of the last step was reported there.
    package func reset() { _ = unsafe sqlite3_reset(handle) }

    /// Lets go of what was bound, so that nothing of it stays in the engine's memory.
    package func clear() {
        reset()
        unsafe sqlite3_clear_bindings(handle)
    }

    private func check(_ outcome: Int32) throws(SQLiteError) {
        try connection.check(outcome)
    }
}

/// Parameters, counted from 1.
extension Statement {
    package func bind(_ value: Int64, at index: Int32) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_int64(handle, index, value))
    }

    package func bindNull(at index: Int32) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_null(handle, index))
    }

    package func bind(_ text: String, at index: Int32) throws(SQLiteError) {
        var text = text
        let outcome = text.withUTF8 { utf8 in
            unsafe UnsafeRawBufferPointer(utf8).withMemoryRebound(to: CChar.self) { characters in
                unsafe strongroom_bind_copied_text(
                    handle, index, characters.baseAddress, UInt64(characters.count))
            }
        }
        try check(outcome)
    }

    /// The engine copies the bytes.
    package func bind(_ bytes: RawSpan, at index: Int32) throws(SQLiteError) {
        let outcome = unsafe bytes.withUnsafeBytes { buffer in
            // A blob of no bytes is no null: any address will do for it.
            let base = unsafe buffer.baseAddress ?? UnsafeRawPointer(handle)
            return unsafe strongroom_bind_copied_blob(handle, index, base, UInt64(buffer.count))
        }
        try check(outcome)
    }

    package func bind(_ bytes: [UInt8], at index: Int32) throws(SQLiteError) {
        try unsafe bind(bytes.span.bytes, at: index)
    }

    /// 16 bytes, the most significant first.
    package func bind(_ number: UInt128, at index: Int32) throws(SQLiteError) {
        var bigEndian = number.bigEndian
        let outcome = unsafe withUnsafeBytes(of: &bigEndian) { buffer in
            unsafe strongroom_bind_copied_blob(handle, index, buffer.baseAddress, 16)
        }
        try check(outcome)
    }
}

/// The current row's columns, counted from 0.
extension Statement {
    package func type(at column: Int32) -> ColumnType {
        switch unsafe sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: .integer
        case SQLITE_FLOAT: .real
        case SQLITE_TEXT: .text
        case SQLITE_BLOB: .blob
        default: .null
        }
    }

    package func integer(at column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(handle, column)
    }

    /// Lends the bytes of a blob, or of a text in UTF-8, for the length of the call.
    package func withBytes<R>(at column: Int32, _ body: (RawSpan) -> R) -> R {
        let base = unsafe sqlite3_column_blob(handle, column)
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        // The engine keeps the row where it is until the next step or reset.
        let buffer = unsafe UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : count)
        return body(unsafe buffer.bytes)
    }

    package func blob(at column: Int32) -> [UInt8] {
        withBytes(at: column) { bytes in unsafe bytes.withUnsafeBytes { unsafe Array($0) } }
    }

    package func text(at column: Int32) -> String {
        String(decoding: blob(at: column), as: UTF8.self)
    }
}
