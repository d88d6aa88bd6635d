import Foundation
import Linux
import StrongroomClient
import Testing

/// A vault of one test's own with the programs that use it; paths are short, for sockets.
final class Site {
    let root: String
    private(set) var daemon: ChildProcess?
    private var runCount = 0

    var data: String { root + "/data" }
    var run: String { root + "/run" }
    var keyFile: String { root + "/master.key" }
    /// The daemon's two streams, of all its lives.
    var logs: String { root + "/daemon" }
    var unseal: String { "key-file:" + keyFile }

    private init() throws {
        root = "/tmp/sr-" + UUID().uuidString.prefix(8).lowercased()
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
    }

    /// A place without a vault; whatever is left of it goes when the body is done.
    static func empty<R>(_ body: (Site) throws -> R) throws -> R {
        let site = try Site()
        defer { site.clear() }
        return try body(site)
    }

    /// A vault that is not served.
    static func stopped<R>(_ body: (Site) throws -> R) throws -> R {
        try empty { site in
            let made = try site.strongroom("init", "--data", site.data, "--unseal", site.unseal)
            try #require(made.status == 0, "\(made.errorText)")
            return try body(site)
        }
    }

    /// A vault and its daemon.
    static func serving<R>(_ flags: [String] = [], _ body: (Site) throws -> R) throws -> R {
        try stopped { site in
            try site.start(flags)
            return try body(site)
        }
    }

    private func clear() {
        if let daemon, daemon.isRunning {
            daemon.signal(SIGKILL)
            // It is over; how it ended is of no interest here.
            _ = try? daemon.wait()
        }
        // What cannot be removed is left to the system's own cleaning.
        try? FileManager.default.removeItem(atPath: root)
    }
}

extension Site {
    /// Runs the command line to its end; it finds the daemon of this place.
    @discardableResult
    func strongroom(
        _ arguments: String..., input: String? = nil, environment: [String: String] = [:]
    ) throws -> Execution {
        try execute(Programs.commandLine(), arguments, input: input, environment: environment)
    }

    func execute(
        _ program: String, _ arguments: [String], input: String? = nil,
        environment: [String: String] = [:]
    ) throws -> Execution {
        runCount += 1
        let defaults = ["STRONGROOM_SOCKET": run + "/admin.sock"]
        return try ChildProcess(
            program, arguments, in: root, streams: "\(root)/run-\(runCount)",
            environment: defaults.merging(environment) { $1 },
            input: input.map { Data($0.utf8) }
        ).wait()
    }

    /// Runs a daemon that is expected to end by itself.
    func strongroomd(_ arguments: [String]) throws -> Execution {
        try execute(Programs.daemon(), arguments)
    }

    /// Returns when the daemon verifies.
    func start(_ flags: [String] = []) throws {
        try start(
            Programs.daemon(), ["--data", data, "--run", run, "--unseal", unseal] + flags)
    }

    func start(_ program: String, _ arguments: [String]) throws {
        let child = try ChildProcess(program, arguments, in: root, streams: logs)
        daemon = child
        let deadline = SystemTime.monotonicNanoseconds() + 30_000_000_000
        while SystemTime.monotonicNanoseconds() < deadline, child.isRunning {
            if isHealthy { return }
            SystemTime.sleep(milliseconds: 5)
        }
        throw NotServing(log: try log())
    }

    struct NotServing: Error {
        let log: String
    }

    private var isHealthy: Bool {
        // Not yet there is what is waited out.
        (try? gateway.connection.request(.get, "/healthz").status) == 200
    }

    /// Ends the daemon and waits for it.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) throws -> Execution {
        let child = try #require(daemon)
        child.signal(signal)
        defer { daemon = nil }
        return try child.wait()
    }

    func log() throws -> String { try String(contentsOfFile: logs + ".err", encoding: .utf8) }

    var gateway: GatewayClient { GatewayClient(Connection(path: run + "/gateway.sock")) }
    var admin: Connection { Connection(path: run + "/admin.sock") }
    var operators: OperatorClient { OperatorClient(admin) }

    func manager(_ token: SecretText) -> ManagementClient {
        ManagementClient(admin, bearer: token)
    }

    func setMode(_ mode: Int, of path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// A file for its owner's eyes only.
    func file(_ name: String, _ content: String) throws -> String {
        let path = root + "/" + name
        let made = FileManager.default.createFile(
            atPath: path, contents: Data(content.utf8), attributes: [.posixPermissions: 0o600])
        try #require(made)
        return path
    }
}

extension SecretText {
    /// For tests only, whose secrets are worth nothing.
    var clear: String {
        withBytes { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
    }

    convenience init(_ text: String) {
        var bytes = Array(text.utf8)
        self.init(taking: &bytes)
    }
}
