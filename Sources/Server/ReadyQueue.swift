/// Who takes turns: a connection.
package protocol TurnTaking: AnyObject {
    /// Whether its last turn ended with requests left.
    var isGreedy: Bool { get }
    /// Whether it waits for its next turn.
    var isQueued: Bool { get set }
    /// Its requests in batches under way.
    var underWayCount: Int { get set }
    /// Shared by its peer's connections.
    var turn: PeerTurn<Self> { get }
}

/// Connections that something can be done for, in the order of their turns.
///
/// Law: peers take turns, so that one process with many connections does not come before another
/// with few; a peer's turn goes half to connections that ask for little at a time, half to those
/// that had more than their share, so that a connection with thousands of requests waits for the
/// others and not they for it. Where there are other peers, one that has its share of requests under
/// way has no turn until some have come back, of how many connections ever they are: whoever comes
/// next waits for the commit of those and for the one before it, and both are as long as its share.
/// Who a tenant is, is known only when its request has been decided, which is all that there is to a
/// verification: tenants take turns where work is worth more than that, at the store's owner.
package struct ReadyQueue<Member: TurnTaking> {
    private var turns = Fifo<PeerTurn<Member>>()
    private var current: PeerTurn<Member>?
    private var turnsLeft = Int.max
    private var underWayMax = Int.max

    package init() {}

    /// Whether nobody may have a turn; those with their share under way may when it is back.
    package var isEmpty: Bool { current == nil && turns.isEmpty }

    /// Begins a round, in which each peer has one turn.
    ///
    /// - Parameter isShared: whether there are other peers; one alone has as many turns as it wants.
    package mutating func beginRound(isShared: Bool) {
        turnsLeft = isShared ? turns.count + (current == nil ? 0 : 1) : .max
        underWayMax = isShared ? ServerLimits.peerUnderWayMax : .max
    }

    package mutating func append(_ connection: Member) {
        guard !connection.isQueued else { return }
        connection.isQueued = true
        connection.turn.append(connection)
        queue(connection.turn)
    }

    /// The connection whose turn it is; nil when the round is over or nobody may have one.
    package mutating func next() -> Member? {
        guard turnsLeft > 0, let peer = currentTurn(), let connection = peer.popFirst() else {
            return nil
        }
        connection.isQueued = false
        return connection
    }

    /// Ends the turn of the peer that was served last, if it has had its share.
    ///
    /// - Parameters:
    ///   - connection: the one that `next` gave.
    ///   - count: requests that were taken of it, or 1 for other work.
    ///   - underWayCount: those of them that are in the batch being built.
    package mutating func note(
        _ connection: Member, served count: Int, underWay underWayCount: Int
    ) {
        let peer = connection.turn
        connection.underWayCount += underWayCount
        peer.underWayCount += underWayCount
        peer.servedCount += count
        let isOver = peer.servedCount >= ServerLimits.turnRequestCount
        if isOver || peer.isEmpty || hasShareUnderWay(peer) { endTurn(peer) }
    }

    /// The connection's batch has come back.
    package mutating func release(_ connection: Member) {
        connection.turn.underWayCount -= connection.underWayCount
        connection.underWayCount = 0
        queue(connection.turn)
    }

    private func hasShareUnderWay(_ peer: PeerTurn<Member>) -> Bool {
        peer.underWayCount >= underWayMax
    }

    /// Who is served; who was alone may by now have more under way than where there are others.
    private mutating func currentTurn() -> PeerTurn<Member>? {
        while true {
            if current == nil { current = turns.popFirst() }
            guard let peer = current, hasShareUnderWay(peer) else { return current }
            endTurn(peer)
        }
    }

    private mutating func endTurn(_ peer: PeerTurn<Member>) {
        current = nil
        turnsLeft -= 1
        peer.endTurn()
        queue(peer)
    }

    private mutating func queue(_ peer: PeerTurn<Member>) {
        guard !peer.isQueued, !peer.isEmpty, !hasShareUnderWay(peer) else { return }
        peer.isQueued = true
        turns.append(peer)
    }
}
