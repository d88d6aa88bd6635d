import Foundation

/// The built programs; they stand in the directory that the tests were built into.
enum Programs {
    struct Missing: Error, CustomStringConvertible {
        let name: String
        var description: String { "\(name) was not built beside the tests: swift build first" }
    }

    static func daemon() throws -> String { try path("strongroomd") }
    static func commandLine() throws -> String { try path("strongroom") }
    static func bench() throws -> String { try path("strongroom-bench") }

    /// The first directory above the running tests that holds the daemon.
    static let directory: String? = {
        let bundles = CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
        let starts = (["/proc/self/exe"] + bundles).map {
            URL(filePath: $0).resolvingSymlinksInPath().deletingLastPathComponent()
        }
        return starts.lazy.compactMap(holder).first
    }()

    private static func holder(above start: URL) -> String? {
        var directory = start
        while directory.path.count > 1 {
            let program = directory.appending(path: "strongroomd").path
            if FileManager.default.isExecutableFile(atPath: program) { return directory.path }
            directory.deleteLastPathComponent()
        }
        return nil
    }

    private static func path(_ name: String) throws -> String {
        let path = (directory ?? "") + "/" + name
        guard directory != nil, FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(name: name)
        }
        return path
    }
}
