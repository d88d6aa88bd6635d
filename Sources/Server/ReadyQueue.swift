/// Who takes turns: a connection.
package protocol TurnTaking: AnyObject {
    /// Whether its last turn ended with requests left.
    var isGreedy: Bool { get }
    /// Whether it waits for its next turn.
    var isQueued: Bool { get set }
    /// Shared by its peer's connections.
    var turn: PeerTurn<Self> { get }
}

/// Connections that something can be done for, in the order of their turns.
///
/// Law: peers take turns, so that one process with many connections does not come before another
/// with few; a peer's turn goes half to connections that ask for little at a time, half to those
/// that had more than their share, so that a connection with thousands of requests waits for the
/// others and not they for it. Who a tenant is, is known only when its request has been decided,
/// which is all that there is to a verification: tenants take turns where work is worth more than
/// that, at the store's owner.
package struct ReadyQueue<Member: TurnTaking> {
    private var turns = Fifo<PeerTurn<Member>>()
    private var current: PeerTurn<Member>?

    package init() {}

    package var isEmpty: Bool { current == nil && turns.isEmpty }

    package mutating func append(_ connection: Member) {
        guard !connection.isQueued else { return }
        connection.isQueued = true
        let peer = connection.turn
        peer.append(connection)
        guard !peer.isQueued else { return }
        peer.isQueued = true
        turns.append(peer)
    }

    /// The connection whose turn it is; nil when nobody waits.
    package mutating func next() -> Member? {
        if current == nil { current = turns.popFirst() }
        guard let peer = current, let connection = peer.popFirst() else { return nil }
        connection.isQueued = false
        return connection
    }

    /// Ends the turn of the peer that was served last, if it has had its share.
    ///
    /// - Parameter count: requests that were taken of its connection, or 1 for other work.
    package mutating func note(served count: Int) {
        guard let peer = current else { return }
        peer.servedCount += count
        guard peer.isEmpty || peer.servedCount >= ServerLimits.turnRequestCount else { return }
        current = nil
        peer.endTurn()
        if peer.isQueued { turns.append(peer) }
    }
}

/// What waits of one peer's connections; shared by them.
package final class PeerTurn<Member: TurnTaking> {
    private var modest = Fifo<Member>()
    private var greedy = Fifo<Member>()
    private var greedyIsFirst = false
    /// Requests taken in this turn.
    var servedCount = 0
    /// Whether it is among those that have a turn, or has one.
    var isQueued = false

    package init() {}

    var isEmpty: Bool { modest.isEmpty && greedy.isEmpty }

    func append(_ connection: Member) {
        if connection.isGreedy { greedy.append(connection) } else { modest.append(connection) }
    }

    func popFirst() -> Member? {
        if greedyIsFirst, let connection = greedy.popFirst() { return connection }
        return modest.popFirst() ?? greedy.popFirst()
    }

    func endTurn() {
        servedCount = 0
        greedyIsFirst.toggle()
        isQueued = !isEmpty
    }
}

/// The turns of the peers that have connections, by process.
///
/// A process that makes a new one for each connection gains a turn for each, as if there were no
/// peers: connections still take turns.
struct PeerTurns {
    private var turns: [Int32: (turn: PeerTurn<Connection>, connectionCount: Int)] = [:]

    var count: Int { turns.count }

    mutating func enter(_ pid: Int32) -> PeerTurn<Connection> {
        let turn = turns[pid]?.turn ?? PeerTurn<Connection>()
        turns[pid, default: (turn, 0)].connectionCount += 1
        return turn
    }

    mutating func leave(_ pid: Int32) {
        guard let entry = turns[pid] else { return }
        turns[pid] = entry.connectionCount > 1 ? (entry.turn, entry.connectionCount - 1) : nil
    }
}

/// Lets a flood have one batch under way where there are others: their answers wait for the commit
/// that they come into and for the one before it, and both are as long as the flood makes them.
///
/// Batches without a flood do not count, or others with two in turns would let it have none.
package struct FloodGate {
    /// Whether the batch being built has requests of connections that had more than their share.
    private var isInBatch = false
    private var underWayCount = 0

    package init() {}

    package mutating func noteFlood() { isInBatch = true }

    /// The batch being built is handed over; whether it is one of a flood.
    package mutating func close() -> Bool {
        defer { isInBatch = false }
        if isInBatch { underWayCount += 1 }
        return isInBatch
    }

    /// A flood's batch has come back.
    package mutating func open() { underWayCount -= 1 }

    /// Whether a flood waits until `open` is called.
    package func isClosed(peerCount: Int) -> Bool {
        peerCount > 1 && underWayCount >= ServerLimits.floodBatchCountMax
    }
}
