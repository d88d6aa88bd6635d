import Audit
import Crypto
import Vault
import Wire

/// What has ended lately, for gateways that keep answers and want to be exact (long poll).
enum EpochFeed {
    static let route = Route(
        .get, "/v1/epoch", on: [.gateway], .protocolOwn, .epochRead, query: ["since", "wait"],
        read)

    @Sendable private static func read(_ call: Call) throws(Refusal) -> Reply {
        let since = try since(call)
        let wait = try wait(call)
        let feed = call.vault.revocations
        if let since, since == feed.epoch, wait > .seconds(0), !call.desk.published.isDraining {
            call.deferred = .epoch(since: since, wait)
        }
        return Reply(protocolOwn: 200, body(feed, since, call.desk.log.head.checkpoint))
    }

    private static func since(_ call: Call) throws(Refusal) -> UInt64? {
        guard let text = try call.query("since") else { return nil }
        guard let number = Call.number(text) else {
            throw .invalidValue("since is the number of an epoch")
        }
        return number
    }

    private static func wait(_ call: Call) throws(Refusal) -> TimeSpan {
        guard let text = try call.query("wait") else { return .seconds(0) }
        guard let microseconds = DurationText.parse(text),
            microseconds <= TimeSpan.seconds(ServerLimits.epochWaitSecondsMax).microseconds
        else {
            throw .invalidValue("wait is a duration of at most 60s")
        }
        return TimeSpan(microseconds: microseconds)
    }

    /// The answer of one that has waited.
    static func answer(
        _ feed: RevocationFeed, _ since: UInt64, _ checkpoint: [UInt8], _ requestID: UInt128
    ) -> Answer {
        var answer = Answer(status: 200, requestID: requestID)
        answer.body = AnswerBody(body(feed, since, checkpoint))
        return answer
    }

    /// `epoch` is how far the list goes: where the next question begins.
    private static func body(
        _ feed: RevocationFeed, _ since: UInt64?, _ checkpoint: [UInt8]
    ) -> WipedBytes {
        let known = feed.entries(after: since ?? feed.epoch, limit: ServerLimits.listMax)
        let entries = known ?? []
        var json = JSONWriter(WipedBytes(capacity: 1024 + 192 * entries.count))
        json.beginObject()
        json.member("result")
        json.beginObject()
        json.member("epoch", number: entries.last?.epoch ?? feed.epoch)
        json.member("reset")
        json.bool(known == nil)
        json.member("revoked")
        json.list(Array(entries)) { entry, json in
            json.beginObject()
            json.member("kind")
            json.string(entry.subject.kind.noun)
            json.member("id", entry.subject.text)
            json.member("affects", entry.affects.text)
            json.member("epoch", number: entry.epoch)
            json.endObject()
        }
        json.member("checkpoint")
        json.string(bytes: checkpoint.span)
        json.endObject()
        json.endObject()
        return json.finish()
    }
}

/// Requests that wait for the next epoch: a few words each, and no thread.
struct EpochWaiters {
    struct Waiter {
        let requestID: UInt128
        let loop: Int
        let since: UInt64
        /// In the monotonic clock's nanoseconds.
        let deadline: UInt64
    }

    private var waiters: [Waiter] = []
    private var firstDeadline = UInt64.max

    var count: Int { waiters.count }
    var hasRoom: Bool { waiters.count < ServerLimits.epochWaitersMax }

    mutating func add(_ waiter: Waiter) {
        waiters.append(waiter)
        firstDeadline = min(firstDeadline, waiter.deadline)
    }

    /// Nanoseconds until the first of them has waited long enough; nil when nobody waits.
    func remaining(at ticks: UInt64) -> UInt64? {
        guard !waiters.isEmpty else { return nil }
        return firstDeadline > ticks ? firstDeadline - ticks : 0
    }

    /// Those for whom there is news, and those whose time is up.
    mutating func takeReady(epoch: UInt64, at ticks: UInt64) -> [Waiter] {
        guard ticks >= firstDeadline || waiters.contains(where: { $0.since != epoch }) else {
            return []
        }
        let ready = waiters.filter { $0.since != epoch || $0.deadline <= ticks }
        waiters.removeAll { $0.since != epoch || $0.deadline <= ticks }
        firstDeadline = waiters.map(\.deadline).min() ?? .max
        return ready
    }
}
