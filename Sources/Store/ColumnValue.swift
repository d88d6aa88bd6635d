import Crypto
import SQLite
import Vault

/// A value of one column: how it is bound, authenticated and read.
///
/// What is authenticated is the value as it was read, so that nothing can be used that was not
/// covered.
protocol ColumnValue {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError)
    func append(to context: inout Context)
    /// Nil where the column holds something else.
    static func read(_ column: Int32, of statement: Statement) -> Self?
}

extension Int64: ColumnValue {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        try statement.bind(self, at: index)
    }

    func append(to context: inout Context) { context.append(UInt64(bitPattern: self)) }

    static func read(_ column: Int32, of statement: Statement) -> Int64? {
        statement.type(at: column) == .integer ? statement.integer(at: column) : nil
    }
}

extension UInt128: ColumnValue {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        try statement.bind(self, at: index)
    }

    func append(to context: inout Context) { context.append(self) }

    static func read(_ column: Int32, of statement: Statement) -> UInt128? {
        guard statement.type(at: column) == .blob else { return nil }
        return statement.withBytes(at: column) { bytes in
            guard bytes.byteCount == 16 else { return nil }
            return UInt128(bytes.bigEndian64(at: 0)) << 64 | UInt128(bytes.bigEndian64(at: 8))
        }
    }
}

extension String: ColumnValue {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        try statement.bind(self, at: index)
    }

    func append(to context: inout Context) { context.append(self) }

    static func read(_ column: Int32, of statement: Statement) -> String? {
        statement.type(at: column) == .text ? statement.text(at: column) : nil
    }
}

extension [UInt8]: ColumnValue {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        try statement.bind(self, at: index)
    }

    func append(to context: inout Context) { context.append(self) }

    static func read(_ column: Int32, of statement: Statement) -> [UInt8]? {
        statement.type(at: column) == .blob ? statement.blob(at: column) : nil
    }
}

/// A field that says whether there is a value, then the value if there is one.
extension Optional: ColumnValue where Wrapped: ColumnValue {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        switch self {
        case .none: try statement.bindNull(at: index)
        case .some(let value): try value.bind(to: statement, at: index)
        }
    }

    func append(to context: inout Context) {
        guard let value = self else {
            context.append(UInt64(0))
            return
        }
        context.append(UInt64(1))
        value.append(to: &context)
    }

    static func read(_ column: Int32, of statement: Statement) -> Wrapped?? {
        if statement.type(at: column) == .null { return .some(nil) }
        return Wrapped.read(column, of: statement).map { .some($0) }
    }
}
