import StrongroomClient

/// `audit`: what happened, as the daemon tells it.
enum AuditVerbs {
    static let verbs: [Verb] = [list, AuditTail.verb]

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

    /// A daemon that goes through a large log answers when it is through.
    static let longSecondsMax = 3600

    /// A page of events, as the operator or as the holder of a token.
    static func events(_ session: Session, _ query: ListQuery) throws(Failure) -> Response {
        session.limits.timeoutSeconds = longSecondsMax
        if session.invocation.has("token-file") {
            return try session.manage(.get, ["audit"], query: query.items)
        }
        return try session.operate(.get, ["audit"], query: query.items)
    }

    /// On one line.
    static func print(
        _ event: EventPage.Event, _ session: Session
    ) throws(Failure) {
        if session.isJSON { return try session.output.print(event.json) }
        let cells = columns.map { event.tree.at($0.path)?.text ?? "-" }
        try session.output.print(Text.printable(cells.joined(separator: "  ")))
    }
}
