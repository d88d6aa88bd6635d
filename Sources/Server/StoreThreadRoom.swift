import Audit
import Crypto
import Linux
import Vault

/// What is done when the disk is full, and how that is noticed to be over.
///
/// Law: from the first batch without room until the reserve could be taken again, nothing is let
/// through but what ends an authority; for that, the reserve is given up.
extension StoreThread {
    /// Whether there was room; any other failure of the storage is thrown.
    func unlessFull(
        _ waiting: [FinishedBatch] = [],
        _ body: () throws(StoreError) -> Void
    ) throws -> Bool {
        do {
            try body()
            return true
        } catch {
            guard error == .full else { throw error }
            try recoverFromFull(waiting)
            return false
        }
    }

    /// No room: nothing of the batch was kept, and everybody who waits for it is told so.
    func recoverFromFull(
        _ finished: [FinishedBatch]
    ) throws {
        lostCount += records.count / AuditRecord.byteCount
        records.removeAll()
        try vault.abandon()
        try desk.log.reload()
        try store.giveUpReserve()
        noteFull()
        for var batch in finished {
            batch.problem = Problem(.storeFull)
            loops[batch.loop].post(batch.message)
        }
        releaseSettled(insteadSaying: Problem(.storeFull))
    }

    func noteFull() {
        guard !desk.published.isFull else { return }
        desk.published.isFull = true
        ProcessHygiene.writeError(
            "strongroomd: no room on the disk: until there is some, only ending an authority goes on"
        )
    }

    /// Verifications that a loop has decided need room for their records; without it nobody is
    /// told what was decided.
    func hasRoom(for batch: Batch) -> Bool {
        guard desk.published.isFull, !batch.records.isEmpty else { return true }
        lostCount += batch.records.count / AuditRecord.byteCount
        lostCount += batch.requests.count { $0.route.isRecorded }
        return false
    }

    func hasRoom(for request: Request) -> Bool {
        guard desk.published.isFull, !request.route.kind.mayUseReserve else { return true }
        if request.route.isRecorded { lostCount += 1 }
        return !request.route.isRecorded
    }

    /// Moves the engine's log, which may want room for the file that it is moved into.
    func moveLog() throws {
        _ = try unlessFull { () throws(StoreError) in
            if vault.needsScrub { try vault.scrub() }
            try store.checkpointIfLarge()
        }
    }

    /// On a small disk it may be the engine's log that has taken the room: it is moved before the
    /// reserve takes what moving it would want.
    private func findsRoom() throws -> Bool {
        let isMoved = try unlessFull { () throws(StoreError) in try store.scrub() }
        return try isMoved && store.takeReserve()
    }

    /// Without traffic nobody would notice that there is room again; and the log is owed the
    /// number of records that it has not got.
    func probe(_ ticks: UInt64) throws {
        lastProbe = ticks
        guard try findsRoom() else { return }
        let owed = lostCount + desk.published.takeUnrecorded()
        var event = AuditEvent(kind: .floodSuppress, outcome: .error, time: vault.clock.now())
        event.reason = .storeFull
        event.peerUID = ProcessHygiene.ownUID
        event.peerPID = ProcessHygiene.ownPID
        event.requestID = vault.entropy.uint128()
        event.detail = UInt64(owed)
        append(event)
        if try unlessFull([], { () throws(StoreError) in try commit() }) {
            lostCount = 0
            desk.published.counters.add(owed, to: .recordsLost)
            desk.published.isFull = false
            ProcessHygiene.writeError("strongroomd: there is room on the disk again")
        } else {
            lostCount = owed
        }
    }
}

extension AuditEvent.Kind {
    /// What ends an authority, or can: it must be possible when nothing else is.
    var mayUseReserve: Bool {
        switch self {
        case .tokenRevoke, .tokenDelete, .tokenReset, .tokenRemoveSecondary, .credentialDelete,
            .accountUpdate, .accountDelete, .integrationUpdate, .integrationDelete,
            .organizationUpdate, .organizationDelete, .memberUpdate, .memberDelete, .roleUpdate,
            .roleDelete, .integrationPointUpdate, .integrationPointDelete, .sessionLogoff:
            true
        default: false
        }
    }
}
