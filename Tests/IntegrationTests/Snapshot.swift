import Foundation

/// Every file below a directory, byte for byte; for "nothing was touched".
struct Snapshot {
    private let contents: [String: Data]

    init(_ directory: String) throws {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: directory) {
            contents[name] = FileManager.default.contents(atPath: directory + "/" + name) ?? Data()
        }
        self.contents = contents
    }

    var names: [String] { contents.keys.sorted() }

    /// What has come, gone or changed; a lock file of no bytes, and streams of this very run, do
    /// not count.
    func changes(in directory: String) throws -> [String] {
        let now = try Snapshot(directory).contents
        return Set(contents.keys).union(now.keys).filter { contents[$0] != now[$0] }
            .filter { !$0.hasPrefix("run-") && !($0 == "lock" && now[$0] == Data()) }.sorted()
    }
}
