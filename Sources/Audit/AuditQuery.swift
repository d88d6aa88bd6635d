package import Vault

/// Which events somebody wants to see; what is nil does not narrow.
package struct AuditQuery: Sendable {
    package enum Order: Sendable { case oldestFirst, newestFirst }

    package var organization: OrganizationID?
    package var account: AccountID?
    package var integration: IntegrationID?
    package var token: TokenID?
    package var kind: AuditEvent.Kind?
    package var outcome: AuditEvent.Outcome?
    /// Any of them will do.
    package var reasons: Set<AuditEvent.Reason>?
    /// The first instant that is wanted.
    package var from: Instant?
    /// The first instant that is not wanted any more.
    package var until: Instant?
    /// The last sequence number seen; the answer goes on behind it, in the order asked for.
    package var startAfter: UInt64?
    package var order = Order.oldestFirst
    package var limit = 100

    package init() {}

    package func matches(_ entry: AuditEntry) -> Bool {
        let event = entry.event
        return (organization == nil || organization == event.organization)
            && (account == nil || account == event.account)
            && (integration == nil || integration == event.integration)
            && (token == nil || token == event.token)
            && (kind == nil || kind == event.kind)
            && (outcome == nil || outcome == event.outcome)
            && reasons?.contains(event.reason) ?? true
            && isWithinTimes(event.time)
            && isAfterStart(entry.sequence)
    }

    private func isWithinTimes(_ time: Instant) -> Bool {
        if let from, time < from { return false }
        if let until, time >= until { return false }
        return true
    }

    private func isAfterStart(_ sequence: UInt64) -> Bool {
        guard let startAfter else { return true }
        return order == .oldestFirst ? sequence > startAfter : sequence < startAfter
    }

    /// What an index can answer: for each wanted field the values, any of which will do.
    var indexed: [(field: IndexField, keys: [UInt128])] {
        var indexed: [(field: IndexField, keys: [UInt128])] = []
        if let token { indexed.append((.token, [token.value])) }
        if let integration { indexed.append((.integration, [integration.value])) }
        if let account { indexed.append((.account, [account.value])) }
        if let organization { indexed.append((.organization, [organization.value])) }
        if let kind { indexed.append((.action, actions(kind))) }
        return indexed
    }

    private func actions(_ kind: AuditEvent.Kind) -> [UInt128] {
        let outcomes = outcome.map { [$0] } ?? AuditEvent.Outcome.allCases
        return outcomes.map { IndexField.action(kind: kind.rawValue, outcome: $0.rawValue) }
    }
}

/// Some of the events that a query asks for.
package struct AuditPage: Equatable, Sendable {
    package var entries: [AuditEntry] = []
    /// The `startAfter` of the page behind this one; nil when everything was looked at. A page may
    /// be short, even empty, and yet not the last: the work of one call is bounded.
    package var next: UInt64?

    package init(entries: [AuditEntry] = [], next: UInt64? = nil) {
        self.entries = entries
        self.next = next
    }
}
