package import Audit
import Vault

/// Which events a list wants: what the log's index can answer, and what has to be looked at event by
/// event.
package struct EventQuery: Sendable {
    package var query: AuditQuery
    let filters: [ListFilter<AuditEntry>]

    /// Whether an event, as its asker is shown it, is wanted.
    func admits(_ entry: AuditEntry, _ vault: Vault) throws(Refusal) -> Bool {
        for filter in filters where !filter.admits(try filter.field.value(entry, vault)) {
            return false
        }
        return true
    }
}

extension ListDescription<AuditEntry> {
    static let events = Self([
        .identifier("organization_id", absence: .first, \.event.organization),
        .identifier("account_id", absence: .first, \.event.account),
        .identifier("integration_id", absence: .first, \.event.integration),
        .identifier("token_id", absence: .first, \.event.token),
        .word("event", AuditEvent.Kind.allCases.map(\.text.description)) {
            $0.event.kind.text.description
        },
        .word("outcome", AuditEvent.Outcome.allCases.map(\.text.description)) {
            $0.event.outcome.text.description
        },
        .word(
            "reason", AuditEvent.Reason.allCases.compactMap(\.text?.description), absence: .first
        ) { $0.event.reason.text?.description },
        .word(
            "generation", GenerationSlot.allCases.map(\.text.description), absence: .first
        ) { $0.event.generation?.text.description },
        .optionalText("object_id") { entry in
            entry.event.objectKind.map { IdentifierText.text($0, entry.event.object) }
        },
        .optionalText("request_id") { RequestID.text($0.event.requestID) },
        .time("time") { $0.event.time },
    ])
}

/// The query of a list of events.
enum EventQueryReading {
    static func read(_ call: Call) throws(Refusal) -> EventQuery {
        var query = AuditQuery()
        query.limit = try call.limit()
        if let text = try call.query("start_after") {
            guard let sequence = Call.number(text) else {
                throw .invalidValue("start_after is the sequence number of the last event seen")
            }
            query.startAfter = sequence
        }
        switch try call.query("order") {
        case nil, "seq", "seq[asc]": query.order = .oldestFirst
        case "seq[desc]": query.order = .newestFirst
        default: throw .invalidValue("events are ordered by seq[asc] or seq[desc]")
        }
        var rest: [ListFilter<AuditEntry>] = []
        for filter in try ListQuery.filters(call, ListDescription<AuditEntry>.events)
        where !absorb(filter, into: &query) {
            rest.append(filter)
        }
        return EventQuery(query: query, filters: rest)
    }

    /// Whether the filter is one that the log's own query can say.
    private static func absorb(
        _ filter: ListFilter<AuditEntry>, into query: inout AuditQuery
    ) -> Bool {
        switch (filter.comparison, filter.values.first ?? nil) {
        case (.eq, .text(let text)): absorb(filter.field.name, text, into: &query)
        case (let comparison, .number(let time)):
            absorb(comparison, Instant(microseconds: time), into: &query)
        default: false
        }
    }

    /// Of two different values for one field the second is left over, and matches nothing.
    private static func absorb(
        _ field: String, _ text: String, into query: inout AuditQuery
    ) -> Bool {
        switch field {
        case "organization_id" where query.organization == nil: query.organization = .init(text)
        case "account_id" where query.account == nil: query.account = .init(text)
        case "integration_id" where query.integration == nil: query.integration = .init(text)
        case "token_id" where query.token == nil: query.token = .init(text)
        case "event" where query.kind == nil: query.kind = .init(text: text)
        case "outcome" where query.outcome == nil: query.outcome = .init(text: text)
        case "reason" where query.reasons == nil:
            query.reasons = AuditEvent.Reason(text: text).map { [$0] } ?? []
        default: return false
        }
        return true
    }

    private static func absorb(
        _ comparison: Comparison, _ instant: Instant, into query: inout AuditQuery
    ) -> Bool {
        let next = instant.advanced(by: TimeSpan(microseconds: 1))
        switch comparison {
        case .gte: query.from = max(query.from ?? instant, instant)
        case .gt: query.from = max(query.from ?? next, next)
        case .lt: query.until = min(query.until ?? instant, instant)
        case .lte: query.until = min(query.until ?? next, next)
        case .eq, .neq, .in, .like: return false
        }
        return true
    }
}
