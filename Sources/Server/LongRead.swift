package import Vault
import Wire

/// A read of any size, done a bounded piece at a time; its reply is the request's answer.
package protocol LongRead: AnyObject {
    /// What the reader was granted when the read began.
    var grant: Grant { get }
    var isFinished: Bool { get }
    /// Looks at about `count` stored objects.
    func advance(_ count: Int) throws(Refusal)
    /// Only when it is finished.
    func reply() throws(Refusal) -> Reply
}

extension Call {
    /// Answers at once what is small; what is not goes on between batches.
    func answer(_ read: some LongRead, _ grant: Grant) throws(Refusal) -> Reply {
        try read.advance(ServerLimits.firstPieceCount)
        if read.isFinished { return try read.reply() }
        guard desk.readPlaces.ask(for: grant.principal?.organization) else {
            throw .rateLimited(
                "too many long lists are being read; narrow yours", retryAfterSeconds: 1)
        }
        deferred = .read(read, grant)
        return Reply(grant) { $0.null() }
    }
}

/// Reads that go on between batches, one piece of one of them at a time; organizations take turns.
struct LongReads {
    private struct Pending {
        let call: Call
        let loop: Int
        let read: any LongRead
        let holder: OrganizationID?
    }

    /// What came of a read.
    enum Outcome {
        case answer(Answer, loop: Int)
        case refusal(Refusal, Call, loop: Int)
    }

    private var pending = FairQueue<OrganizationID?, Pending>()

    var isEmpty: Bool { pending.isEmpty }
    var count: Int { pending.count }

    mutating func append(
        _ read: any LongRead, of call: Call, loop: Int, holder: OrganizationID?
    ) {
        pending.append(Pending(call: call, loop: loop, read: read, holder: holder), of: holder)
    }

    /// Nil while there is nothing to say.
    ///
    /// - Parameter places: what is over leaves its own.
    mutating func advance(_ places: inout SharedPlaces) -> Outcome? {
        guard let next = pending.popFirst() else { return nil }
        var isOver = true
        defer { if isOver { places.end(of: next.holder) } }
        do throws(Refusal) {
            try next.read.advance(ServerLimits.pieceCount)
            guard next.read.isFinished else {
                pending.append(next, of: next.holder)
                isOver = false
                return nil
            }
            try next.call.requireStillGood(since: next.read.grant)
            let reply = try next.read.reply()
            return .answer(reply.answer(to: next.call.request), loop: next.loop)
        } catch {
            return .refusal(error, next.call, loop: next.loop)
        }
    }
}
