import Crypto
import SQLite
import Store
import Support
import Testing
import Vault

/// Somebody who writes the database file gets nothing believed: I7, authentic state.
@Suite struct `Tampering with the database` {
    /// One column of one table, as the database itself lists it.
    struct Place: Hashable, CustomStringConvertible {
        let table: String
        let column: String
        var description: String { "\(table).\(column)" }
    }

    private func places(_ connection: Connection) throws -> [Place] {
        let query = try Statement(
            """
            SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
            """, on: connection)
        var places: [Place] = []
        while try query.step() {
            places.append(Place(table: query.text(at: 0), column: query.text(at: 1)))
        }
        return places
    }

    /// Another value of the same type: a number more, a bit less, a letter behind.
    private static let others: [(condition: String, value: String)] = [
        ("typeof(%) = 'integer'", "% + 1"),
        ("typeof(%) = 'integer'", "-1 - %"),
        ("typeof(%) = 'text'", "% || 'x'"),
        ("typeof(%) = 'text' AND length(%) > 0", "substr(%, 2)"),
        ("typeof(%) = 'blob' AND length(%) > 0", "zeroblob(length(%))"),
        ("typeof(%) = 'blob'", "CAST(% || x'00' AS BLOB)"),
        ("% IS NOT NULL", "NULL"),
        ("% IS NULL", "7"),
        ("% IS NULL", "'x'"),
        ("% IS NULL", "x'00000000000000000000000000000007'"),
    ]

    /// The rows take turns: what is in the third organization is as safe as in the first.
    private func changes(of place: Place) -> [String] {
        Self.others.enumerated().map { turn, other in
            let value = other.value.replacing("%", with: place.column)
            let rows = """
                FROM \(place.table) WHERE \(other.condition.replacing("%", with: place.column))
                AND \(place.column) IS NOT (\(value))
                """
            let pick = """
                SELECT * \(rows) ORDER BY 1
                LIMIT 1 OFFSET (\(turn) % max(1, (SELECT count(*) \(rows))))
                """
            return """
                UPDATE \(place.table) SET \(place.column) = \(value)
                WHERE (\(keys(place.table))) IN (SELECT \(keys(place.table)) FROM (\(pick)))
                """
        }
    }

    private func keys(_ table: String) -> String {
        switch table {
        case "migration": "number"
        case "standing", "census", "audit_head", "register_root": "id"
        case "register_bucket": "number"
        case "audit_batch": "first"
        case "organization": "id"
        case "account", "credential", "token", "integration_point", "member", "role":
            "organization, id"
        case "integration": "organization, account, id"
        case "key_pair": "organization, account, version"
        case "object_use": "organization, object, generation"
        case "use_history": "organization, token"
        case "remembered": "key"
        default: "a table that this test does not know"
        }
    }

    /// What no list leads to is asked for by the keys that the file has now: a row that was moved
    /// to another key must not be believed there.
    private func askByNewKeys(_ store: SQLiteStore, _ keys: NewKeys) throws {
        for key in keys.pairs {
            let owner = KeyOwner(
                organization: OrganizationID(key.organization),
                account: key.account == 0 ? nil : AccountID(key.account))
            if let version = UInt32(exactly: key.version) {
                _ = try store.keyPair(of: owner, version: version)
            }
            _ = try store.newestKeyPair(of: owner)
        }
        for key in keys.uses {
            guard let generation = UInt32(exactly: key.generation) else { continue }
            _ = try store.use(
                of: key.object, generation: generation, in: OrganizationID(key.organization))
        }
        for key in keys.histories {
            _ = try store.useHistory(
                of: TokenID(key.token), in: OrganizationID(key.organization))
        }
        for key in keys.answers { _ = try store.remembered(key) }
        for key in keys.credentials {
            let owner = KeyOwner(
                organization: OrganizationID(key.organization),
                account: key.account == 0 ? nil : AccountID(key.account))
            _ = try store.credential(CredentialID(key.id), in: owner)
        }
    }

    @Test func `no value of any column can be changed unnoticed`() throws {
        let populated = try Populated()
        let tenants = try populated.tenants()
        #expect(try populated.harmed { _ in }.read(tenants) == .missing(0))
        var places: [Place] = []
        _ = try populated.harmed { places = try self.places($0) }
        #expect(Set(places.map(\.table)).count == 19)
        var tried: [Place: Int] = [:]
        for place in places {
            for change in changes(of: place) {
                var isChanged = false
                var keys = NewKeys()
                let copy = try populated.harmed { connection in
                    // What the schema itself refuses cannot be written this way.
                    try? connection.execute(change)
                    isChanged = connection.totalChangedRowCount > 0
                    keys = try NewKeys(connection)
                }
                guard isChanged else { continue }
                tried[place, default: 0] += 1
                let outcome = copy.read(tenants) { try askByNewKeys($0, keys) }
                #expect(isNoticed(outcome, place), "\(place): \(outcome) after \(change)")
            }
        }
        #expect(places.allSatisfy { tried[$0, default: 0] > 0 })
    }

    /// A path that became no path at all takes its row out of reach, whoever asks: that is a
    /// deletion, which gives nobody anything.
    private func isNoticed(_ outcome: HarmedCopy.Outcome, _ place: Place) -> Bool {
        if outcome.isTamperAlarm { return true }
        guard paths[place.table]?.contains(place.column) == true else { return false }
        guard case .missing(let count) = outcome else { return false }
        return count > 0
    }

    /// What rows are found by and no list leads to.
    private let paths: [String: Set<String>] = [
        "account": ["organization"],
        "integration": ["organization"],
        "credential": ["organization"],
        "integration_point": ["organization"],
        "member": ["organization"],
        "role": ["organization"],
        "key_pair": ["organization", "account", "version"],
        "object_use": ["organization", "object", "generation"],
        "use_history": ["organization", "token"],
        "remembered": ["key"],
        "audit_batch": ["first"],
    ]

    @Test(arguments: [
        "account", "integration", "integration_point", "credential", "token", "key_pair",
        "object_use", "use_history", "member", "role",
    ])
    func `a row does not pass for another organization's`(_ table: String) throws {
        let populated = try Populated()
        let tenants = try populated.tenants()
        for (from, to) in [(0, 1), (1, 2), (2, 0)] {
            var keys = NewKeys()
            let copy = try populated.harmed { connection in
                let source = tenants[from].organization.id
                let target = tenants[to].organization.id
                let removal = try Statement(
                    "DELETE FROM \(table) WHERE organization = ?1", on: connection)
                try removal.bind(target.value, at: 1)
                try removal.run()
                let move = try Statement(
                    "UPDATE \(table) SET organization = ?2 WHERE organization = ?1",
                    on: connection)
                try move.bind(source.value, at: 1)
                try move.bind(target.value, at: 2)
                try move.run()
                #expect(connection.changedRowCount > 0)
                keys = try NewKeys(connection)
            }
            let outcome = copy.read(tenants) { try askByNewKeys($0, keys) }
            #expect(outcome.isTamperAlarm, "\(table): \(outcome)")
        }
    }

    @Test(arguments: [
        "account", "integration_point", "credential", "token", "key_pair", "member", "role",
    ])
    func `two rows do not exchange what they say`(_ table: String) throws {
        let populated = try Populated()
        let tenants = try populated.tenants()
        let fixed = ["organization", "id", "account", "version"]
        let copy = try populated.harmed { connection in
            let columns = try places(connection).filter { $0.table == table }.map(\.column)
                .filter { !fixed.contains($0) && $0 != "selector" && $0 != "name" }
            let list = columns.joined(separator: ", ")
            // Every row is given what the one before it says, with that row's own MAC.
            try connection.execute("CREATE TEMP TABLE old AS SELECT * FROM \(table)")
            try connection.execute(
                """
                UPDATE \(table) SET (\(list)) = (SELECT \(list) FROM old
                    WHERE old.organization > \(table).organization ORDER BY old.organization)
                WHERE organization = (SELECT min(organization) FROM old)
                """)
            #expect(connection.changedRowCount > 0)
        }
        #expect(copy.read(tenants).isTamperAlarm)
    }

    @Test(arguments: ["organization", "account", "integration", "credential", "token"])
    func `a row that was taken away is missed when all are looked at`(
        _ table: String
    ) throws {
        let populated = try Populated()
        let copy = try populated.harmed {
            try $0.execute("DELETE FROM \(table) WHERE rowid = 2")
        }
        let outcome = copy.read([]) { try $0.checkRows() }
        #expect(outcome == .alarm(.integrity(table: "census")))
        #expect(try populated.harmed { _ in }.read([]) { try $0.checkRows() } == .missing(0))
    }

    @Test func `a batch that was taken out of the log is missed`() throws {
        let populated = try Populated()
        for first in [0, 5] {
            let copy = try populated.harmed {
                try $0.execute("DELETE FROM audit_batch WHERE first = \(first)")
            }
            let outcome = copy.read([]) { try $0.checkRows() }
            #expect(outcome == .alarm(.integrity(table: "audit_batch")))
        }
    }

    @Test func `a selector that leads to another token is noticed`() throws {
        let populated = try Populated()
        let tenants = try populated.tenants()
        let (first, second) = (tenants[0].token.selector, tenants[1].token.selector)
        let copy = try populated.harmed { connection in
            try connection.execute("UPDATE token SET selector = CAST(selector || x'00' AS BLOB)")
            for (old, new) in [(first, second), (second, first)] {
                let move = try Statement(
                    "UPDATE token SET selector = ?2 WHERE selector = ?1", on: connection)
                try move.bind(old.bytes + [0], at: 1)
                try move.bind(new.bytes, at: 2)
                try move.run()
                #expect(connection.changedRowCount == 1)
            }
            try connection.execute(
                "UPDATE token SET selector = substr(selector, 1, 12) WHERE length(selector) = 13")
        }
        #expect(copy.read(tenants).isTamperAlarm)
    }

    @Test func `a row of another vault is not believed`() throws {
        let populated = try Populated()
        let other = try Populated(seed: 24)
        let copy = HarmedCopy(directory: populated.directory, ring: other.ring)
        #expect(copy.read([]) == .alarm(.integrity(table: "standing")))
    }
}

extension SelectorBytes {
    fileprivate var bytes: [UInt8] {
        (0..<12).map { UInt8(truncatingIfNeeded: number >> UInt128(88 - 8 * $0)) }
    }
}
