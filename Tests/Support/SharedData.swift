package import Foundation

/// Test data that is kept beside the repository, not in it.
package enum SharedData {
    package static let directory = root.deletingLastPathComponent().appending(path: "shared/data")

    /// The repository; this file is two directories below it.
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    package static func has(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: directory.appending(path: path).path)
    }

    package static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: directory.appending(path: path)))
    }

    package static func fileNames(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.appending(path: path).path)
            .sorted()
    }
}
