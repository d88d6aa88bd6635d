import Linux
import StrongroomClient

/// `audit`: what happened, as the daemon tells it.
enum AuditVerbs {
    static let verbs: [Verb] = [list, tail]

    static let tokenFile = Option.value(
        "token-file", "PATH", "read as this token's organization or account, not as the operator")

    private static let columns: [Session.Column] = [
        .init("SEQ", "seq"), .init("TIME", "time"), .init("EVENT", "event"),
        .init("OUTCOME", "outcome"), .init("REASON", "reason"),
        .init("ORGANIZATION", "organization_id"),
        .init("ACCOUNT", "account_id"), .init("TOKEN", "token_id"), .init("PEER", "peer.uid"),
        .init("FROM", "remote_addr"),
    ]

    private static let list = Verb(
        words: ["audit", "list"], summary: "List events of the audit log.",
        options: AuditFilter.options + Listing.options + [tokenFile],
        example: "strongroom audit list --outcome deny --since 24h --limit 20"
    ) { session throws(Failure) in
        let query = try AuditFilter.query(session.invocation)
        try session.show(list: events(session, query), "events", columns)
    }

    private static let tail = Verb(
        words: ["audit", "tail"],
        summary: "Print events as they happen, one line each, until interrupted.",
        options: AuditFilter.options + [
            .value("start-after", "SEQ", "begin behind this event rather than now"),
            .value("interval", "SECONDS", "how often to ask; default 1"), tokenFile,
        ],
        example: "strongroom audit tail --outcome deny"
    ) { session throws(Failure) in
        let interval = try session.invocation.count("interval") ?? 1
        var query = try AuditFilter.query(session.invocation)
        query.limit = 1000
        query.order = "seq[asc]"
        if query.startAfter == nil { query.startAfter = try newest(session) }
        while true {
            let events = try EventPage(events(session, query)).events
            for event in events where !isOwnPoll(event) { try print(event, session) }
            if let last = events.last { query.startAfter = last.sequence }
            if events.count < 1000 { SystemTime.sleep(milliseconds: interval * 1000) }
        }
    }

    /// A page of events, as the operator or as the holder of a token.
    static func events(_ session: Session, _ query: ListQuery) throws(Failure) -> Response {
        if session.invocation.has("token-file") {
            return try session.manage(.get, ["audit"], query: query.items)
        }
        return try session.operate(.get, ["audit"], query: query.items)
    }

    /// The newest event's number; nil for an empty log.
    private static func newest(_ session: Session) throws(Failure) -> String? {
        var query = ListQuery()
        query.limit = 1
        query.order = "seq[desc]"
        return try EventPage(events(session, query)).events.last?.sequence
    }

    /// Asking is recorded too; shown, it would be all that there is to see.
    private static func isOwnPoll(_ event: EventPage.Event) -> Bool {
        event.tree["event"]?.text == "audit.list"
            && event.tree.at("peer.pid")?.text == String(ProcessHygiene.ownPID)
    }

    private static func print(
        _ event: EventPage.Event, _ session: Session
    ) throws(Failure) {
        if session.isJSON { return try session.output.print(event.json) }
        let cells = columns.map { event.tree.at($0.path)?.text ?? "-" }
        try session.output.print(Text.printable(cells.joined(separator: "  ")))
    }
}
