import Foundation
import SQLite
import Support
import Testing

@Suite struct `A connection` {
    private func hardened(_ directory: TemporaryDirectory) throws -> Connection {
        let connection = try Connection(.newFile(directory.file("test.db")))
        try connection.harden()
        try connection.makeDurable()
        return connection
    }

    @Test func `a second connection to the same file is kept out`() throws {
        let directory = try TemporaryDirectory()
        let first = try hardened(directory)
        try first.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT")
        #expect {
            _ = try hardened(directory)
        } throws: { error in
            (error as? SQLiteError)?.isBusy == true
        }
        try first.execute("INSERT INTO thing VALUES (1)")
    }

    @Test func `a second connection is kept out by one that has only read`() throws {
        let directory = try TemporaryDirectory()
        do {
            let maker = try hardened(directory)
            try maker.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT")
        }
        func reader() throws -> Connection {
            let connection = try Connection(.file(directory.file("test.db")))
            try connection.harden()
            _ = try connection.pragmaInteger("application_id")
            return connection
        }
        let first = try reader()
        #expect {
            _ = try reader()
        } throws: { error in
            (error as? SQLiteError)?.isBusy == true
        }
        try first.execute("INSERT INTO thing VALUES (1)")
    }

    @Test func `a symbolic link is not followed`() throws {
        let directory = try TemporaryDirectory()
        _ = try hardened(directory)
        let link = directory.file("link.db")
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: directory.file("test.db"))
        #expect(throws: SQLiteError.self) {
            _ = try Connection(.file(link)).pragmaInteger("application_id")
        }
    }

    @Test func `a path is never a URI`() throws {
        let directory = try TemporaryDirectory()
        _ = try hardened(directory)
        let path = "file:" + directory.file("test.db") + "?mode=memory"
        #expect(throws: SQLiteError.self) { _ = try Connection(.file(path)) }
    }

    @Test func `a missing file is not made by opening it`() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: SQLiteError.self) {
            _ = try Connection(.file(directory.file("test.db"))).pragmaInteger("user_version")
        }
        #expect(try directory.contents().isEmpty)
    }

    @Test(arguments: [
        "ATTACH ':memory:' AS other", "SELECT load_extension('x')",
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = ''",
        "SELECT \"no such column\"",
    ])
    func `what a vault never does is refused`(_ sql: String) throws {
        let directory = try TemporaryDirectory()
        let connection = try hardened(directory)
        try connection.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT")
        #expect(throws: SQLiteError.self) { try connection.execute(sql) }
    }

    @Test func `a trigger in the file is never run`() throws {
        let directory = try TemporaryDirectory()
        let connection = try hardened(directory)
        try connection.execute(
            """
            CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT;
            CREATE TABLE copied (id INTEGER PRIMARY KEY) STRICT;
            CREATE TRIGGER copy AFTER INSERT ON thing
                BEGIN INSERT INTO copied VALUES (new.id); END;
            INSERT INTO thing VALUES (7);
            """)
        let query = try Statement("SELECT count(*) FROM copied", on: connection)
        #expect(try query.step())
        #expect(query.integer(at: 0) == 0)
    }

    @Test(arguments: [
        ("synchronous", 2), ("mmap_size", 0), ("trusted_schema", 0), ("cell_size_check", 1),
        ("secure_delete", 1), ("foreign_keys", 1), ("temp_store", 2), ("wal_autocheckpoint", 0),
    ])
    func `the settings are in force`(_ name: String, _ value: Int64) throws {
        let directory = try TemporaryDirectory()
        let connection = try hardened(directory)
        #expect(try connection.pragmaInteger(name) == value)
        #expect(try connection.pragmaText("journal_mode") == "wal")
        #expect(try connection.pragmaText("locking_mode") == "exclusive")
    }

    @Test func `an emptied log holds nothing, and the data is in the file`() throws {
        let directory = try TemporaryDirectory()
        let connection = try hardened(directory)
        try connection.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY, text TEXT) STRICT")
        try connection.execute("INSERT INTO thing VALUES (1, 'a very plain canary')")
        #expect(connection.logPageCount > 0)
        let canary = Data("a very plain canary".utf8)
        #expect(try directory.contents()["test.db-wal"]?.range(of: canary) != nil)
        try connection.execute("DELETE FROM thing")
        try connection.checkpoint(emptying: true)
        #expect(connection.logPageCount == 0)
        let contents = try directory.contents()
        #expect(contents["test.db-wal"]?.isEmpty == true)
        #expect(contents["test.db"]?.range(of: canary) == nil)
    }
}
