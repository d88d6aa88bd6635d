import SQLite
import Vault

/// One table, written a whole row at a time.
final class RowTable<Record: StoredRow> {
    private let connection: Connection
    private let ring: KeyRing
    private let insertion: Statement
    private let replacement: Statement
    private let change: Statement

    init(on connection: Connection, ring: KeyRing) throws(StoreError) {
        let shape = Record.shape
        let marks = shape.allColumns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        let target = "INTO \(shape.table) (\(shape.columnList)) VALUES (\(marks))"
        self.connection = connection
        self.ring = ring
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
    func put(_ record: Record) throws(StoreError) { try write(record, with: replacement) }

    /// Refused where there is no row with the record's key.
    func update(_ record: Record) throws(StoreError) {
        try write(record, with: change)
        guard connection.changedRowCount == 1 else { throw StoreError(.constraint) }
    }

    private func write(_ record: Record, with statement: Statement) throws(StoreError) {
        defer { statement.clear() }
        var row = RowWriter(Record.shape, statement)
        record.write(to: &row)
        try row.seal(ring)
        try engine { () throws(SQLiteError) in try statement.run() }
    }

    func query(_ condition: String) throws(StoreError) -> RowQuery<Record> {
        try RowQuery(condition, on: connection, ring: ring)
    }
}

/// One question to a table, answered with authenticated rows only.
final class RowQuery<Record: StoredRow> {
    private let statement: Statement
    private let ring: KeyRing

    init(_ condition: String, on connection: Connection, ring: KeyRing) throws(StoreError) {
        let shape = Record.shape
        let sql = "SELECT \(shape.columnList) FROM \(shape.table) WHERE \(condition)"
        statement = try engine { () throws(SQLiteError) in try Statement(sql, on: connection) }
        self.ring = ring
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
        defer { statement.reset() }
        try engine { () throws(SQLiteError) in
            try statement.bind(values: repeat each values)
        }
        while try engine({ () throws(SQLiteError) in try statement.step() }) {
            var row = RowReader(Record.shape, statement)
            let record = try Record.read(from: &row)
            try row.verify(ring)
            guard try body(record) else { return }
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
