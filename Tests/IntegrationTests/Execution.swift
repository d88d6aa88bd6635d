import Foundation
import Linux

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
        try SignalMask.withNothingBlocked { try process.run() }
    }

    func signal(_ number: Int32) { kill(pid, number) }

    /// One that does not end is ended, so that its test fails rather than all of them stand still.
    func wait() throws -> Execution {
        let deadline = SystemTime.monotonicNanoseconds() + 120_000_000_000
        while process.isRunning {
            if SystemTime.monotonicNanoseconds() > deadline { signal(SIGKILL) }
            SystemTime.sleep(milliseconds: 2)
        }
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

/// A child inherits what its starter's thread blocks, and the tests run on threads that block most
/// signals: SIGTERM would never arrive.
enum SignalMask {
    static func withNothingBlocked<R>(_ body: () throws -> R) rethrows -> R {
        var none = sigset_t()
        var before = sigset_t()
        _ = unsafe sigemptyset(&none)
        _ = unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try body()
    }
}
