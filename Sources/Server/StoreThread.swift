package import Audit
import Crypto
import Linux
package import Vault

/// How a commit answers for what it holds (1.9 of the product).
package enum Durability: String, Sendable {
    /// An answer leaves after its record is on disk.
    case disk
    /// An answer leaves when the kernel has its record; on disk within 50 ms.
    case process
}

/// What else than the domain's protocol the engine can do between batches.
package protocol MaintainedStore: Store, AuditStorage {
    /// Whether `commit` waits for the disk; a commit that does covers all before it.
    func setSyncsOnCommit(_ syncs: Bool) throws(StoreError)
    /// Moves the engine's log into its file when it has grown large.
    func checkpointIfLarge() throws(StoreError)
    /// Puts room aside, or makes sure that it is; false where the disk has not enough.
    func takeReserve() throws(StoreError) -> Bool
    /// Lets what is written next have that room.
    func giveUpReserve() throws(StoreError)
}

/// The owner of the database: look-ups, changes, the log, and the commit that all wait for.
///
/// Law: whatever arrived while the last commit ran is the next batch; its answers leave when it is
/// durable, or say that nothing of it was kept. A failure of the storage ends the process.
package final class StoreThread {
    let vault: Vault
    let store: any MaintainedStore
    let desk: AuditDesk
    let mailbox: Mailbox<StoreMessage>
    let loops: [Mailbox<LoopMessage>]
    let jobs: Mailbox<JobMessage>
    private let durability: Durability
    let limits: ServerLimits
    private var anchoring: Anchoring
    private var epoll: Epoll
    var searches = FairQueue<OrganizationID?, PendingSearch>()
    var reads = LongReads()
    var sweep = DeadSweep()
    var hotRead: HotRead?
    /// What has failed once is not tried again at once: it takes a disk and a thread for itself.
    var sealingPausedUntil: UInt64 = 0
    var searchFaultsPausedUntil: UInt64 = 0
    var damagePausedUntil: UInt64 = 0
    var epochWaiters = EpochWaiters()
    let side: SideWork
    var openings = LotQueue<OrganizationID, OpeningOrder>(
        threadCount: ServerLimits.openingThreads, lotCountMax: ServerLimits.openingLotCount,
        lotsMax: ServerLimits.openingLotsMax)
    var hashedCount = 0
    /// Jobs whose calls are not on disk yet.
    private var unstarted: [(job: BackgroundJob, call: Call, loop: Int)] = []
    /// Requests that other threads are at work for, and whose batch was not taken back.
    var preparing: Set<UInt128> = []
    /// Answers to requests whose secret was hashed; they leave with the batch that has the effect.
    var settled: [(loop: Int, answer: Answer)] = []
    /// Requests that have not had their turn.
    var waiting = WaitingRequests()
    private var isStopping = false
    private var lastUseFlush: UInt64 = 0
    private var lastSync: UInt64 = 0
    var lastProbe: UInt64 = 0
    private(set) var hasUnsynced = false
    private var lastTime = Instant(microseconds: 0)
    private var refusals: RefusalMeter
    private var lastMeasure: UInt64 = 0
    /// Records that were not kept for want of room.
    var lostCount = 0
    /// Records of this cycle, without sequence numbers.
    var records: [UInt8] = []

    var hasRecords: Bool { !records.isEmpty }

    init(
        vault: Vault, store: any MaintainedStore, desk: AuditDesk,
        mailbox: Mailbox<StoreMessage>, loops: [Mailbox<LoopMessage>],
        jobs: Mailbox<JobMessage>, side: SideWork, anchoring: Anchoring,
        durability: Durability, limits: ServerLimits
    ) throws {
        self.vault = vault
        self.store = store
        self.desk = desk
        self.mailbox = mailbox
        self.loops = loops
        self.jobs = jobs
        self.anchoring = anchoring
        self.durability = durability
        self.limits = limits
        self.side = side
        refusals = RefusalMeter(recordedMax: limits.refusalsRecordedPerSecond)
        epoll = try Epoll(eventCountMax: 4)
        try epoll.add(mailbox.wakeup.descriptor, key: 0, for: [.readable, .edgeTriggered])
        if durability == .process { try store.setSyncsOnCommit(false) }
        desk.queueDepths = { [unowned self] in queueDepths }
    }

    /// Serves until it was told to stop; the log ends with a checkpoint.
    ///
    /// - Parameter whenServing: called once, when the start is on the log.
    package func run(accepting rollback: Rollback?, whenServing: () -> Void) throws {
        if try !store.takeReserve() { noteFull() }
        record(.vaultUnseal)
        record(.vaultStart)
        if let rollback {
            vault.accept(rollback)
            try desk.log.setAsideUndone(in: desk.files)
            record(.rollbackAccept, detail: rollback.found.generation)
        }
        try cycle([])
        if hasUnsynced { try syncNow(SystemTime.monotonicNanoseconds()) }
        // What is not on the log was not accepted, and the anchor is not to forget it.
        if let rollback, !rollback.isAccepted(at: mark) { throw StoreError.full }
        try anchoring.hold(mark)
        whenServing()
        while !isStopping {
            if mailbox.maySleep() {
                _ = try epoll.wait(milliseconds: timeout)
            }
            try cycle(mailbox.takeAll())
            try maintain()
        }
        try finish()
    }

    private var timeout: Int32 {
        let isReading = hotRead != nil || !searches.isEmpty || !reads.isEmpty
        let isFlushing = vault.isFlushingUses && !desk.published.isFull
        if isReading || !waiting.isEmpty || isFlushing { return 0 }
        if sweep.isBehind { return ServerLimits.sweepMilliseconds }
        let longest: Int32 = hasUnsynced ? 40 : anchoring.owes(mark) ? 250 : 1000
        guard let rest = epochWaiters.remaining(at: SystemTime.monotonicNanoseconds()) else {
            return longest
        }
        // One more, so that the time is over when the thread wakes up.
        return min(longest, Int32(clamping: rest / 1_000_000 + 1))
    }

    // MARK: - One cycle

    private func cycle(_ messages: [StoreMessage]) throws {
        var finished: [FinishedBatch] = []
        for message in messages {
            switch message {
            case .batch(let batch):
                finished.append(take(batch, at: finished.count))
            case .sealed(let outcome):
                // It commits for itself, and what was taken before is not its.
                try conclude(&finished)
                try take(outcome)
            case .hashed(let lot):
                desk.hashingCount -= lot.count
                for prepared in lot { settle(prepared) }
            case .opened(let lot, let thread):
                openings.takeBack(lot.count, from: thread)
                for prepared in lot { settle(prepared) }
            case .drain: break
            case .stop: isStopping = true
            }
            if isLarge { try conclude(&finished) }
        }
        answerWaiting(&finished)
        // Before the commit: they are opened while the disk is waited for.
        while let (lot, thread) = openings.next() { side.opening.post(lot, to: thread) }
        try conclude(&finished)
    }

    var isLarge: Bool {
        records.count >= ServerLimits.commitRecordCountMax * AuditRecord.byteCount
    }

    /// Makes what was taken durable, and lets its answers go.
    private func conclude(_ finished: inout [FinishedBatch]) throws {
        guard !finished.isEmpty || !records.isEmpty || !settled.isEmpty else { return }
        let (batches, jobs) = (finished, unstarted)
        finished = []
        unstarted = []
        desk.searchPlaces.forgetAsked()
        desk.readPlaces.forgetAsked()
        guard try unlessFull(batches, { () throws(StoreError) in try commit() }) else {
            // Who asked was told that there is no room: nothing may come of it later.
            for answer in batches.flatMap(\.answers) where answer.isDeferred {
                preparing.remove(answer.requestID)
            }
            for (job, call, loop) in jobs { forget(job, call, loop) }
            return waiting.forgetBatches()
        }
        waiting.leaveBatches()
        desk.published.epoch = vault.standing.epoch
        for batch in batches { loops[batch.loop].post(batch.message) }
        releaseSettled()
        for (job, call, loop) in jobs {
            let answer = start(job, call, loop)
            if !answer.isDeferred { loops[loop].post(.late([answer])) }
        }
    }

    private func take(_ batch: Batch, at index: Int) -> FinishedBatch {
        var taken = FinishedBatch(loop: batch.loop, number: batch.number)
        // They are counted, whatever comes of the batch: a record that is not listed here never is.
        for record in batch.firstUses { vault.adopt(used: record) }
        guard hasRoom(for: batch) else {
            // Told in its turn: a loop takes its batches back in the order in which they left.
            taken.problem = Problem(.storeFull)
            return taken
        }
        records.append(contentsOf: batch.records)
        for (number, request) in batch.requests.enumerated() {
            waiting.append(
                request, on: batch.loop, .init(batch: index, request: number),
                heldBy: vault.knownHolder(of:))
        }
        // Those that do not have their turn in this cycle are told later.
        taken.answers = batch.requests.map(Answer.later)
        return taken
    }

    /// - Parameter signing: a checkpoint covers all of it, due or not.
    func commit(signing: Bool = false) throws(StoreError) {
        let began = SystemTime.monotonicNanoseconds()
        noteClock()
        let count = records.count / AuditRecord.byteCount
        if count > 0 {
            let generation = vault.standing.generation
            _ = try desk.log.append(&records, generation: generation)
        }
        let now = vault.clock.now()
        if signing || desk.log.needsCheckpoint(at: now) {
            try desk.log.checkpoint(at: now)
            desk.checkpointAt = now
        }
        try vault.commit()
        if durability == .disk { try anchoring.noteEpoch(mark) }
        records.removeAll(keepingCapacity: records.capacity < 1 << 20)
        hasUnsynced = durability == .process
        note(commitOf: count, tookNanoseconds: SystemTime.monotonicNanoseconds() - began)
    }

    private func note(commitOf recordCount: Int, tookNanoseconds time: UInt64) {
        let counters = desk.published.counters
        counters.add(1, to: .batches)
        counters.add(recordCount, to: .records)
        counters.add(Int(time), to: .commitNanoseconds)
        // A commit of nothing waits for nothing.
        guard recordCount > 0 else { return }
        counters.add(time, to: .commit)
        counters.add(UInt64(recordCount), to: .commitRecords)
    }

    /// How far the vault has come, as of the last commit.
    private var mark: HighWaterMark {
        HighWaterMark(vault.committed, recordCount: desk.log.head.size)
    }

    // MARK: - One request

    func answer(
        _ request: Request, loop: Int, preparation: Preparation? = nil
    ) -> Answer {
        guard hasRoom(for: request) else {
            return Answer(Problem(.storeFull), requestID: request.id)
        }
        let call = Call(request, vault: vault, desk: desk)
        call.preparation = preparation
        if preparation != nil { call.event.time = vault.clock.now() }
        do throws(Refusal) {
            let reply = try call.handle()
            if let answer = beginPreparing(call, loop) { return answer }
            if request.route.isRecorded { record(call) }
            if request.route.isVerification { desk.published.counters.add(1, to: .verifyAllowed) }
            if let job = call.deferred {
                unstarted.append((job, call, loop))
                return .later(request)
            }
            return reply.answer(to: request)
        } catch {
            return refuse(call, error)
        }
    }

    func refuse(_ call: Call, _ refusal: Refusal) -> Answer {
        call.refuse(refusal)
        append(call.event, of: call.request)
        if call.request.route.isVerification {
            desk.published.counters.add(1, to: .verifyDenied)
        }
        if case .integrity = refusal { raiseAlarm(call.event) }
        if case .storageFailed(let code) = refusal { Fatal.storage(code) }
        return Answer(call.problem(refusal), requestID: call.request.id)
    }

    func releaseSettled(insteadSaying problem: Problem? = nil) {
        guard !settled.isEmpty else { return }
        var told: [Int: [Answer]] = [:]
        for (loop, answer) in settled {
            told[loop, default: []].append(
                problem.map { Answer($0, requestID: answer.requestID) } ?? answer)
        }
        for (loop, answers) in told { loops[loop].post(.late(answers)) }
        settled = []
    }

    /// The one event of a call, or those of its verifications.
    private func record(_ call: Call) {
        guard !call.verifications.isEmpty else { return append(call.event, of: call.request) }
        for event in call.verifications {
            append(event, of: call.request)
            if event.reason == .integrity { raiseAlarm(event) }
        }
    }

    func raiseAlarm(_ refused: AuditEvent) {
        desk.published.counters.add(1, to: .integrityAlarms)
        var event = refused
        event.kind = .integrityAlarm
        event.outcome = .error
        append(event)
        ProcessHygiene.writeError(
            "strongroomd: an object was found changed in the database and is not served; "
                + "see the audit log, event integrity.alarm")
    }

    /// Of something that nobody asked for.
    func raiseAlarm() {
        var event = AuditEvent(kind: .integrityAlarm, outcome: .error, time: vault.clock.now())
        event.reason = .integrity
        event.peerUID = ProcessHygiene.ownUID
        event.peerPID = ProcessHygiene.ownPID
        event.requestID = vault.entropy.uint128()
        raiseAlarm(event)
    }

    func append(_ event: AuditEvent) { AuditRecord.append(event, to: &records) }

    /// Unless it is one of a flood, of which the log has the number only.
    private func append(_ event: AuditEvent, of request: Request) {
        if event.outcome != .allow { desk.published.counters.refused(event.reason) }
        if event.reason.isOfUnprovenSecret, !refusals.mayRecord(request.peer) { return }
        append(event)
    }

    private func recordSuppressed() {
        for (uid, count) in refusals.takeSuppressed() {
            desk.published.counters.add(count, to: .suppressed)
            record(.floodSuppress, .deny, uid: uid, detail: UInt64(count))
        }
    }

    func record(
        _ kind: AuditEvent.Kind, _ outcome: AuditEvent.Outcome = .allow, uid: UInt32? = nil,
        detail: UInt64 = 0
    ) {
        var event = AuditEvent(kind: kind, outcome: outcome, time: vault.clock.now())
        event.peerUID = uid ?? ProcessHygiene.ownUID
        event.peerPID = uid == nil ? ProcessHygiene.ownPID : 0
        event.requestID = vault.entropy.uint128()
        event.detail = detail
        append(event)
    }

    /// A clock that has jumped back is on the log, with the microseconds that it lost.
    private func noteClock() {
        let now = vault.clock.now()
        defer { lastTime = now }
        guard now < lastTime else { return }
        var event = AuditEvent(kind: .clockJump, outcome: .error, time: now)
        event.detail = UInt64(clamping: lastTime.microseconds &- now.microseconds)
        append(event)
    }

    // MARK: - Between batches

    private func maintain() throws {
        let ticks = SystemTime.monotonicNanoseconds()
        answerEpochWaiters(ticks)
        try continueSearches()
        try continueReads()
        try continueHotRead()
        let isOwing = desk.published.isFull || lostCount > 0
        if isOwing, ticks &- lastProbe > 1_000_000_000 { try probe(ticks) }
        if hasUnsynced, ticks &- lastSync > 40_000_000 { try syncNow(ticks) }
        if ticks &- lastMeasure > 1_000_000_000 {
            lastMeasure = ticks
            recordSuppressed()
        }
        let now = vault.clock.now()
        if desk.log.needsCheckpoint(at: now) { try checkpoint(now) }
        try moveLog()
        // What follows can wait until there is room again.
        guard !desk.published.isFull else { return }
        let isDue = ticks &- lastUseFlush > UInt64(limits.useFlushSeconds) * 1_000_000_000
        if isDue || vault.mustFlushUses {
            lastUseFlush = ticks
            vault.beginFlushingUses()
            try flushUses(atMost: ServerLimits.useFlushCount, forgettingAnswers: true)
            try planSealing(now)
        } else if vault.isFlushingUses {
            try flushUses(atMost: ServerLimits.useFlushCount)
        }
        try removeDead(ticks)
        try anchor(ticks)
        if desk.log.hotCount >= UInt64(AuditLimits.segmentRecords) { try planSealing(now) }
    }

    private func checkpoint(_ now: Instant) throws {
        _ = try unlessFull { () throws(StoreError) in
            try desk.log.checkpoint(at: now)
            desk.checkpointAt = now
            try vault.commit()
        }
    }

    /// One commit that waits for the disk covers all the others before it.
    private func syncNow(_ ticks: UInt64) throws {
        lastSync = ticks
        try store.setSyncsOnCommit(true)
        let isSynced = try unlessFull { () throws(StoreError) in
            try store.putHead(desk.log.head)
            try vault.commit()
        }
        hasUnsynced = !isSynced
        try store.setSyncsOnCommit(false)
    }

    /// Only what is on disk, however it was committed.
    private func anchor(_ ticks: UInt64) throws {
        guard anchoring.isDue(mark, ticks) else { return }
        if durability == .process { try syncNow(ticks) }
        if !hasUnsynced { try anchoring.hold(mark) }
    }

    private func flushUses(atMost countMax: Int, forgettingAnswers: Bool = false) throws {
        do {
            try vault.flushUses(atMost: countMax)
            if forgettingAnswers { try vault.forgetOldAnswers() }
        } catch {
            guard error == .storeFull else { throw error }
            return try recoverFromFull([])
        }
        if vault.takeDamagedUses() > 0 { raiseAlarm() }
        _ = try unlessFull { () throws(StoreError) in
            if hasRecords { try commit() } else { try vault.commit() }
        }
    }

    private func finish() throws {
        vault.beginFlushingUses()
        try flushUses(atMost: .max, forgettingAnswers: true)
        recordSuppressed()
        record(.vaultStop)
        if durability == .process { try store.setSyncsOnCommit(true) }
        // In one commit: a log that says that it has ended is signed for to its end. Without room
        // it ends earlier, and with the checkpoint that it has.
        let isKept = try unlessFull { () throws(StoreError) in try commit(signing: true) }
        if isKept || durability == .disk { try anchoring.hold(mark) }
    }
}

/// The end of the process where going on could lie about what is on disk.
enum Fatal {
    static func storage(_ code: Int32) -> Never {
        ProcessHygiene.writeError("strongroomd: \(StoreError.failed(code: code))")
        ProcessHygiene.exitAtOnce(1)
    }
}
