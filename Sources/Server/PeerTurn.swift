/// What waits of one peer's connections; shared by them.
package final class PeerTurn<Member: TurnTaking> {
    private var modest = Fifo<Member>()
    private var greedy = Fifo<Member>()
    private var greedyIsFirst = false
    /// Requests taken in this turn.
    var servedCount = 0
    /// Its connections' requests in batches under way.
    var underWayCount = 0
    /// Whether it is among those that have a turn, or has one.
    var isQueued = false
    /// When it asked last, and when it last had its share under way, in nanoseconds; 0 for never.
    var askedAt: UInt64 = 0
    var busyAt: UInt64 = 0
    /// Whether that was lately.
    var isActive = false
    var isBusy = false

    package init() {}

    var isEmpty: Bool { modest.isEmpty && greedy.isEmpty }

    /// Whether it has something under way, or wants it to be.
    var isWaiting: Bool { underWayCount > 0 || !isEmpty }

    /// Whether what it has under way and what it wants besides is more than a share.
    var isDemanding: Bool {
        !greedy.isEmpty || underWayCount + modest.count >= ServerLimits.peerUnderWayMax
    }

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
        isQueued = false
    }
}
