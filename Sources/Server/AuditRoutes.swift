import Audit
import Crypto
import Vault
import Wire

/// The audit log over the API: an organization sees its own events, an account its own, operators
/// all of them.
enum AuditRoutes {
    private static let queryNames: Set<String> = ["limit", "start_after", "filter", "order"]

    static let table: [Route] = [
        Route(
            .get, "/v1/audit", on: [.admin, .management],
            .operation(.management(.auditList)), .auditList, query: queryNames, own),
        OperatorRoutes.route(.get, "audit", .auditList, query: queryNames, all),
        OperatorRoutes.route(.get, "audit/checkpoint", .auditCheckpoint, checkpoint),
        OperatorRoutes.route(.get, "audit/verify", .auditList, verify),
    ]

    @Sendable private static func own(_ call: Call) throws(Refusal) -> Reply {
        let organization = try call.organization()
        let grant = try call.grant(on: .ownPart(organization))
        var query = try AuditQueryReading.read(call)
        // The scope comes from the token; a filter can only narrow it further.
        guard query.organization == nil || query.organization == organization else {
            throw .absent
        }
        query.organization = organization
        query.reasons = query.reasons.map(told)
        let numbers = EventNumbers(of: organization, call.vault.ring)
        query.startAfter = try query.startAfter.map { (number) throws(Refusal) in
            guard let place = numbers.place(of: number) else {
                throw .invalidValue("start_after is the sequence number of the last event seen")
            }
            return place
        }
        if let principal = grant.principal {
            try requireWhole(principal, organization, call)
            if let own = principal.account {
                guard query.account == nil || query.account == own else { throw .absent }
                query.account = own
            }
        }
        return try call.search(query, grant, numbers)
    }

    /// A tenant is told of what is out of reach as of what is not there (1.4), here as everywhere.
    private static func told(_ asked: Set<AuditEvent.Reason>) -> Set<AuditEvent.Reason> {
        asked.contains(.absent) ? asked.union([.foreign]) : asked.subtracting([.foreign])
    }

    /// Events are not told apart by what a narrowing admits: all of an organization or of an
    /// account, or nothing.
    private static func requireWhole(
        _ principal: Principal, _ organization: OrganizationID, _ call: Call
    ) throws(Refusal) {
        guard let own = principal.account else {
            _ = try call.grant(on: .organization(organization))
            return
        }
        guard let account = try call.vault.find(own, in: organization) else { throw .absent }
        _ = try call.grant(on: .account(organization, AccountFacts(account)))
        let mask = PermissionMask([.auditList])
        guard principal.covers(mask, where: { $0.integrations == nil }) else {
            throw .insufficientScope
        }
    }

    @Sendable private static func all(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .vault)
        return try call.search(try AuditQueryReading.read(call), grant, nil)
    }

    /// The newest signed note; made now if records came after the last one.
    @Sendable private static func checkpoint(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .vault)
        try call.desk.signIfNeeded(at: call.request.receivedAt)
        return Reply(grant, "text/plain; charset=utf-8", call.desk.log.head.checkpoint)
    }

    @Sendable private static func verify(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .vault)
        guard !call.desk.isHotEndTaken else {
            throw .conflict("a seal or another verification is under way; try again in a moment")
        }
        try call.desk.signIfNeeded(at: call.request.receivedAt)
        call.desk.isHotEndTaken = true
        call.deferred = .verifyLog(call.desk.log.head)
        return Reply(grant) { $0.null() }
    }
}

/// The query of a list of events.
enum AuditQueryReading {
    static func read(_ call: Call) throws(Refusal) -> AuditQuery {
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
        for field in call.request.query where field.name == "filter" {
            try apply(field.value, to: &query)
        }
        return query
    }

    /// One `field[op]value`.
    private static func apply(_ filter: String, to query: inout AuditQuery) throws(Refusal) {
        guard let open = filter.firstIndex(of: "["), let close = filter[open...].firstIndex(of: "]")
        else { throw .malformedRequest("a filter is written field[op]value") }
        let field = String(filter[..<open])
        let comparison = String(filter[filter.index(after: open)..<close])
        let value = String(filter[filter.index(after: close)...])
        if field == "time" { return try applyTime(comparison, value, to: &query) }
        guard comparison == "eq" else {
            throw .invalidValue("this field of an event is filtered by eq")
        }
        switch field {
        case "organization_id": query.organization = try one(.init(value), query.organization)
        case "account_id": query.account = try one(.init(value), query.account)
        case "integration_id": query.integration = try one(.init(value), query.integration)
        case "token_id": query.token = try one(.init(value), query.token)
        case "event": query.kind = try one(.init(text: value), query.kind)
        case "outcome":
            let outcome = AuditEvent.Outcome.allCases.first { $0.text.description == value }
            query.outcome = try one(outcome, query.outcome)
        case "reason":
            let reason = AuditEvent.Reason.allCases.first { $0.text?.description == value }
            query.reasons = [try one(reason, query.reasons?.first)]
        default: throw .invalidValue("events are not filtered by this field")
        }
    }

    private static func applyTime(
        _ comparison: String, _ value: String, to query: inout AuditQuery
    ) throws(Refusal) {
        guard let microseconds = Timestamp.parse(value) else {
            throw .invalidValue("a time is written in RFC 3339, like 2026-01-02T03:04:05.000006Z")
        }
        let instant = Instant(microseconds: microseconds)
        let next = instant.advanced(by: TimeSpan(microseconds: 1))
        switch comparison {
        case "gte": query.from = max(query.from ?? instant, instant)
        case "gt": query.from = max(query.from ?? next, next)
        case "lt": query.until = min(query.until ?? instant, instant)
        case "lte": query.until = min(query.until ?? next, next)
        default: throw .invalidValue("time is filtered by gte, gt, lt and lte")
        }
    }

    /// Two different values for one field would match nothing: refused as a mistake.
    private static func one<T: Equatable>(_ value: T?, _ before: T?) throws(Refusal) -> T {
        guard let value else { throw .invalidValue("a filter has a value that no event has") }
        guard before == nil || before == value else {
            throw .invalidValue("a field is filtered by two different values")
        }
        return value
    }
}
