import Linux
import StrongroomClient

/// `audit tail`: asks again and again for what is new.
enum AuditTail {
    private static let intervalSecondsMax = 60
    private static let pageCount = 1000

    static let verb = Verb(
        words: ["audit", "tail"],
        summary: "Print events as they happen, one line each, until interrupted.",
        options: AuditFilter.options + [
            .value("start-after", "SEQ", "begin behind this event rather than now"),
            .value("interval", "SECONDS", "how often to ask, at most 60; default 1"),
            AuditVerbs.tokenFile,
        ],
        example: "strongroom audit tail --outcome deny"
    ) { session throws(Failure) in
        let interval = try session.invocation.count("interval") ?? 1
        guard interval <= intervalSecondsMax else {
            throw .usage("--interval is at most \(intervalSecondsMax) seconds")
        }
        try run(session, interval)
    }

    private static func run(_ session: Session, _ interval: Int) throws(Failure) {
        var polls = OwnPolls()
        var query = try AuditFilter.query(session.invocation)
        query.limit = pageCount
        query.order = "seq[asc]"
        if query.startAfter == nil { query.startAfter = try newest(session, &polls) }
        var place = TailPlace(
            startAfter: query.startAfter, isOrdered: !session.invocation.has("token-file"))
        while true {
            // Without a filter the page itself tells how far it goes.
            let newest = query.filters.isEmpty ? nil : try newest(session, &polls)
            query.startAfter = place.startAfter
            let response = try AuditVerbs.events(session, query)
            polls.note(response)
            let page = try EventPage(response)
            for event in page.events where place.isNew(event.sequence) && !polls.made(event) {
                try AuditVerbs.print(event, session)
            }
            let next = page.next(after: query)
            place.move(past: page.events.compactMap(\.sequence), next: next, newest: newest)
            if next == nil { SystemTime.sleep(milliseconds: interval * 1000) }
        }
    }

    /// The newest event's number; nil for an empty log.
    private static func newest(
        _ session: Session, _ polls: inout OwnPolls
    ) throws(Failure) -> String? {
        var query = ListQuery()
        query.limit = 1
        query.order = "seq[desc]"
        let response = try AuditVerbs.events(session, query)
        polls.note(response)
        return try EventPage(response).events.last?.sequence
    }
}

/// Where `tail` stands: behind which event it asks on, and what it has shown of what lies there.
package struct TailPlace {
    package private(set) var startAfter: String?
    private var shown: Set<String> = []
    /// Whether a later event has a greater number; a token's holder is told numbers in no order.
    private let isOrdered: Bool

    package init(startAfter: String?, isOrdered: Bool) {
        self.startAfter = startAfter
        self.isOrdered = isOrdered
    }

    package func isNew(_ sequence: String?) -> Bool { sequence.map { !shown.contains($0) } ?? true }

    /// - Parameters:
    ///   - page: the numbers of the events that were found behind `startAfter`.
    ///   - next: where the rest of them begins; nil where that was all.
    ///   - newest: of all events, the newest before the page was asked for: up to there the page
    ///     has everything that is wanted, and nobody need look there again. Nil if not asked for.
    package mutating func move(past page: [String], next: String?, newest: String?) {
        if next == nil, let newest, isAhead(newest) {
            // What came since may be in the page too, and will be found again.
            (startAfter, shown) = (newest, Set(page))
        } else {
            (startAfter, shown) = (next ?? page.last ?? startAfter, [])
        }
    }

    /// Who begins behind an event that is yet to come is not taken back to those before it.
    private func isAhead(_ newest: String) -> Bool {
        guard isOrdered, let startAfter, let now = UInt64(startAfter), let newest = UInt64(newest)
        else { return true }
        return newest > now
    }
}

/// What `tail` itself asked for, which is on the log too: shown, it would be all there is to see.
private struct OwnPolls {
    /// On the way through a very long log the earliest are forgotten, and shown after all.
    private static let countMax = 4096
    private var ids: [String] = []

    mutating func note(_ response: Response) {
        guard let id = response.header("x-request-id") else { return }
        ids.append(id)
        if ids.count > Self.countMax { ids.removeFirst() }
    }

    func made(_ event: EventPage.Event) -> Bool {
        guard event.tree["event"]?.text == "audit.list", let id = event.tree["request_id"]?.text
        else { return false }
        return ids.contains(id)
    }
}
