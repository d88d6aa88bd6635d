import SQLite
import Support
import Testing

@Suite struct `A statement` {
    private func connection() throws -> Connection {
        let connection = try Connection(.memory)
        try connection.execute(
            """
            CREATE TABLE thing (
                id INTEGER PRIMARY KEY, number INTEGER, text TEXT, bytes BLOB UNIQUE
            ) STRICT
            """)
        return connection
    }

    @Test func `a broken rule is an error that shows no value`() throws {
        let connection = try connection()
        let insertion = try Statement(
            "INSERT INTO thing (id, text) VALUES (?1, ?2)", on: connection)
        for isFirst in [true, false] {
            try insertion.bind(Int64(1), at: 1)
            try insertion.bind("swordfish", at: 2)
            if isFirst {
                try insertion.run()
                continue
            }
            #expect {
                try insertion.run()
            } throws: { error in
                guard let error = error as? SQLiteError else { return false }
                return error.isConstraint && !error.isFull && !"\(error)".contains("swordfish")
            }
        }
    }

    @Test func `a parameter that there is not is refused`() throws {
        let statement = try Statement("SELECT ?1", on: try connection())
        #expect(throws: SQLiteError.self) { try statement.bind(Int64(1), at: 2) }
    }

    @Test func `a syntax error is refused when it is prepared`() throws {
        let connection = try connection()
        #expect(throws: SQLiteError.self) { _ = try Statement("SELEKT 1", on: connection) }
        #expect(throws: SQLiteError.misuse) { _ = try Statement("-- nothing", on: connection) }
    }

    @Test func `values come back as they were bound`() throws {
        let connection = try connection()
        let insertion = try Statement(
            "INSERT INTO thing (number, text, bytes) VALUES (?1, ?2, ?3)", on: connection)
        let query = try Statement("SELECT number, text, bytes FROM thing", on: connection)
        let texts = ["", "été\u{0}🗝", String(repeating: "x", count: 70_000)]
        for (index, text) in texts.enumerated() {
            let bytes = [UInt8](repeating: UInt8(index), count: index * 5000)
            try insertion.bind(Int64.min + Int64(index), at: 1)
            try insertion.bind(text, at: 2)
            try insertion.bind(bytes, at: 3)
            try insertion.run()
        }
        for (index, text) in texts.enumerated() {
            #expect(try query.step())
            #expect(query.integer(at: 0) == Int64.min + Int64(index))
            #expect(query.text(at: 1) == text)
            #expect(query.type(at: 2) == .blob)
            #expect(query.blob(at: 2) == [UInt8](repeating: UInt8(index), count: index * 5000))
        }
        #expect(try !query.step())
    }

    @Test func `null is neither an empty text nor an empty blob`() throws {
        let connection = try connection()
        let query = try Statement("SELECT ?1, ?2, ?3", on: connection)
        try query.bindNull(at: 1)
        try query.bind("", at: 2)
        try query.bind([UInt8](), at: 3)
        #expect(try query.step())
        #expect((0..<3).map { query.type(at: $0) } == [.null, .text, .blob])
    }

    @Test func `an identifier is sixteen bytes, the most significant first`() throws {
        let query = try Statement("SELECT ?1", on: try connection())
        try query.bind(UInt128(0x0102) << 112 | 3, at: 1)
        #expect(try query.step())
        #expect(query.blob(at: 0) == [1, 2] + [UInt8](repeating: 0, count: 13) + [3])
    }

    @Test func `what was bound is let go`() throws {
        let query = try Statement("SELECT ?1", on: try connection())
        try query.bind("swordfish", at: 1)
        #expect(try query.step())
        query.clear()
        #expect(try query.step())
        #expect(query.type(at: 0) == .null)
    }

    @Test func `a statement keeps its connection open`() throws {
        var query: Statement?
        do { query = try Statement("SELECT 1", on: try connection()) }
        #expect(try query?.step() == true)
    }
}
