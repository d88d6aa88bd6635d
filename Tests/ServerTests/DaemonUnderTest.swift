import Audit
import Crypto
import Foundation
import Glibc
import Linux
import Server
import Store
import Support
import Synchronization
import Testing
package import Vault

extension SQLiteStore: MaintainedStore {}

extension MemoryStore: MaintainedStore {
    package func setSyncsOnCommit(_ syncs: Bool) throws(StoreError) {
        room.syncsOnCommit = syncs
    }

    package func checkpointIfLarge() throws(StoreError) {}
    package func takeReserve() throws(StoreError) -> Bool { room.isThere }
    package func giveUpReserve() throws(StoreError) { room.giveUpReserve() }
}

/// The real daemon in this process, over a vault of its own, spoken to through its sockets.
final class DaemonUnderTest: Sendable {
    enum Engine: Sendable {
        case sqlite
        /// A store in memory, which the test can fill up.
        case memory(Room)
    }

    /// What a test sets before the daemon starts.
    struct Options: Sendable {
        var engine = Engine.sqlite
        var configuration = Self.standardConfiguration
        var introspection = IntrospectionPolicy()
        /// What the daemon is given in place of the directory of segments.
        var files: @Sendable (SegmentDirectory) -> any SegmentFiles & Sendable = { $0 }
        /// What an operator has accepted.
        var rollback: Rollback?

        /// One release at a time goes the way that it goes where many wait.
        private static var standardConfiguration: Configuration {
            var configuration = Configuration(ownUID: ProcessHygiene.ownUID)
            configuration.limits.openedAsideCountMin = 1
            return configuration
        }
    }

    let clock = FixedClock()
    let ledger = Ledger()
    let directory: TemporaryDirectory
    private let ending = AskedEnding()
    private let thread: Linux.Thread
    private let outcome: Outcome

    /// Runs the body with a daemon, holds the audit log against what was answered, and stops it.
    static func run(
        _ options: Options = Options(), isAudited: Bool = true,
        _ body: (DaemonUnderTest) throws -> Void
    ) throws {
        let daemon = try DaemonUnderTest(options)
        do {
            try body(daemon)
            if isAudited { try daemon.expectCompleteAudit() }
        } catch {
            try daemon.stop()
            throw error
        }
        try daemon.stop()
    }

    private init(_ options: Options) throws {
        directory = try TemporaryDirectory()
        let (outcome, ending, clock) = (Outcome(), ending, clock)
        self.outcome = outcome
        var configuration = options.configuration
        configuration.data = directory.file("data")
        configuration.run = directory.path
        let settled = configuration
        thread = try Linux.Thread("store") {
            do {
                let daemon = try Self.assemble(settled, options, clock)
                try daemon.run(until: ending) { outcome.settle(nil) }
                outcome.settle(nil)
            } catch {
                outcome.settle(error)
            }
        }
        try outcome.wait()
    }

    private static func assemble(
        _ configuration: Configuration, _ options: Options, _ clock: FixedClock
    ) throws -> Daemon {
        let new = try VaultDirectory.create(
            at: configuration.data, entropy: SystemEntropy(), clock: clock,
            passphrases: NoPassphrase())
        let opened = try VaultDirectory.open(
            at: configuration.data, unseal: .standard(for: new.directory.path),
            passphrases: NoPassphrase())
        let store: any MaintainedStore
        switch options.engine {
        case .sqlite: store = opened.store
        case .memory(let room): store = MemoryStore(vault: opened.ring.vault, room: room)
        }
        let log = try AuditLog(
            storage: store, signing: opened.ring.auditSigning, origin: opened.ring.auditOrigin)
        let vault = try Vault(
            store: store, ring: opened.ring, clock: clock, entropy: SystemEntropy(),
            lifetimes: configuration.lifetimes, catalogue: .small,
            cache: TokenCache(byteCount: configuration.cacheBytes),
            rowByteCount: configuration.cacheBytes / 8)
        let facts = DaemonFacts(
            version: "test", startedAt: clock.now(), durability: "disk", landlock: "-",
            seccomp: "-")
        let sockets = try Sockets(
            in: configuration.run, withManagement: configuration.management != nil,
            descriptorsMax: 4096)
        let parts = Daemon.Parts(
            vault: vault, store: store, files: options.files(opened.segments), log: log,
            facts: facts,
            introspection: options.introspection, anchor: opened.anchor,
            rollback: options.rollback)
        return try Daemon(configuration, parts, sockets)
    }

    /// As SIGTERM does.
    func askToEnd() { ending.ask() }

    /// Returns when the daemon has ended.
    func stop() throws {
        askToEnd()
        thread.join()
        try outcome.wait()
    }

    /// For what the daemon does by itself; nothing is asserted of how long it takes.
    func waitAMoment() { _ = usleep(10_000) }

    /// Until what the daemon does by itself has come about.
    func wait(until isSo: () throws -> Bool) throws {
        for _ in 0..<3000 {
            if try isSo() { return }
            waitAMoment()
        }
        Issue.record("it did not come about")
    }

    /// A store that was full is tried again once a second.
    func waitUntilHealthy() throws {
        var status = 503
        for _ in 0..<400 where status != 200 {
            status = try ask(.gateway, Ask("GET", "/healthz")).status
            if status != 200 { waitAMoment() }
        }
        #expect(status == 200)
    }

    func path(_ surface: Surface) -> String { directory.file("\(surface.rawValue).sock") }

    func connect(_ surface: Surface, timeoutSeconds: Int = 10) throws -> RawConnection {
        try RawConnection(path(surface), ledger: ledger, timeoutSeconds: timeoutSeconds)
    }
}

/// The standard source takes descriptor 3 over, which is somebody else's in a test.
struct NoPassphrase: PassphraseSource {
    func passphrase(isNew: Bool) throws(VaultDirectoryError) -> Secret {
        throw .unseal("a test has no passphrase")
    }
}

/// The test's own word instead of a signal, which would end the test.
private final class AskedEnding: Ending {
    private let semaphore = DispatchSemaphore(value: 0)

    func ask() { semaphore.signal() }
    func wait() { semaphore.wait() }
}

/// How the daemon's thread is doing: serving, ended, or failed.
private final class Outcome: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    /// Guards the error, which is written on the daemon's thread.
    private let failure = Mutex<(any Error)?>(nil)

    func settle(_ error: (any Error)?) {
        failure.withLock { $0 = error }
        semaphore.signal()
    }

    func wait() throws {
        semaphore.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
