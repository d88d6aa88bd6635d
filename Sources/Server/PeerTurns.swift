/// The turns of the peers that have connections, by process, and which of them ask for something.
///
/// A process that makes a new one for each connection gains a turn for each, as if there were no
/// peers: connections still take turns. One that has been idle is no reason to hold another to its
/// share: a gateway keeps connections that it does not use.
package struct PeerTurns<Member: TurnTaking> {
    private var turns: [Int32: (turn: PeerTurn<Member>, connectionCount: Int)] = [:]
    /// Peers that have asked for something lately.
    package private(set) var activeCount = 0

    package init() {}

    package mutating func enter(_ pid: Int32) -> PeerTurn<Member> {
        let turn = turns[pid]?.turn ?? PeerTurn<Member>()
        turns[pid, default: (turn, 0)].connectionCount += 1
        return turn
    }

    package mutating func leave(_ pid: Int32) {
        guard let entry = turns[pid] else { return }
        guard entry.connectionCount == 1 else {
            turns[pid] = (entry.turn, entry.connectionCount - 1)
            return
        }
        turns[pid] = nil
        if entry.turn.isActive { activeCount -= 1 }
        entry.turn.isActive = false
    }

    /// A peer has asked for something; its last connection may have ended with that.
    ///
    /// - Parameter ticks: now, in nanoseconds.
    package mutating func noteAsking(
        _ pid: Int32, _ turn: PeerTurn<Member>, at ticks: UInt64
    ) {
        turn.askedAt = ticks
        guard !turn.isActive, turns[pid] != nil else { return }
        turn.isActive = true
        activeCount += 1
    }

    /// Forgets those that have not asked for a while.
    package mutating func forgetIdle(at ticks: UInt64) {
        for (turn, _) in turns.values where turn.isActive {
            guard ticks - turn.askedAt > ServerLimits.idlePeerNanoseconds else { continue }
            turn.isActive = false
            activeCount -= 1
        }
    }
}
