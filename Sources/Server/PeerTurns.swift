/// The turns of the peers that have connections, by process, and what each asks for lately.
///
/// A process that makes a new one for each connection gains a turn for each, as if there were no
/// peers: connections still take turns.
package struct PeerTurns<Member: TurnTaking> {
    private var turns: [Int32: (turn: PeerTurn<Member>, connectionCount: Int)] = [:]
    /// Peers that have asked for something lately, and those of them that had their share under way.
    private var activeCount = 0
    private var busyCount = 0

    package init() {}

    package var count: Int { turns.count }

    /// Whether somebody who asks for little could wait for another's requests: workers of a gateway
    /// that all have much to ask need not be held to a share, nor one beside others that are idle.
    package var isShared: Bool { activeCount > 1 && busyCount < activeCount }

    package mutating func enter(_ pid: Int32) -> PeerTurn<Member> {
        let turn = turns[pid]?.turn ?? PeerTurn<Member>()
        turns[pid, default: (turn, 0)].connectionCount += 1
        return turn
    }

    /// One that was active is remembered for a while: it may make a connection for each request.
    package mutating func leave(_ pid: Int32) {
        guard let entry = turns[pid] else { return }
        turns[pid] = (entry.turn, entry.connectionCount - 1)
        guard entry.connectionCount == 1 else { return }
        let isForgotten = !entry.turn.isActive || turns.count > ServerLimits.rememberedPeersMax
        if isForgotten { forget(pid, entry.turn) }
    }

    private mutating func forget(_ pid: Int32, _ turn: PeerTurn<Member>) {
        turns[pid] = nil
        if turn.isActive { activeCount -= 1 }
        if turn.isBusy { busyCount -= 1 }
        (turn.isActive, turn.isBusy) = (false, false)
    }

    /// A peer asks for something, on a connection that it has.
    ///
    /// - Parameter ticks: now, in nanoseconds.
    package mutating func noteAsking(_ turn: PeerTurn<Member>, at ticks: UInt64) {
        turn.askedAt = ticks
        guard !turn.isActive else { return }
        turn.isActive = true
        activeCount += 1
    }

    /// A peer that is active wants more than its share.
    package mutating func noteBusy(_ turn: PeerTurn<Member>, at ticks: UInt64) {
        (turn.askedAt, turn.busyAt) = (ticks, ticks)
        guard turn.isActive, !turn.isBusy else { return }
        turn.isBusy = true
        busyCount += 1
    }

    /// Forgets who has not asked, or not asked for much, for a while.
    package mutating func forgetIdle(at ticks: UInt64) {
        // Who waits for what was asked has not gone, however long the commit takes.
        for (pid, (turn, connectionCount)) in turns {
            if turn.isBusy, !turn.isDemanding,
                ticks - turn.busyAt > ServerLimits.peerMemoryNanoseconds
            {
                turn.isBusy = false
                busyCount -= 1
            }
            if turn.isActive, !turn.isWaiting,
                ticks - turn.askedAt > ServerLimits.peerMemoryNanoseconds
            {
                turn.isActive = false
                activeCount -= 1
            }
            if connectionCount == 0, !turn.isActive { forget(pid, turn) }
        }
    }
}
