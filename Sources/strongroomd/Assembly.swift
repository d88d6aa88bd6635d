import Audit
import Crypto
import Linux
import Schema
import Server
import Store
import Vault

extension SQLiteStore: MaintainedStore {}

/// Opens the vault, makes the sockets, confines the process, and serves.
enum Assembly {
    /// A sentence for the operator.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let secretByteCountMax = 4096

    static func run(_ configuration: Configuration, acceptsRollback: Bool) throws {
        let method = try unsealMethod(configuration)
        let opened = try VaultDirectory.open(
            at: configuration.data, unseal: method, acceptsRollback: acceptsRollback)
        if let warning = method.warning(for: configuration.data) { say(warning) }
        let introspection = try introspectionPolicy(configuration)
        let descriptorsMax = ProcessHygiene.raiseFileLimit()
        let sockets = try makeSockets(configuration, descriptorsMax)
        // First the reserve, so that the log takes none of it; whether it is whole is asked later.
        _ = try opened.store.takeReserve()
        try opened.store.makeLogRoom()
        // Blocked before any thread starts, so that every thread inherits it.
        let signals = try SignalSource([15, 2])
        let landlock = Sandbox.confineFiles(
            writable: [opened.directory.path, configuration.run])
        let seccomp = Sandbox.confineCalls()
        say("landlock \(landlock.text), seccomp \(seccomp.text)")
        let parts = try makeParts(configuration, opened, introspection, landlock, seccomp)
        let daemon = try Daemon(configuration, parts, sockets)
        do {
            try daemon.run(signals: signals) { announce(configuration) }
        } catch {
            // At once: whatever is let go of on the way out could write again.
            say("\(error)")
            ProcessHygiene.exitAtOnce(1)
        }
        for name in ["gateway.sock", "admin.sock", "management.sock"] {
            // A socket file that is gone already is as it should be.
            try? DurableFile.remove(configuration.run + "/" + name)
        }
        say("stopped")
    }

    private static func unsealMethod(_ configuration: Configuration) throws -> UnsealMethod {
        guard let text = configuration.unseal else { return .standard(for: configuration.data) }
        guard let method = UnsealMethod(text) else {
            throw Failure(
                description: "--unseal is key-file:PATH, credential:NAME or passphrase")
        }
        return method
    }

    private static func makeSockets(
        _ configuration: Configuration, _ descriptorsMax: Int
    ) throws -> Sockets {
        let run = configuration.run
        do {
            try DurableFile.makeDirectory(run, mode: 0o750)
            if let status = try FileStatus.of(run), status.permissions & 0o002 != 0 {
                throw Failure(
                    description: "anybody may write in \(run): chmod it to 0750, others could take"
                        + " the sockets' places")
            }
            return try Sockets(
                in: run, withManagement: configuration.management != nil,
                descriptorsMax: descriptorsMax)
        } catch .nameTooLong as Errno {
            throw Failure(
                description: "\(run) is too long for a socket's path, which has at most"
                    + " \(UnixSocket.pathByteCountMax) bytes: choose a shorter --run")
        } catch let error as Errno {
            throw Failure(description: "no sockets in \(run): \(error)")
        }
    }

    private static func makeParts(
        _ configuration: Configuration, _ opened: OpenedVault, _ introspection: IntrospectionPolicy,
        _ landlock: Sandbox.State, _ seccomp: Sandbox.State
    ) throws -> Daemon.Parts {
        guard let catalogue = Catalogue(json: ProviderFile.bytes) else {
            throw Failure(description: "the shipped catalogue of providers cannot be read")
        }
        let clock = SystemClock()
        let log = try AuditLog(
            storage: opened.store, signing: opened.ring.auditSigning,
            origin: opened.ring.auditOrigin)
        let rowByteCount = configuration.cacheBytes / 8
        let vault = try Vault(
            store: opened.store, ring: opened.ring, clock: clock, entropy: SystemEntropy(),
            lifetimes: configuration.lifetimes, catalogue: catalogue,
            cache: TokenCache(byteCount: configuration.cacheBytes - rowByteCount),
            rowByteCount: rowByteCount)
        let facts = DaemonFacts(
            version: Version.text, startedAt: clock.now(),
            durability: configuration.durability.rawValue, landlock: landlock.text,
            seccomp: seccomp.text)
        return Daemon.Parts(
            vault: vault, store: opened.store, files: opened.segments, log: log, facts: facts,
            introspection: introspection, anchor: opened.anchor, rollback: opened.rollback)
    }

    private static func introspectionPolicy(
        _ configuration: Configuration
    ) throws -> IntrospectionPolicy {
        let clients = try configuration.introspectionClients.map { client in
            var bytes = try secretFile(client.secretFile)
            defer { bytes.wipe() }
            let end = bytes.last == 10 ? bytes.count - 1 : bytes.count
            let secret = try unsafe Secret(copying: bytes.span.bytes.extracting(0..<end))
            return IntrospectionClient(id: client.id, secret: secret)
        }
        return IntrospectionPolicy(
            clients: clients, revocationBound: configuration.revocationBound)
    }

    private static func secretFile(_ path: String) throws(Failure) -> [UInt8] {
        do {
            return try PrivateFile.read(path, byteCountMax: secretByteCountMax)
        } catch .openToOthers {
            throw Failure(description: "others may read \(path): chmod it to 0600")
        } catch {
            throw Failure(description: "\(path) cannot be read: \(error)")
        }
    }

    private static func announce(_ configuration: Configuration) {
        say("serving \(configuration.data) on \(configuration.run)/gateway.sock and admin.sock")
        guard let path = ProcessHygiene.environment("NOTIFY_SOCKET") else { return }
        do {
            try UnixSocket.notify("READY=1", to: path)
        } catch {
            say("the service manager could not be told: \(error)")
        }
    }

    private static func say(_ line: String) { ProcessHygiene.writeError("strongroomd: \(line)") }
}
