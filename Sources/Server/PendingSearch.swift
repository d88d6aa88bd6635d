package import Audit
import Crypto
package import Vault
import Wire

/// A list of events that is being gathered, a bounded piece of work at a time.
package struct PendingSearch {
    let request: Request
    let loop: Int
    private var wanted: EventQuery
    let grant: Grant
    /// By which the asker knows the events; nil for who may see their places.
    let numbers: EventNumbers?
    /// As the asker is shown them.
    private var entries: [AuditEntry] = []
    package private(set) var isFinished = false
    private let limit: Int

    /// Whose search it is; nil for an operator's.
    var holder: OrganizationID? { grant.principal?.organization }

    package init(
        request: Request, loop: Int, wanted: EventQuery, grant: Grant, numbers: EventNumbers?
    ) {
        self.request = request
        self.loop = loop
        self.wanted = wanted
        self.grant = grant
        self.numbers = numbers
        limit = wanted.query.limit
        self.wanted.query.limit = nextLimit
    }

    /// What is looked at event by event is looked at a piece at a time.
    private var nextLimit: Int {
        let rest = limit - entries.count
        return wanted.filters.isEmpty ? rest : min(rest, ServerLimits.pieceCount)
    }

    /// What the log is to be asked for next.
    package var query: AuditQuery { wanted.query }

    package mutating func take(_ page: AuditPage, _ vault: Vault) throws(Refusal) {
        for entry in page.entries {
            let entry = masked(entry)
            if try wanted.admits(entry, vault) { entries.append(numbered(entry)) }
        }
        guard let next = page.next, entries.count < limit else {
            isFinished = true
            return
        }
        wanted.query.startAfter = next
        wanted.query.limit = nextLimit
    }

    package func answer() -> Answer {
        let reply = Reply(grant) { json in
            json.beginArray()
            for entry in entries {
                var line: [UInt8] = []
                AuditExport.appendJSON(entry, to: &line)
                json.raw(line.span)
            }
            json.endArray()
        }
        return reply.answer(to: request)
    }

    /// The log must not tell a tenant what the answer did not: whether there is something out of reach.
    private func masked(_ entry: AuditEntry) -> AuditEntry {
        guard numbers != nil, entry.event.reason == .foreign else { return entry }
        var event = entry.event
        event.reason = .absent
        return AuditEntry(sequence: entry.sequence, generation: entry.generation, event: event)
    }

    private func numbered(_ entry: AuditEntry) -> AuditEntry {
        guard let numbers else { return entry }
        return AuditEntry(
            sequence: numbers.number(at: entry.sequence), generation: entry.generation,
            event: entry.event)
    }
}

extension Call {
    /// Goes on between batches.
    func search(
        _ wanted: EventQuery, _ grant: Grant, _ numbers: EventNumbers?
    ) throws(Refusal) -> Reply {
        guard desk.searchPlaces.ask(for: grant.principal?.organization) else {
            throw .rateLimited(
                "too many searches of the audit log are under way", retryAfterSeconds: 1)
        }
        deferred = .search(wanted, grant, numbers)
        return Reply(grant) { $0.null() }
    }
}
