import Crypto
import SQLite
import Vault

/// How the rows of one table are laid out.
struct RowShape: Sendable {
    let table: String
    /// Starts the context of the row's MAC; `strongroom/row/<table>/v1`.
    let label: StaticString
    /// In the order in which they are bound, read and authenticated; without the MAC's own two.
    let columns: [String]
    /// What names one row.
    let key: [String]
    /// What no update changes, so that its indexes need not be written again.
    var fixed: [String] = []

    var allColumns: [String] { columns + ["mac_epoch", "mac"] }
    var columnList: String { allColumns.joined(separator: ", ") }
}

/// A record that is kept as one row of a table.
protocol StoredRow {
    static var shape: RowShape { get }
    func write(to row: inout RowWriter)
    static func read(from row: inout RowReader) throws(StoreError) -> Self
    /// Where the register has it; nil for a row by which nothing is decided.
    var registeredName: RowName? { get }
}

extension StoredRow {
    var registeredName: RowName? { nil }
}

/// Binds a record's columns one after the other, and gathers what its MAC is made over.
struct RowWriter {
    private let statement: Statement
    private var index: Int32 = 0
    private var context: Context
    /// The first refusal; reported once, when the row is complete.
    private var fault: SQLiteError?

    init(_ shape: RowShape, _ statement: Statement) {
        self.statement = statement
        context = Context(shape.label)
    }

    mutating func put(_ value: some ColumnValue) {
        value.append(to: &context)
        bind(value)
    }

    /// Adds the MAC under the newest key; after the last column.
    mutating func seal(_ ring: KeyRing) throws(StoreError) -> MAC {
        let mac = ring.rows.newest.key.mac(context)
        bind(ring.epoch)
        bind(mac)
        if let fault { throw StoreError(fault) }
        return mac
    }

    private mutating func bind(_ value: some ColumnValue) {
        index += 1
        do {
            try value.bind(to: statement, at: index)
        } catch {
            fault = fault ?? error
        }
    }
}

/// Takes a row's columns one after the other, and holds them against the row's MAC.
struct RowReader {
    private let statement: Statement
    private let shape: RowShape
    private var column: Int32 = 0
    private var context: Context

    init(_ shape: RowShape, _ statement: Statement) {
        self.shape = shape
        self.statement = statement
        context = Context(shape.label)
    }

    mutating func take<Value: ColumnValue>(
        _ type: Value.Type = Value.self
    ) throws(StoreError) -> Value {
        guard let value = Value.read(column, of: statement) else { throw fault }
        column += 1
        value.append(to: &context)
        return value
    }

    /// Says whether this vault wrote the row; after the last column, before anything is believed.
    func verify(_ ring: KeyRing) throws(StoreError) -> MAC {
        guard let epoch = UInt32.read(column, of: statement),
            let mac = MAC.read(column + 1, of: statement), let key = ring.rows[epoch],
            key.key.mac(context).matches(mac)
        else { throw fault }
        return mac
    }

    var fault: StoreError { .integrity(table: shape.table) }
}

extension StoreError {
    init(_ error: SQLiteError) {
        self = error.isFull ? .full : .failed(code: error.extendedCode)
    }
}

/// Runs what the engine may refuse.
func engine<T>(_ body: () throws(SQLiteError) -> T) throws(StoreError) -> T {
    do {
        return try body()
    } catch {
        throw StoreError(error)
    }
}
