package import Audit
package import Linux
package import Vault

/// The daemon put together: sockets, loops, the jobs' thread, and the store's owner on the thread
/// that calls `run`.
package final class Daemon {
    /// What was opened before anything could be served.
    package struct Parts {
        package let vault: Vault
        package let store: any MaintainedStore
        package let files: any SegmentFiles & Sendable
        package let log: AuditLog
        package let facts: DaemonFacts
        package let introspection: IntrospectionPolicy
        package let anchor: any RollbackAnchor
        /// What the operator accepted, to be recorded before anything is served.
        package let rollback: Rollback?

        package init(
            vault: Vault, store: any MaintainedStore, files: any SegmentFiles & Sendable,
            log: AuditLog, facts: DaemonFacts, introspection: IntrospectionPolicy,
            anchor: any RollbackAnchor, rollback: Rollback? = nil
        ) {
            self.anchor = anchor
            self.rollback = rollback
            self.vault = vault
            self.store = store
            self.files = files
            self.log = log
            self.facts = facts
            self.introspection = introspection
        }
    }

    private let configuration: Configuration
    private let parts: Parts
    private let published: Published
    private let storeMailbox: Mailbox<StoreMessage>
    private let jobMailbox: Mailbox<JobMessage>
    private let contexts: [LoopContext]

    package init(
        _ configuration: Configuration, _ parts: Parts, _ sockets: Sockets
    ) throws {
        self.configuration = configuration
        self.parts = parts
        published = Published(epoch: parts.vault.standing.epoch)
        storeMailbox = try Mailbox()
        jobMailbox = try Mailbox()
        contexts = try Self.contexts(configuration, parts, sockets, published, storeMailbox)
    }

    private static func contexts(
        _ configuration: Configuration, _ parts: Parts, _ sockets: Sockets,
        _ published: Published, _ store: Mailbox<StoreMessage>
    ) throws -> [LoopContext] {
        var contexts: [LoopContext] = []
        func add(
            _ surface: Surface, _ listener: Listener, _ peers: PeerPolicy,
            _ places: ConnectionPlaces
        ) throws {
            contexts.append(
                LoopContext(
                    index: contexts.count, surface: surface, listener: listener,
                    mailbox: try Mailbox(), store: store, cache: parts.vault.cache,
                    ring: parts.vault.ring, published: published, peers: peers,
                    limits: configuration.limits, clock: parts.vault.clock,
                    entropy: parts.vault.entropy, places: places))
        }
        let places = ConnectionPlaces(max: sockets.gatewayConnectionsMax(configuration))
        for _ in 0..<configuration.ioThreads {
            try add(.gateway, sockets.gateway, configuration.gateways, places)
        }
        let adminMax = configuration.limits.adminConnectionsMax
        try add(.admin, sockets.admin, configuration.operators, ConnectionPlaces(max: adminMax))
        if let listener = sockets.management, let peers = configuration.management {
            try add(.management, listener, peers, ConnectionPlaces(max: adminMax))
        }
        return contexts
    }

    /// Serves until SIGTERM or SIGINT.
    ///
    /// - Parameter signals: blocked already, before any thread was started.
    package func run(
        signals: consuming SignalSource, whenServing: () -> Void
    ) throws {
        try run(until: SignalEnding(signals), whenServing: whenServing)
    }

    /// Serves until it is asked to end; everything acknowledged is on disk when it returns.
    ///
    /// - Parameter whenServing: called once, when the sockets are answered.
    package func run(until ending: any Ending, whenServing: () -> Void) throws {
        let desk = AuditDesk(
            log: parts.log, storage: parts.store, files: parts.files, published: published,
            facts: parts.facts, introspection: parts.introspection,
            injectors: configuration.inject)
        let side = try SideWork(store: storeMailbox)
        let owner = try StoreThread(
            vault: parts.vault, store: parts.store, desk: desk, mailbox: storeMailbox,
            loops: contexts.map(\.mailbox), jobs: jobMailbox, side: side,
            anchoring: Anchoring(anchor: parts.anchor), durability: configuration.durability,
            limits: configuration.limits)
        parts.vault.mintLimits = configuration.limits.mints
        let loops = try contexts.map(Self.start)
        let jobs = try startJobs()
        let stopper = Stopper(
            ending: ending, contexts: contexts, loops: loops, jobs: jobs,
            jobMailbox: jobMailbox, side: side, store: storeMailbox, published: published)
        let watch = try Thread("ending") { stopper.run() }
        try owner.run(accepting: parts.rollback, whenServing: whenServing)
        watch.join()
    }

    private static func start(_ context: LoopContext) throws -> Thread {
        try Thread("\(context.surface.rawValue)-\(context.index)") {
            do {
                try Loop(context).run()
            } catch {
                // Its connections would wait for ever; what was acknowledged is on disk.
                fatalError("an I/O loop failed and cannot go on: \(error)")
            }
        }
    }

    private func startJobs() throws -> Thread {
        let (mailbox, store) = (jobMailbox, storeMailbox)
        let (loops, files, published) = (contexts.map(\.mailbox), parts.files, published)
        return try Thread("jobs") {
            do {
                try JobThread(
                    mailbox: mailbox, store: store, loops: loops, files: files,
                    published: published
                ).run()
            } catch {
                // Segments and searches would never end; what was acknowledged is on disk.
                fatalError("the jobs' thread failed and cannot go on: \(error)")
            }
        }
    }
}

/// The listening sockets, made before the process is confined.
package struct Sockets {
    package let gateway: Listener
    package let admin: Listener
    package let management: Listener?
    private let descriptorsMax: Int

    package init(in directory: String, withManagement: Bool, descriptorsMax: Int) throws(Errno) {
        gateway = Listener(try UnixSocket.listen(at: directory + "/gateway.sock", mode: 0o660))
        admin = Listener(try UnixSocket.listen(at: directory + "/admin.sock", mode: 0o660))
        management =
            withManagement
            ? Listener(try UnixSocket.listen(at: directory + "/management.sock", mode: 0o660))
            : nil
        self.descriptorsMax = descriptorsMax
    }

    /// What is left for the gateway's side when the others have theirs.
    func gatewayConnectionsMax(_ configuration: Configuration) -> Int {
        let limits = configuration.limits
        let turnedAway = ServerLimits.turnedAwayMax * (configuration.ioThreads + 2)
        let left =
            descriptorsMax - 2 * limits.adminConnectionsMax - turnedAway
            - ServerLimits.reservedDescriptors
        return max(16, min(limits.gatewayConnectionsMax, left))
    }
}

/// Ends the daemon in order: no new connections, answers out, jobs done, the log closed.
private final class Stopper: Sendable {
    private let ending: any Ending
    private let contexts: [LoopContext]
    private let loops: [Thread]
    private let jobs: Thread
    private let jobMailbox: Mailbox<JobMessage>
    private let side: SideWork
    private let store: Mailbox<StoreMessage>
    private let published: Published

    init(
        ending: any Ending, contexts: [LoopContext], loops: [Thread], jobs: Thread,
        jobMailbox: Mailbox<JobMessage>, side: SideWork,
        store: Mailbox<StoreMessage>, published: Published
    ) {
        self.ending = ending
        self.contexts = contexts
        self.loops = loops
        self.jobs = jobs
        self.jobMailbox = jobMailbox
        self.side = side
        self.store = store
        self.published = published
    }

    func run() {
        ending.wait()
        published.isDraining = true
        for context in contexts { context.mailbox.post(.drain) }
        store.post(.drain)
        for loop in loops { loop.join() }
        jobMailbox.post(.stop)
        jobs.join()
        side.stop()
        store.post(.stop)
    }
}
