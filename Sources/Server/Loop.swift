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
    /// Shared by the loops of one socket.
    package let places: ConnectionPlaces

    package init(
        index: Int, surface: Surface, listener: Listener, mailbox: Mailbox<LoopMessage>,
        store: Mailbox<StoreMessage>, cache: TokenCache, ring: KeyRing, published: Published,
        peers: PeerPolicy, limits: ServerLimits, clock: any Clock, entropy: any Entropy,
        places: ConnectionPlaces
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
        self.places = places
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
    /// Connections that wait for the batch being built, in the order in which they first did.
    var held: [Connection] = []
    /// Those of them that wait for the store's owner, in the order of the batch's requests.
    var asking: [Connection] = []
    private var underWay: [BatchUnderWay] = []
    /// Connections that wait for a background job, by request.
    private var late: [UInt128: Connection] = [:]
    /// Connections that have something to be taken.
    var ready = ReadyQueue<Connection>()
    var peerTurns = PeerTurns<Connection>()
    /// Read into and parsed in place; wiped after each use.
    var buffer = [UInt8](repeating: 0, count: ServerLimits.readByteCount)
    var presented: PresentedToken
    /// In place of the record of a selector that the cache does not know.
    let nobody: TokenRecord
    var allowAnswers: AllowAnswers
    var ids: RequestIDSource
    var refusals: RefusalMeter
    var tally = Tally()
    /// Verifications of the batch that is being built.
    var verificationCount = 0
    var now = Instant(microseconds: 0)
    var ticks: UInt64 = 0
    var date = DateField()
    private var lastSweep: UInt64 = 0
    private var lastPeerSweep: UInt64 = 0
    private var isDraining = false
    private var isAcceptingPaused = false
    private var drainDeadline = UInt64.max

    private static let listenerKey = UInt64.max
    private static let wakeupKey = UInt64.max - 1

    /// A batch that was handed over, and who waits for it.
    private struct BatchUnderWay {
        let number: UInt64
        let held: [Connection]
        let asking: [Connection]
        /// Verifications among its requests, and when they were taken up.
        let verificationCount: Int
        let began: UInt64
    }

    package init(_ context: LoopContext) throws {
        self.context = context
        epoll = try Epoll()
        presented = try PresentedToken()
        nobody = .nobody(epoch: context.ring.epoch)
        allowAnswers = AllowAnswers(nobody: nobody)
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
            let timeout: Int32 = ready.isEmpty && context.mailbox.maySleep() ? 1000 : 0
            let count = try epoll.wait(milliseconds: timeout)
            readClocks()
            for index in 0..<count { react(to: epoll.ready(index)) }
            serveReady()
            // First the work for the store's owner, who may be waiting, then the answers that he
            // has let go: sending them takes as long as he needs for a batch.
            submit()
            for message in context.mailbox.takeAll() { take(message) }
            // Where others may have come meanwhile it looks first who has.
            if !peerTurns.isShared {
                serveReady()
                submit()
            }
            sweepOnceASecond()
            if ticks &- lastPeerSweep > ServerLimits.peerMemoryNanoseconds {
                lastPeerSweep = ticks
                peerTurns.forgetIdle(at: ticks)
            }
        }
        recordSuppressed()
        submit()
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
                peerTurns.noteAsking(connection.turn, at: ticks)
            }
            // What waits for a batch has its turn when that is durable.
            if !connection.isWaiting { ready.append(connection) }
        }
    }

    private func take(_ message: LoopMessage) {
        switch message {
        case .durable(let number, let answers): release(number, answers)
        case .failed(let number, let problem): fail(number, problem)
        case .late(let answers):
            for answer in answers {
                guard let connection = late.removeValue(forKey: answer.requestID) else { continue }
                finish(connection, with: answer)
                letGo(connection)
            }
        case .drain: drain()
        }
    }

    /// Nobody is let in any more; what has arrived is answered, and what is at rest closed.
    private func drain() {
        isDraining = true
        drainDeadline = ticks + UInt64(context.limits.drainSeconds) * 1_000_000_000
        // Whoever connects now is refused at once. That another loop was first does not matter.
        try? UnixSocket.endListening(context.listener.socket)
        // Who had connected before would wait for nobody until the process ends.
        acceptAll()
        // Not having been in the set is the only way to fail, and does not matter.
        try? epoll.remove(context.listener.socket)
        for connection in connections.compactMap(\.self) {
            if connection.phase == .lingering { close(connection) }
            guard !connection.isClosed, isAtRest(connection) else { continue }
            // What its peer has sent meanwhile is looked for once more.
            connection.isReadable = true
            ready.append(connection)
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
        connection.batchNumber = batch.number
        held.append(connection)
    }

    private func submit() {
        if !tally.isEmpty {
            context.published.counters.add(tally)
            tally.empty()
        }
        guard !held.isEmpty || !batch.isEmpty else { return }
        let number = batch.number
        underWay.append(
            BatchUnderWay(
                number: number, held: held, asking: asking, verificationCount: verificationCount,
                began: ticks))
        held = []
        asking = []
        verificationCount = 0
        let roomForRecords = batch.records.count
        let finished = batch
        batch = Batch(loop: context.index, number: number + 1)
        batch.records.reserveCapacity(roomForRecords)
        context.published.counters.add(1, to: .batchesUnderWay)
        context.store.post(.batch(finished), isUrgent: !finished.records.isEmpty)
    }

    /// The oldest batch under way, which must be this one; nil when there is none.
    private func takeUnderWay(_ number: UInt64) -> BatchUnderWay? {
        guard !underWay.isEmpty else { return nil }
        let batch = underWay.removeFirst()
        precondition(batch.number == number, "batches come back in order")
        context.published.counters.add(-1, to: .batchesUnderWay)
        for connection in batch.held { ready.release(connection) }
        return batch
    }

    /// The batches come back in the order in which they were sent.
    private func release(_ number: UInt64, _ answers: [Answer]) {
        guard let batch = takeUnderWay(number) else { return }
        precondition(answers.count == batch.asking.count, "each request of a batch has an answer")
        for (connection, answer) in zip(batch.asking, answers) {
            if answer.isDeferred {
                late[answer.requestID] = connection
            } else {
                finish(connection, with: answer)
            }
        }
        for connection in batch.held where connection.awaited == nil {
            connection.isWaiting = false
            letGo(connection)
        }
        // One reading for the whole batch: a request's own would cost more than it tells.
        let age = SystemTime.monotonicNanoseconds() &- batch.began
        context.published.counters.add(
            age, to: .verification, count: batch.verificationCount)
    }

    /// Nothing was kept: whatever the answers said, they are not true.
    private func fail(_ number: UInt64, _ problem: Problem) {
        guard let batch = takeUnderWay(number) else { return }
        for connection in batch.held {
            connection.isWaiting = false
            replaceHeld(connection, problem)
            letGo(connection)
        }
    }

    // MARK: - Connections

    private func acceptAll() {
        while context.places.mayAccept {
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
            socket: socket, peer: peer, turn: peerTurns.enter(peer.pid), slot: slot,
            generation: nextGeneration & 0x7FFF_FFFF,
            deadline: ticks + seconds(context.limits.idleSeconds))
        do {
            try epoll.add(
                connection.socket, key: connection.key,
                for: [.readable, .writable, .peerClosed, .edgeTriggered])
        } catch {
            freeSlots.append(slot)
            peerTurns.leave(peer.pid)
            return
        }
        connections[slot] = connection
        openCount += 1
        let hasPlace = context.places.take()
        context.published.counters.add(1, to: .openConnections)
        if !isAdmitted {
            turnAway(connection, Problem(.peerNotAllowed), .peerNotAllowed)
        } else if !hasPlace {
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
        refuse(connection, .connectionRefuse, .limitReached, ids.make())
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
        peerTurns.leave(connection.peer.pid)
        openCount -= 1
        context.places.giveBack()
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
        recordSuppressed()
        resumeAccepting()
        if lastSweep / 1_000_000_000 % 60 == 0 { allowAnswers.clear() }
        submit()
    }
}
