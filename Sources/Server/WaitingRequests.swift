import Crypto
import Linux
import Vault

/// A batch of a loop with the answers to its requests, in their order.
struct FinishedBatch {
    let loop: Int
    let number: UInt64
    var answers: [Answer] = []
    /// In place of answers: nothing of it is kept.
    var problem: Problem?

    var message: LoopMessage {
        if let problem { return .failed(number: number, problem) }
        return .durable(number: number, answers: answers)
    }
}

/// Requests that the store's owner has taken and not answered.
///
/// Law: tenants take turns, and one who asks thousands of things waits for himself. It is bounded
/// by the connections: none has more than one request here, and none is read while it has.
struct WaitingRequests {
    /// Who takes turns with whom.
    private enum Asker: Hashable {
        case organization(OrganizationID)
        /// Whoever shows no token, none that is known, or a wrong secret of one: by process, for
        /// nothing else is proved. An organization does not wait for who has an old secret of its.
        case unproven(Int32)
    }

    /// Where an answer goes while the batch that brought the request is not concluded.
    struct Place {
        let batch: Int
        let request: Int
    }

    struct Waiting {
        let request: Request
        let loop: Int
        /// Nil when the batch has left: the answer goes by the request's id.
        let place: Place?
    }

    private struct Entry {
        let request: Request
        let loop: Int
        let place: Place
        let cycle: UInt64
    }

    private var queue = FairQueue<Asker, Entry>()
    /// Which batches places are in.
    private var cycle: UInt64 = 0

    var isEmpty: Bool { queue.isEmpty }
    var count: Int { queue.count }

    /// - Parameter holder: whose token it is, where that is known and was proved.
    mutating func append(
        _ request: Request, on loop: Int, _ place: Place,
        heldBy holder: (DetachedToken) -> OrganizationID?
    ) {
        var asker = Asker.unproven(request.peer.pid)
        if case .token(let token) = request.bearer, let owner = holder(token) {
            asker = .organization(owner)
        }
        queue.append(
            Entry(request: request, loop: loop, place: place, cycle: cycle), of: asker)
    }

    mutating func popFirst() -> Waiting? {
        guard let entry = queue.popFirst() else { return nil }
        let place = entry.cycle == cycle ? entry.place : nil
        return Waiting(request: entry.request, loop: entry.loop, place: place)
    }

    /// The batches have left: what is still here is answered by itself.
    mutating func leaveBatches() { cycle &+= 1 }

    /// The batches were told that nothing of them was kept: their requests go with them.
    mutating func forgetBatches() {
        let current = cycle
        queue.removeAll { $0.cycle == current }
        cycle &+= 1
    }
}
