import Foundation

/// One program that was run to its end, and what it wrote.
struct Execution {
    let status: Int32
    /// Whether a signal of that number ended it.
    let isSignalled: Bool
    let output: Data
    let errors: Data

    var text: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// A program with its streams in files: nothing it writes is lost, and no pipe can fill up.
final class ChildProcess {
    private let process = Process()
    private let outputPath: String
    private let errorPath: String

    var pid: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// - Parameters:
    ///   - streams: where `.out` and `.err` are appended to.
    ///   - input: the bytes of standard input; it is empty without them.
    init(
        _ program: String, _ arguments: [String], in directory: String, streams: String,
        environment: [String: String] = [:], input: Data? = nil
    ) throws {
        (outputPath, errorPath) = (streams + ".out", streams + ".err")
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: directory)
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        process.standardOutput = try Self.appending(outputPath)
        process.standardError = try Self.appending(errorPath)
        process.standardInput = FileHandle.nullDevice
        if let input {
            let path = streams + ".in"
            try Self.write(input, path)
            process.standardInput = FileHandle(forReadingAtPath: path)
        }
        try process.run()
    }

    func signal(_ number: Int32) { kill(pid, number) }

    func wait() throws -> Execution {
        process.waitUntilExit()
        return Execution(
            status: process.terminationStatus,
            isSignalled: process.terminationReason == .uncaughtSignal,
            output: try Data(contentsOf: URL(filePath: outputPath)),
            errors: try Data(contentsOf: URL(filePath: errorPath)))
    }

    private static func appending(_ path: String) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: path) { try write(Data(), path) }
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.seekToEnd()
        return handle
    }

    private static func write(_ content: Data, _ path: String) throws {
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard
            FileManager.default.createFile(
                atPath: path, contents: content, attributes: attributes)
        else { throw CocoaError(.fileWriteUnknown) }
    }
}
