package import Vault
import Wire

/// A read of any size, done a bounded piece at a time; its reply is the request's answer.
package protocol LongRead: AnyObject {
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
        guard desk.longReadCount < ServerLimits.longReadsMax else {
            throw .rateLimited(
                "too many long lists are being read; narrow yours", retryAfterSeconds: 1)
        }
        desk.longReadCount += 1
        deferred = .read(read)
        return Reply(grant) { $0.null() }
    }
}

/// Reads that go on between batches, one piece of one of them at a time, each in its turn.
struct LongReads {
    private struct Pending {
        let call: Call
        let loop: Int
        let read: any LongRead
    }

    /// What came of a read.
    enum Outcome {
        case answer(Answer, loop: Int)
        case refusal(Refusal, Call, loop: Int)
    }

    private var pending: [Pending] = []

    var isEmpty: Bool { pending.isEmpty }
    var count: Int { pending.count }

    mutating func append(_ read: any LongRead, of call: Call, loop: Int) {
        pending.append(Pending(call: call, loop: loop, read: read))
    }

    /// Nil while there is nothing to say.
    mutating func advance() -> Outcome? {
        guard !pending.isEmpty else { return nil }
        let next = pending.removeFirst()
        do throws(Refusal) {
            try next.read.advance(ServerLimits.pieceCount)
            guard next.read.isFinished else {
                pending.append(next)
                return nil
            }
            try next.call.requireStillGood()
            let reply = try next.read.reply()
            return .answer(reply.answer(to: next.call.request), loop: next.loop)
        } catch {
            return .refusal(error, next.call, loop: next.loop)
        }
    }
}
