import Crypto
import Foundation
import SQLite
import Support
import Testing
import Vault

/// `schema/vectors/rows.json`: one row of each table and its MAC, for whoever reads the format.
///
/// Everything repeats itself from a seed; `STRONGROOM_WRITE_VECTORS=1` makes the file anew.
@Suite struct `Row vectors` {
    private static let file = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("schema/vectors/rows.json")

    @Test func `a row's MAC is what the vectors say`() throws {
        let populated = try Populated()
        let connection = try Connection(.file(populated.path))
        let tables = try Statement(
            """
            SELECT name FROM sqlite_schema
            WHERE type = 'table' AND name <> 'migration' AND name NOT LIKE 'sqlite_%' ORDER BY name
            """, on: connection)
        let key = try #require(populated.ring.rows[1]).key.withBytes { bytes in
            bytes.copied.map { String(format: "%02x", $0) }.joined()
        }
        var vectors: [[String: String]] = []
        while try tables.step() {
            var vector = try row(tables.text(at: 0), connection)
            vector["key"] = key
            vectors.append(vector)
        }
        let made = try JSONSerialization.data(
            withJSONObject: ["format": "schema/storage.md", "vectors": vectors],
            options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        if ProcessInfo.processInfo.environment["STRONGROOM_WRITE_VECTORS"] == "1" {
            try (made + Data("\n".utf8)).write(to: Self.file)
        }
        let kept = try JSONSerialization.jsonObject(with: Data(contentsOf: Self.file))
        let found = try JSONSerialization.jsonObject(with: made)
        #expect((kept as? NSDictionary) == (found as? NSDictionary))
        #expect(vectors.count == 18)
    }

    /// The first row: its columns in order but the last two, and its MAC.
    private func row(_ table: String, _ connection: Connection) throws -> [String: String] {
        let info = try Statement("PRAGMA table_info(\(table))", on: connection)
        var isNullable: [Bool] = []
        while try info.step() {
            isNullable.append(info.integer(at: 3) == 0 && info.integer(at: 5) == 0)
        }
        let query = try Statement("SELECT * FROM \(table) ORDER BY 1, 2 LIMIT 1", on: connection)
        #expect(try query.step())
        let columns = isNullable.indices.dropLast(2).map { index in
            (isNullable[index] ? "?" : "") + text(of: query, Int32(index))
        }
        return [
            "table": table, "columns": columns.joined(separator: " "),
            "mac": hex(query.blob(at: Int32(isNullable.count - 1))),
        ]
    }

    private func text(of row: Statement, _ column: Int32) -> String {
        switch row.type(at: column) {
        case .integer: "integer:\(row.integer(at: column))"
        case .text: "text:" + hex(row.blob(at: column))
        case .blob: "blob:" + hex(row.blob(at: column))
        case .null, .real: "null"
        }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String(format: "%02x", $0) }.joined()
    }
}
