import Crypto
import Schema
import SQLite
import Store
import Support
import Testing
import Vault

/// A database that is not as this program's migrations make it is not opened.
@Suite struct `A foreign database` {
    private func expectForeign(
        _ what: String, _ harm: (Connection) throws -> Void
    ) throws {
        let copy = try Populated().harmed(harm)
        let before = try copy.directory.contents()
        guard case .alarm(.foreign(let sentence)) = copy.read([]) else {
            Issue.record("not refused: \(what)")
            return
        }
        #expect(sentence.contains(": "), "the sentence says what to do")
        #expect(try copy.directory.contents() == before, "touched: \(what)")
    }

    @Test(arguments: [
        "CREATE TRIGGER revive AFTER UPDATE ON token BEGIN DELETE FROM census; END",
        "CREATE VIEW everything AS SELECT * FROM token",
        "CREATE INDEX extra ON token (fullname)",
        "CREATE TABLE extra (x INTEGER) STRICT",
        "ALTER TABLE token ADD COLUMN extra INTEGER",
        "ALTER TABLE account RENAME COLUMN labels TO badges",
        "DROP INDEX token_of_parent",
        "DROP TABLE remembered",
        "DROP TABLE migration",
        "PRAGMA application_id = 7",
    ])
    func `a schema that something else has changed is refused`(_ sql: String) throws {
        try expectForeign(sql) { try $0.execute(sql) }
    }

    @Test(arguments: [
        "UPDATE migration SET sha256 = zeroblob(32)", "UPDATE migration SET name = 'other'",
        "UPDATE migration SET number = 99 WHERE number = 1", "DELETE FROM migration",
        "INSERT INTO migration VALUES (99, 'from-the-future', x'00')",
    ])
    func `migrations that this program does not know are refused`(_ sql: String) throws {
        try expectForeign(sql) { try $0.execute(sql) }
    }

    @Test func `a migration whose text was edited afterwards is refused`() throws {
        let populated = try Populated()
        let edited = Migration.shipped.map { migration in
            Migration(
                number: migration.number, name: migration.name,
                sql: migration.sql + Array("-- a remark\n".utf8))
        }
        #expect {
            _ = try SQLiteStore(
                opening: populated.path, ring: populated.ring, migrations: edited)
        } throws: { error in
            guard case .foreign = error as? StoreError else { return false }
            return true
        }
    }

    @Test func `a new migration is applied, once`() throws {
        let populated = try Populated()
        let next = Migration(
            number: 99, name: "notes",
            sql: Array("CREATE TABLE note (id INTEGER PRIMARY KEY) STRICT;".utf8))
        let migrations = Migration.shipped + [next]
        for _ in 0..<2 {
            let store = try SQLiteStore(
                opening: populated.path, ring: populated.ring, migrations: migrations)
            #expect(try store.counts().organizations == 3)
        }
        // The program from before the migration no longer opens it.
        let copy = HarmedCopy(directory: populated.directory, ring: populated.ring)
        guard case .alarm(.foreign) = copy.read([]) else {
            Issue.record("an older program opened a newer database")
            return
        }
    }

    @Test func `a migration that fails leaves the database as it was`() throws {
        let populated = try Populated()
        let broken = Migration(
            number: Migration.shipped.count + 1, name: "broken",
            sql: Array("CREATE TABLE note (id INTEGER PRIMARY KEY) STRICT; SELECT nothing;".utf8))
        #expect(throws: StoreError.self) {
            _ = try SQLiteStore(
                opening: populated.path, ring: populated.ring,
                migrations: Migration.shipped + [broken])
        }
        let store = try SQLiteStore(opening: populated.path, ring: populated.ring)
        #expect(try store.counts().tokens == 6)
    }

    @Test func `an upgrade over several versions that is cut short can be begun anew`() throws {
        let populated = try Populated()
        let tenants = try populated.tenants()
        let old = try populated.harmed { try $0.takeRegisterAway() }
        let path = old.directory.file("strongroom.db")
        let broken = Migration(
            number: Migration.shipped.count + 1, name: "broken", sql: Array("SELECT nothing".utf8))
        #expect(throws: StoreError.self) {
            _ = try SQLiteStore(
                opening: path, ring: old.ring, migrations: Migration.shipped + [broken])
        }
        #expect(old.read(tenants) { try $0.checkRows() } == .missing(0))
    }

    @Test func `an integration's deletion does not look at all of its account's tokens`() throws {
        let populated = try Populated()
        let connection = try Connection(.file(populated.path))
        let plan = try Statement(
            "EXPLAIN QUERY PLAN DELETE FROM token "
                + "WHERE organization = ?1 AND +account = ?2 AND integration = ?3", on: connection)
        #expect(try plan.step())
        #expect(
            plan.text(at: 3).contains("token_of_integration (organization=? AND integration=?)"))
    }

    @Test func `the database of another vault is refused`() throws {
        let (mine, other) = (try Populated(), try Populated(seed: 29))
        let before = try other.directory.contents()
        let copy = HarmedCopy(directory: other.directory, ring: mine.ring)
        // The other vault's rows do not even fit this vault's keys.
        #expect(copy.read([]).isTamperAlarm)
        #expect(try other.directory.contents() == before)
    }

    @Test func `a second connection is kept out`() throws {
        let populated = try Populated()
        let first = try SQLiteStore(opening: populated.path, ring: populated.ring)
        #expect {
            _ = try SQLiteStore(opening: populated.path, ring: populated.ring)
        } throws: { error in
            guard case .failed(let code) = error as? StoreError else { return false }
            return SQLiteError(extendedCode: code).isBusy
        }
        #expect(try first.counts().organizations == 3)
    }
}
