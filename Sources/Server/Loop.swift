import Audit
package import Crypto
package import Linux
package import Vault

/// A listening socket that loops can share.
package final class Listener: Sendable {
    package let socket: Descriptor

    package init(_ socket: consuming Descriptor) { self.socket = socket }
}

/// Everything that a loop is handed; nothing of it belongs to the loop alone.
package struct LoopContext: Sendable {
    package let index: Int
    package let surface: Surface
    package let listener: Listener
    package let mailbox: Mailbox<LoopMessage>
    package let store: Mailbox<StoreMessage>
    package let cache: TokenCache
    package let ring: KeyRing
    package let published: Published
    package let peers: PeerPolicy
    package let limits: ServerLimits
    package let clock: any Clock
    package let entropy: any Entropy
    package let connectionsMax: Int

    package init(
        index: Int, surface: Surface, listener: Listener, mailbox: Mailbox<LoopMessage>,
        store: Mailbox<StoreMessage>, cache: TokenCache, ring: KeyRing, published: Published,
        peers: PeerPolicy, limits: ServerLimits, clock: any Clock, entropy: any Entropy,
        connectionsMax: Int
    ) {
        self.index = index
        self.surface = surface
        self.listener = listener
        self.mailbox = mailbox
        self.store = store
        self.cache = cache
        self.ring = ring
        self.published = published
        self.peers = peers
        self.limits = limits
        self.clock = clock
        self.entropy = entropy
        self.connectionsMax = connectionsMax
    }
}

/// One I/O thread: reads, decides what it can from the cache, and sends what has become durable.
///
/// Law: no answer leaves before the batch that holds its record is on disk. A wake-up's decisions
/// are one batch; while it is being committed, the loop goes on with its other connections.
package final class Loop {
    let context: LoopContext
    var epoll: Epoll
    var connections: [Connection?] = []
    private var freeSlots: [Int] = []
    var openCount = 0
    /// What connections keep beyond what each may keep of its own.
    private var sharedByteCount = 0
    private var nextGeneration: UInt32 = 0
    var batch: Batch
    /// Connections that wait for the batch being built, and those of batches under way.
    var held: [Connection] = []
    private var underWay: [(number: UInt64, held: [Connection])] = []
    /// Connections that wait for a background job, by request.
    private var late: [UInt128: Connection] = [:]
    /// Read into and parsed in place; wiped after each use.
    var buffer = [UInt8](repeating: 0, count: ServerLimits.readByteCount)
    var presented: PresentedToken
    /// In place of the record of a selector that the cache does not know.
    let nobody: TokenRecord
    var identities = IdentityCache()
    var ids: RequestIDSource
    var refusals: RefusalMeter
    var tally = Tally()
    var now = Instant(microseconds: 0)
    var ticks: UInt64 = 0
    var date = DateField()
    private var lastSweep: UInt64 = 0
    private var isDraining = false
    private var isAcceptingPaused = false
    private var drainDeadline = UInt64.max

    private static let listenerKey = UInt64.max
    private static let wakeupKey = UInt64.max - 1

    /// What one wake-up counted; added to the shared counters once.
    struct Tally {
        var requests = 0
        var allowed = 0
        var denied = 0
        var misses = 0
        var malformed = 0
    }

    package init(_ context: LoopContext) throws {
        self.context = context
        epoll = try Epoll()
        presented = try PresentedToken()
        nobody = .nobody(epoch: context.ring.epoch)
        ids = RequestIDSource(entropy: context.entropy)
        refusals = RefusalMeter(recordedMax: context.limits.refusalsRecordedPerSecond)
        batch = Batch(loop: context.index, number: 1)
        try epoll.add(context.listener.socket, key: Self.listenerKey, for: .readable)
        try epoll.add(
            context.mailbox.wakeup.descriptor, key: Self.wakeupKey,
            for: [.readable, .edgeTriggered])
    }

    /// Serves until it was told to drain and has.
    package func run() throws {
        while !isFinished {
            // What was presented last would stay for as long as nobody asks again.
            presented.forget()
            let timeout: Int32 = context.mailbox.maySleep() ? 1000 : 0
            let count = try epoll.wait(milliseconds: timeout)
            readClocks()
            for index in 0..<count { react(to: epoll.ready(index)) }
            // First the work for the store's owner, who may be waiting, then the answers that he
            // has let go: sending them takes as long as he needs for a batch.
            submit()
            for message in context.mailbox.takeAll() { take(message) }
            submit()
            sweepOnceASecond()
        }
    }

    private var isFinished: Bool { isDraining && (openCount == 0 || ticks > drainDeadline) }

    private func readClocks() {
        now = context.clock.now()
        ticks = SystemTime.monotonicNanoseconds()
        date.set(now)
    }

    private func react(to event: (key: UInt64, readiness: Readiness)) {
        switch event.key {
        case Self.listenerKey: acceptAll()
        case Self.wakeupKey: break
        default:
            let slot = Int(event.key & 0xFFFF_FFFF)
            guard slot < connections.count, let connection = connections[slot],
                connection.key == event.key
            else { return }
            if !event.readiness.isDisjoint(with: .hangup) { connection.hasHungUp = true }
            if event.readiness.contains(.readable) || connection.hasHungUp {
                connection.isReadable = true
            }
            serve(connection)
        }
    }

    private func take(_ message: LoopMessage) {
        switch message {
        case .durable(let number, let answers): release(number, answers)
        case .failed(let number, let problem): fail(number, problem)
        case .late(let answer):
            guard let connection = late.removeValue(forKey: answer.requestID) else { return }
            finish(connection, with: answer)
            serve(connection)
        case .drain:
            isDraining = true
            drainDeadline = ticks + UInt64(context.limits.drainSeconds) * 1_000_000_000
            // Not having been in the set is the only way to fail, and does not matter.
            try? epoll.remove(context.listener.socket)
            for connection in connections.compactMap(\.self) where isAtRest(connection) {
                close(connection)
            }
        }
    }

    private func isAtRest(_ connection: Connection) -> Bool {
        !connection.isWaiting && connection.output.isEmpty && connection.phase == .idle
    }

    var mustClose: Bool { isDraining }

    // MARK: - Batches

    /// The connection's answers leave with the batch that is being built.
    func hold(_ connection: Connection) {
        guard !connection.isWaiting else { return }
        connection.isWaiting = true
        connection.phase = .waiting
        held.append(connection)
    }

    private func submit() {
        addTally()
        guard !held.isEmpty || !batch.isEmpty else { return }
        let number = batch.number
        underWay.append((number, held))
        held = []
        let roomForRecords = batch.records.count
        let finished = batch
        batch = Batch(loop: context.index, number: number + 1)
        batch.records.reserveCapacity(roomForRecords)
        context.store.post(.batch(finished))
    }

    private func addTally() {
        let counters = context.published.counters
        if tally.requests > 0 { counters.add(tally.requests, to: .requests) }
        if tally.allowed > 0 { counters.add(tally.allowed, to: .verifyAllowed) }
        if tally.denied > 0 { counters.add(tally.denied, to: .verifyDenied) }
        if tally.misses > 0 { counters.add(tally.misses, to: .cacheMisses) }
        if tally.malformed > 0 { counters.add(tally.malformed, to: .malformed) }
        tally = Tally()
    }

    /// The batches come back in the order in which they were sent.
    private func release(_ number: UInt64, _ answers: [Answer]) {
        guard !underWay.isEmpty else { return }
        let batch = underWay.removeFirst()
        precondition(batch.number == number, "batches come back in order")
        var next = answers.makeIterator()
        for connection in batch.held {
            connection.isWaiting = false
            if connection.awaited != nil, let answer = next.next() {
                if answer.isDeferred {
                    connection.isWaiting = true
                    late[answer.requestID] = connection
                    continue
                }
                finish(connection, with: answer)
            }
            serve(connection)
        }
    }

    /// Nothing was kept: whatever the answers said, they are not true.
    private func fail(_ number: UInt64, _ problem: Problem) {
        guard !underWay.isEmpty else { return }
        let batch = underWay.removeFirst()
        precondition(batch.number == number, "batches come back in order")
        for connection in batch.held {
            connection.isWaiting = false
            replaceHeld(connection, problem)
            serve(connection)
        }
    }

    // MARK: - Connections

    private func acceptAll() {
        while openCount < context.connectionsMax + ServerLimits.turnedAwayMax {
            do {
                guard let socket = try UnixSocket.accept(context.listener.socket) else { return }
                welcome(socket)
            } catch {
                break
            }
        }
        // The listener stays ready while others wait, and the loop would spin. They wait in the
        // kernel, where they take no descriptor that another loop needs.
        pauseAccepting()
    }

    private func pauseAccepting() {
        guard !isAcceptingPaused else { return }
        isAcceptingPaused = true
        // Not having been in the set is the only way to fail, and does not matter.
        try? epoll.remove(context.listener.socket)
    }

    private func resumeAccepting() {
        guard isAcceptingPaused, !isDraining else { return }
        do {
            try epoll.add(context.listener.socket, key: Self.listenerKey, for: .readable)
            isAcceptingPaused = false
        } catch {
            // Still no room in the kernel; the next second may have some.
            return
        }
    }

    private func welcome(_ socket: consuming Descriptor) {
        context.published.counters.add(1, to: .connections)
        guard let peer = try? PeerCredentials(of: socket) else {
            // A peer that the kernel cannot name is not let in.
            return
        }
        let isAdmitted = context.peers.admits(peer)
        let slot = freeSlots.popLast() ?? connections.count
        if slot == connections.count { connections.append(nil) }
        nextGeneration &+= 1
        let connection = Connection(
            socket: socket, peer: peer, slot: slot, generation: nextGeneration & 0x7FFF_FFFF,
            deadline: ticks + seconds(context.limits.idleSeconds))
        do {
            try epoll.add(
                connection.socket, key: connection.key,
                for: [.readable, .writable, .peerClosed, .edgeTriggered])
        } catch {
            freeSlots.append(slot)
            return
        }
        connections[slot] = connection
        openCount += 1
        context.published.counters.add(1, to: .openConnections)
        if !isAdmitted {
            turnAway(connection, Problem(.peerNotAllowed), .peerNotAllowed)
        } else if openCount > context.connectionsMax {
            let problem = Problem(503, "too many connections", retryAfterSeconds: 1)
            turnAway(connection, problem, .tooManyConnections)
        }
    }

    /// Whoever makes the loop keep much loses the connection when all together keep too much.
    func reckon(_ connection: Connection) {
        // What is closed was counted off, and keeps nothing that lasts.
        guard !connection.isClosed else { return }
        let shared = max(0, connection.keptByteCount - ServerLimits.ownByteCount)
        sharedByteCount += shared - connection.sharedByteCount
        connection.sharedByteCount = shared
        guard shared > 0, sharedByteCount > context.limits.sharedByteCountMax else { return }
        close(connection)
        context.published.counters.add(1, to: .connectionsRefused)
        if refusals.mayRecord(connection.peer) {
            record(connection, .connectionRefuse, .deny, .limitReached, ids.make())
        }
    }

    func close(_ connection: Connection) {
        guard !connection.isClosed else { return }
        connection.isClosed = true
        connection.finishOutput()
        connection.emptyInput()
        sharedByteCount -= connection.sharedByteCount
        connection.sharedByteCount = 0
        // The descriptor leaves the set when it is closed, with the last reference.
        try? epoll.remove(connection.socket)
        connections[connection.slot] = nil
        freeSlots.append(connection.slot)
        openCount -= 1
        context.published.counters.add(-1, to: .openConnections)
        resumeAccepting()
    }

    func seconds(_ count: Int) -> UInt64 { UInt64(count) * 1_000_000_000 }

    /// Ends what has taken too long, and tells the log of floods.
    private func sweepOnceASecond() {
        guard ticks &- lastSweep >= 1_000_000_000 else { return }
        lastSweep = ticks
        for connection in connections.compactMap(\.self) where ticks > connection.deadline {
            expire(connection)
        }
        for (uid, count) in refusals.takeSuppressed() { recordSuppressed(uid, count) }
        resumeAccepting()
        if lastSweep / 1_000_000_000 % 60 == 0 { identities.clear() }
        submit()
    }
}
