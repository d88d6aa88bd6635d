import Crypto
import SQLite
import Vault

/// What tables and questions share.
struct RowAccess {
    let connection: Connection
    let ring: KeyRing
    /// Says which version of a row is the last; nil where that is not asked.
    var register: RowRegister?
}

/// One table, written a whole row at a time.
final class RowTable<Record: StoredRow> {
    private let access: RowAccess
    private let insertion: Statement
    private let replacement: Statement
    private let change: Statement

    init(_ access: RowAccess) throws(StoreError) {
        self.access = access
        let (shape, connection) = (Record.shape, access.connection)
        let marks = shape.allColumns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        let target = "INTO \(shape.table) (\(shape.columnList)) VALUES (\(marks))"
        (insertion, replacement, change) = try engine { () throws(SQLiteError) in
            (
                try Statement("INSERT \(target)", on: connection),
                try Statement("INSERT OR REPLACE \(target)", on: connection),
                try Statement(Self.update(shape), on: connection)
            )
        }
    }

    /// Parameters keep the columns' numbers, so that one way of binding serves all.
    private static func update(_ shape: RowShape) -> String {
        var settings: [String] = []
        var conditions: [String] = []
        for (index, column) in shape.allColumns.enumerated() {
            let equation = "\(column) = ?\(index + 1)"
            if shape.key.contains(column) {
                conditions.append(equation)
            } else if !shape.fixed.contains(column) {
                settings.append(equation)
            }
        }
        let condition = conditions.joined(separator: " AND ")
        return "UPDATE \(shape.table) SET \(settings.joined(separator: ", ")) WHERE \(condition)"
    }

    /// Refused where the key, or a name within its parent, is taken.
    func insert(_ record: Record) throws(StoreError) { try write(record, with: insertion) }

    /// Takes the place of a row with the same key.
    @discardableResult
    func put(_ record: Record) throws(StoreError) -> MAC {
        try write(record, with: replacement)
    }

    /// Refused where there is no row with the record's key.
    func update(_ record: Record) throws(StoreError) {
        try write(record, with: change)
    }

    @discardableResult
    private func write(
        _ record: Record, with statement: Statement
    ) throws(StoreError) -> MAC {
        defer { statement.clear() }
        var row = RowWriter(Record.shape, statement)
        record.write(to: &row)
        let mac = try row.seal(access.ring)
        try engine { () throws(SQLiteError) in try statement.run() }
        guard access.connection.changedRowCount == 1 else { throw StoreError(.constraint) }
        if let name = record.registeredName { try access.register?.note(name, mac) }
        return mac
    }

    func query(_ condition: String) throws(StoreError) -> RowQuery<Record> {
        try RowQuery(condition, access)
    }
}

/// One question to a table, answered with authenticated rows only.
final class RowQuery<Record: StoredRow> {
    private let statement: Statement
    private let access: RowAccess

    init(_ condition: String, _ access: RowAccess) throws(StoreError) {
        let shape = Record.shape
        let sql = "SELECT \(shape.columnList) FROM \(shape.table) WHERE \(condition)"
        statement = try engine { () throws(SQLiteError) in
            try Statement(sql, on: access.connection)
        }
        self.access = access
    }

    /// A row that is always there; whoever took it away has tampered.
    func only() throws(StoreError) -> Record {
        guard let record = try first(where: { _ in true }) else {
            throw .integrity(table: Record.shape.table)
        }
        return record
    }

    /// The one row that there can be.
    ///
    /// - Parameter isAsked: whether the row is what was asked for; an index that leads to another
    ///   one has been tampered with.
    func first<each Value: ColumnValue>(
        _ values: repeat each Value, where isAsked: (Record) -> Bool
    ) throws(StoreError) -> Record? {
        var found: Record?
        try each(repeat each values) { (record) throws(StoreError) in
            guard isAsked(record) else { throw .integrity(table: Record.shape.table) }
            found = record
            return false
        }
        return found
    }

    func all<each Value: ColumnValue>(
        _ values: repeat each Value, where isAsked: (Record) -> Bool
    ) throws(StoreError) -> [Record] {
        var found: [Record] = []
        try each(repeat each values) { (record) throws(StoreError) in
            guard isAsked(record) else { throw .integrity(table: Record.shape.table) }
            found.append(record)
            return true
        }
        return found
    }

    /// Until there are no more, or `body` has had enough.
    func each<each Value: ColumnValue>(
        _ values: repeat each Value, body: (Record) throws(StoreError) -> Bool
    ) throws(StoreError) {
        try eachWithMAC(repeat each values) { (record, mac) throws(StoreError) in
            if let name = record.registeredName, let register = access.register,
                try !register.holds(name, mac)
            {
                throw .integrity(table: Record.shape.table)
            }
            return try body(record)
        }
    }

    /// The same, of whatever age the rows are.
    func eachWithMAC<each Value: ColumnValue>(
        _ values: repeat each Value, body: (Record, MAC) throws(StoreError) -> Bool
    ) throws(StoreError) {
        defer { statement.reset() }
        try engine { () throws(SQLiteError) in
            try statement.bind(values: repeat each values)
        }
        while try engine({ () throws(SQLiteError) in try statement.step() }) {
            var row = RowReader(Record.shape, statement)
            let record = try Record.read(from: &row)
            let mac = try row.verify(access.ring)
            guard try body(record, mac) else { return }
        }
    }
}

extension Statement {
    func bind<each Value: ColumnValue>(values: repeat each Value) throws(SQLiteError) {
        var index: Int32 = 0
        for value in repeat each values {
            index += 1
            try value.bind(to: self, at: index)
        }
    }
}
