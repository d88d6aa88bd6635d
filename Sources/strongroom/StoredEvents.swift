import Audit
import Store
import StrongroomClient
import Vault

/// Events out of a stopped vault's files.
enum StoredEvents {
    private static let pageCount = 1000

    /// The events wanted, as a search of the files.
    static func query(_ invocation: Invocation) throws(Failure) -> AuditQuery {
        guard !invocation.has("token-file") else {
            throw .usage("--token-file is for a running daemon; --data is for a stopped one")
        }
        var query = AuditQuery()
        query.organization = try identifier(invocation, "organization")
        query.account = try identifier(invocation, "account")
        query.integration = try identifier(invocation, "integration")
        query.token = try identifier(invocation, "token")
        query.kind = try value(invocation, "event") { AuditEvent.Kind(text: $0) }
        query.outcome = try value(invocation, "outcome") { AuditEvent.Outcome(text: $0) }
        query.from = try instant(invocation, "since")
        query.until = try instant(invocation, "until")
        query.startAfter = try value(invocation, "start-after") { UInt64($0) }
        return query
    }

    /// Hands out what the query finds, the oldest first.
    static func pages(
        in directory: String, _ query: AuditQuery, limit: Int,
        _ body: ([AuditEntry]) throws(Failure) -> Void
    ) throws(Failure) {
        let audit = try OfflineLog.audit(in: directory)
        let search = AuditSearch(storage: audit, files: audit.segments)
        var query = query
        var rest = limit
        while rest > 0 {
            query.limit = min(rest, pageCount)
            let page = try page(search, query)
            try body(page.entries)
            rest -= page.entries.count
            guard let next = page.next else { return }
            query.startAfter = next
        }
    }

    private static func page(
        _ search: AuditSearch, _ query: AuditQuery
    ) throws(Failure) -> Audit.AuditPage {
        do { return try search.page(query) } catch { throw Failure(error) }
    }

    private static func identifier<Kind>(
        _ invocation: Invocation, _ option: String
    ) throws(Failure) -> Identifier<Kind>? {
        try value(invocation, option) { Identifier<Kind>($0) }
    }

    private static func instant(
        _ invocation: Invocation, _ option: String
    ) throws(Failure) -> Instant? {
        try value(invocation, option) { text in
            TypedTime.instant(text, ageIsPast: true).map { Instant(microseconds: $0.microseconds) }
        }
    }

    private static func value<Value>(
        _ invocation: Invocation, _ option: String, _ read: (String) -> Value?
    ) throws(Failure) -> Value? {
        guard let text = invocation.value(option) else { return nil }
        guard let value = read(text) else { throw .usage("--\(option) has a malformed value") }
        return value
    }
}
