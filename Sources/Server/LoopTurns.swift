/// Whose requests are taken, how many at a time, and when the batch is handed over.
///
/// A wake-up takes a bounded number of requests, so that nobody's answer waits for a long batch,
/// and looks then who else has come. What is left of a connection stays queued here, for the
/// kernel tells of what has arrived only once.
extension Loop {
    /// Does what can be done for those whose turn it is.
    func serveReady() {
        var servedCount = 0
        // Where all are one peer's and ask for little, nobody waits for a flood of another's.
        var countMax =
            peerTurns.isShared
            ? ServerLimits.wakeupRequestCountMax : ServerLimits.lonePeerRequestCountMax
        ready.beginRound(isShared: peerTurns.isShared)
        while servedCount < countMax, let connection = ready.next() {
            if connection.isGreedy { countMax = ServerLimits.wakeupRequestCountMax }
            let before = tally.requests + tally.malformed
            serve(connection)
            let count = tally.requests + tally.malformed - before
            ready.note(
                connection, served: max(1, count), underWay: connection.isWaiting ? count : 0)
            if connection.turn.isDemanding { peerTurns.noteBusy(connection.turn, at: ticks) }
            servedCount += max(1, count)
        }
    }

    /// Does for a connection whatever can be done without waiting, up to its share.
    private func serve(_ connection: Connection) {
        defer { reckon(connection) }
        var turns = 0
        while !connection.isClosed {
            if connection.isWaiting {
                guard connection.isGreedy, goesOn(connection) else { return }
                if turns > 0 { return ready.append(connection) }
            } else if !connection.output.isEmpty {
                guard send(connection) else { return }
                continue
            } else {
                guard connection.hasWork else {
                    if mustClose, connection.phase == .idle { close(connection) }
                    return
                }
                if turns == Self.turnsMax { return ready.append(connection) }
            }
            turns += 1
            takeShare(connection)
        }
    }

    /// Reads of one turn: a body comes in pieces.
    private static var turnsMax: Int { 4 }

    /// Whether more answers fit behind those that this batch will let go.
    private func goesOn(_ connection: Connection) -> Bool {
        connection.batchNumber == batch.number && mayTake(connection)
    }

    func mayTake(_ connection: Connection) -> Bool {
        connection.awaited == nil && !connection.closesAfterOutput
            && connection.heldCount < ServerLimits.pipelinedMax
            && connection.output.count < ServerLimits.outputByteCountMax
    }

    /// Sends what a batch has let go; what the peer has asked since has its turn later.
    func letGo(_ connection: Connection) {
        defer { reckon(connection) }
        guard !connection.isClosed else { return }
        if !connection.output.isEmpty, !send(connection) { return }
        if connection.hasWork { ready.append(connection) }
    }
}
