import Foundation
import Testing

/// The `sqlite3` program, which stands for whoever writes a stopped vault's database.
struct DatabaseEngine {
    private static let program = "/usr/bin/sqlite3"
    static let isPresent = FileManager.default.isExecutableFile(atPath: program)

    let site: Site
    /// The vault's directory, or a copy of it.
    let data: String

    init(_ site: Site, data: String? = nil) {
        self.site = site
        self.data = data ?? site.data
    }

    func query(_ sql: String) throws -> String {
        let ended = try site.execute(Self.program, ["-batch", data + "/strongroom.db", sql])
        try #require(ended.status == 0, "\(ended.errorText)")
        return ended.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A change that does change something.
    func change(_ sql: String) throws {
        let count = try query(sql + "; SELECT total_changes()")
        try #require(count != "0")
    }

    func bytes(_ sql: String) throws -> [UInt8] {
        let digits = Array(try query(sql))
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
    }
}
