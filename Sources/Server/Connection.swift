import Crypto
import Linux
import Vault

/// One peer's connection, owned by one loop.
///
/// It is in one of three states: free to read, waiting for a batch or a job, or having answers to
/// send. While it waits nothing of it is read, so what a peer can have in flight is one read.
final class Connection: TurnTaking {
    enum Phase { case idle, header, body, waiting, writing, lingering }

    let socket: Descriptor
    let peer: PeerCredentials
    let slot: Int
    let generation: UInt32
    /// Input that is not yet a whole request.
    var input = WipedBytes(capacity: 64)
    /// How many bytes the request has that the input begins with; 0 when that is not known.
    var awaitedByteCount = 0
    /// Whether the input may hold another whole request.
    var mayHoldRequest = false
    var output: [UInt8] = []
    var sentCount = 0
    /// Bytes that it holds of what all connections share.
    var sharedByteCount = 0
    var outputIsSecret = false
    /// Answers in `output` that are not durable yet.
    private(set) var heldCount = 0
    /// Which of them are to a HEAD, the first one's bit the lowest.
    private(set) var heldHeads: UInt128 = 0
    /// How many there may be when its present turn ends.
    var heldCountMax = 0
    /// Whether its last turn ended with requests left.
    var isGreedy = false
    /// Whether it waits for its next turn.
    var isQueued = false
    /// Its requests in batches under way.
    var underWayCount = 0
    /// Shared by its peer's connections.
    let turn: PeerTurn<Connection>
    /// The batch that its answers wait for.
    var batchNumber: UInt64 = 0
    var isWaiting = false
    /// The request whose answer comes from the store's owner or a job.
    var awaited: Awaited?
    /// Edge-triggered: true from an edge until a read has taken less than there was room for.
    var isReadable = true
    /// The peer sends no more: its end may have come with the last bytes, in one edge.
    var hasHungUp = false
    var closesAfterOutput = false
    /// Whether its peer may be sending still when the last answer is out.
    var lingers = false
    /// What is thrown away of what comes.
    var discard: Discard?
    var isClosed = false
    var hasContinued = false
    var phase = Phase.idle
    var deadline: UInt64
    private var lastQuery: [UInt8] = []
    private var lastRequirement = ParsedRequirement()

    struct Awaited {
        let id: UInt128
        let isHead: Bool
        let persistence: Persistence
    }

    init(
        socket: consuming Descriptor, peer: PeerCredentials, turn: PeerTurn<Connection>, slot: Int,
        generation: UInt32, deadline: UInt64
    ) {
        self.socket = socket
        self.peer = peer
        self.turn = turn
        self.slot = slot
        self.generation = generation
        self.deadline = deadline
    }

    var key: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

    /// Whether there is, or may be, something to take of it.
    var hasWork: Bool { mayHoldRequest || isReadable }

    /// What its peer makes the loop keep: a request that does not end, answers that it does not take.
    var keptByteCount: Int { input.capacity + output.capacity }

    /// A large request's room is not kept for the connection's life.
    func emptyInput() {
        if input.capacity <= ServerLimits.ownByteCount {
            input.removeAll()
        } else {
            input = WipedBytes(capacity: 64)
        }
    }

    /// A gateway asks with the same query again and again: parsed once.
    func requirement(_ query: Span<UInt8>) -> ParsedRequirement {
        if query.count == lastQuery.count, isLast(query) { return lastRequirement }
        let parsed = ParsedRequirement(query)
        if query.count <= 512 {
            lastQuery = []
            for index in query.indices { lastQuery.append(query[index]) }
            lastRequirement = parsed
        }
        return parsed
    }

    private func isLast(_ query: Span<UInt8>) -> Bool {
        for index in query.indices where query[index] != lastQuery[index] { return false }
        return true
    }

    func noteHeld(isHead: Bool) {
        if isHead { heldHeads |= 1 << heldCount }
        heldCount += 1
    }

    /// Everything was sent.
    func finishOutput() {
        if outputIsSecret {
            Wiping.wipe(&output)
            outputIsSecret = false
        }
        // Nor is a large answer's.
        output.removeAll(keepingCapacity: output.capacity <= ServerLimits.ownByteCount)
        sentCount = 0
        heldCount = 0
        heldHeads = 0
    }
}
