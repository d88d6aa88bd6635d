import Audit
import Crypto
import Linux
import Vault

/// What takes longer than one batch may wait for: done a piece at a time between batches.
extension StoreThread {
    /// The call that asked for it has not been kept. Who was told with his batch waits no longer.
    func forget(_ job: BackgroundJob, _ call: Call, _ loop: Int) {
        if case .verifyLog = job { desk.isHotEndTaken = false }
        loops[loop].post(.late([Answer(Problem(.storeFull), requestID: call.request.id)]))
    }

    /// After the commit of the call that asked for it.
    func start(_ job: BackgroundJob, _ call: Call, _ loop: Int) -> Answer {
        let request = call.request
        switch job {
        case .search(let wanted, let grant, let numbers):
            let search = PendingSearch(
                request: request, loop: loop, wanted: wanted, grant: grant, numbers: numbers)
            desk.searchPlaces.start(of: search.holder)
            searches.append(search, of: search.holder)
        case .read(let read, let grant):
            let holder = grant.principal?.organization
            desk.readPlaces.start(of: holder)
            reads.append(read, of: call, loop: loop, holder: holder)
        case .verifyLog(let head, let earlier):
            hotRead = HotRead(verifying: head, earlier, for: request, on: loop)
        case .epoch(let since, let wait):
            guard epochWaiters.hasRoom else {
                return EpochFeed.answer(
                    vault.revocations, since, desk.log.head.checkpoint, request.id)
            }
            let now = SystemTime.monotonicNanoseconds()
            epochWaiters.add(
                EpochWaiters.Waiter(
                    requestID: request.id, loop: loop, since: since,
                    deadline: now + UInt64(wait.microseconds) * 1000))
        case .hash, .open: preconditionFailure("a request is prepared before it is decided")
        }
        return .later(request)
    }

    /// Only between batches: what is told here was committed, and the answers that say that the
    /// waiters wait have left.
    func answerEpochWaiters(_ ticks: UInt64) {
        let isEnding = desk.published.isDraining
        let epoch = vault.revocations.epoch
        for waiter in epochWaiters.takeReady(epoch: epoch, at: isEnding ? .max : ticks) {
            let answer = EpochFeed.answer(
                vault.revocations, waiter.since, desk.log.head.checkpoint, waiter.requestID)
            loops[waiter.loop].post(.late([answer]))
        }
    }

    /// A page of one search only, organizations in their turns: however many wait, the next batch does
    /// not wait for all of them.
    func continueSearches() throws {
        guard var search = searches.popFirst() else { return }
        let page: AuditPage
        do throws(AuditError) {
            page = try desk.search.page(search.query)
        } catch {
            if case .storage(.failed(let code)) = error { Fatal.storage(code) }
            noteFailedSearch(error)
            // What was found changed is on the log before anybody is told.
            if hasRecords { _ = try unlessFull { () throws(StoreError) in try commit() } }
            let problem = Problem(503, "the audit log could not be read")
            loops[search.loop].post(.late([Answer(problem, requestID: search.request.id)]))
            return desk.searchPlaces.end(of: search.holder)
        }
        do throws(Refusal) {
            try search.take(page, vault)
        } catch {
            desk.searchPlaces.end(of: search.holder)
            let call = Call(search.request, vault: vault, desk: desk)
            return try tell(error, of: call, on: search.loop)
        }
        guard search.isFinished else { return searches.append(search, of: search.holder) }
        desk.searchPlaces.end(of: search.holder)
        try tell(search)
    }

    /// Once a minute at the most: whoever searches decides how often it happens.
    private func noteFailedSearch(_ error: AuditError) {
        let ticks = SystemTime.monotonicNanoseconds()
        // What is out of reach for the moment keeps no damage from being told.
        let pausedUntil = error.isDamage ? damagePausedUntil : searchFaultsPausedUntil
        guard ticks >= pausedUntil else { return }
        let next = ticks + 60_000_000_000
        if error.isDamage { damagePausedUntil = next } else { searchFaultsPausedUntil = next }
        ProcessHygiene.writeError("strongroomd: searching the audit log failed: \(error)")
        if error.isDamage { raiseAlarm() }
    }

    private func tell(_ search: PendingSearch) throws {
        let call = Call(search.request, vault: vault, desk: desk)
        do throws(Refusal) {
            try call.requireStillGood(since: search.grant)
            loops[search.loop].post(.late([search.answer()]))
        } catch {
            try tell(error, of: call, on: search.loop)
        }
    }

    /// What was found wrong is on the log before anybody is told.
    private func tell(_ refusal: Refusal, of call: Call, on loop: Int) throws {
        let answer = refuse(call, refusal)
        let isKept = try unlessFull { () throws(StoreError) in try commit() }
        let told = isKept ? answer : Answer(Problem(.storeFull), requestID: call.request.id)
        loops[loop].post(.late([told]))
    }

    /// Not what a loss of power could still take from the log: the file would be of a log that
    /// went further, and in its way for ever.
    func planSealing(_ now: Instant) throws {
        guard !desk.isHotEndTaken, !hasUnsynced,
            SystemTime.monotonicNanoseconds() >= sealingPausedUntil
        else { return }
        do throws(AuditError) {
            let existing: [SegmentName]
            do { existing = try desk.files.list() } catch { throw .segment(.unreadable) }
            guard let sealing = try desk.log.sealing(at: now, existing: existing) else { return }
            desk.isHotEndTaken = true
            hotRead = HotRead(sealing)
        } catch {
            noteFailedSealing("\(error)")
        }
    }

    /// The log stays as it is, and the rest goes on.
    private func noteFailedSealing(_ sentence: String) {
        sealingPausedUntil = SystemTime.monotonicNanoseconds() + limits.sealingPauseNanoseconds
        ProcessHygiene.writeError("strongroomd: sealing the audit log failed: \(sentence)")
    }

    /// Reads the hot end a piece at a time, so that batches go through in between.
    func continueHotRead() throws(StoreError) {
        guard var read = hotRead else { return }
        hotRead = nil
        if !read.isComplete {
            let piece = try hotPiece(from: read.next)
            // A piece that leads no further is for the job to find.
            if read.add(piece) { return hotRead = read }
        }
        jobs.post(read.job(signer: desk.log.signer))
    }

    /// Empty where a batch was changed by something else: the log then stays as it is, and the
    /// rest goes on.
    private func hotPiece(from sequence: UInt64) throws(StoreError) -> [AuditBatch] {
        do {
            return try store.auditBatches(
                from: sequence, byteCountMax: AuditLimits.hotReadBytesMax)
        } catch {
            guard case .integrity = error else { throw error }
            raiseAlarm()
            return []
        }
    }

    func take(_ outcome: SealOutcome) throws {
        switch outcome {
        case .verified: desk.isHotEndTaken = false
        case .failed(let sentence):
            desk.isHotEndTaken = false
            noteFailedSealing(sentence)
        case .sealed(let segment):
            desk.isHotEndTaken = false
            let isKept = try unlessFull { () throws(StoreError) in
                try desk.log.finish(segment)
                try vault.commit()
            }
            guard isKept else { return }
            desk.published.counters.add(1, to: .segmentsSealed)
            record(.auditSeal, detail: segment.after.size)
        }
    }

    /// A piece of one read only: however many wait, the next batch does not wait for all of them.
    func continueReads() throws {
        switch reads.advance(&desk.readPlaces) {
        case nil: break
        case .answer(let answer, let loop): loops[loop].post(.late([answer]))
        case .refusal(let refusal, let call, let loop): try tell(refusal, of: call, on: loop)
        }
    }

    /// Takes away some of what has long been dead.
    func removeDead(_ ticks: UInt64) throws {
        guard !desk.published.isFull, sweep.isDue(ticks) else { return }
        do throws(Refusal) {
            let removal = try vault.step { () throws(Refusal) in
                try vault.removeDead(after: sweep.position, count: ServerLimits.sweepCount)
            }
            sweep.note(removal, ticks)
            for token in removal.removed { append(expunged(token)) }
        } catch {
            switch error {
            case .storeFull: return try recoverFromFull([])
            case .storageFailed(let code): Fatal.storage(code)
            default:
                sweep.stop()
                raiseAlarm()
            }
        }
        guard hasRecords else { return }
        _ = try unlessFull { () throws(StoreError) in try commit() }
    }

    private func expunged(_ token: Token) -> AuditEvent {
        var event = AuditEvent(kind: .tokenExpunge, outcome: .allow, time: vault.clock.now())
        event.describe(token)
        event.peerUID = ProcessHygiene.ownUID
        event.peerPID = ProcessHygiene.ownPID
        event.requestID = vault.entropy.uint128()
        return event
    }
}
