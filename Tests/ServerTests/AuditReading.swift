import Support
import Testing

/// An event as the operator's route shows it.
struct SeenEvent {
    let sequence: Int
    let event: String
    let outcome: String
    let reason: String?
    let requestID: String
    private let members: [String: Any]

    init(_ value: Any) throws {
        members = try #require(value as? [String: Any])
        sequence = try #require(members["seq"] as? Int)
        event = try #require(members["event"] as? String)
        outcome = try #require(members["outcome"] as? String)
        reason = members["reason"] as? String
        requestID = try #require(members["request_id"] as? String)
    }

    subscript(_ name: String) -> String? { members[name] as? String }
    var peerUID: Int? { (members["peer"] as? [String: Any])?["uid"] as? Int }

    /// Event, outcome and reason in one text, for comparisons.
    var summary: String { "\(event) \(outcome) \(reason ?? "-")" }
}

extension DaemonUnderTest {
    /// Every event so far, by whole pages.
    func events() throws -> [SeenEvent] {
        var events: [SeenEvent] = []
        while true {
            let after = events.last.map { "&start_after=\($0.sequence)" } ?? ""
            let page = try operate("GET", "audit?limit=1000" + after)
            let values = try #require(page.value("result") as? [Any], "\(page.text)")
            events += try values.map(SeenEvent.init)
            if values.count < 1000 { return events }
        }
    }

    /// The one event of an answer.
    func event(of answer: RawAnswer) throws -> SeenEvent {
        let found = try events().filter { $0.requestID == answer.requestID }
        try #require(found.count == 1)
        return found[0]
    }

    /// What the log says of an answer: event, outcome, reason.
    func summary(of answer: RawAnswer) throws -> String { try event(of: answer).summary }

    /// Routes whose refusals are no statuses of their own.
    private static let always200 = ["token.introspect", "token.revoke"]

    /// The log has no gap, one event for every answer, and none for what nobody asked.
    func expectCompleteAudit() throws {
        let answered = ledger.all
        let events = try events()
        #expect(events.map(\.sequence) == Array(0..<events.count), "the log has a gap")
        let byRequest = Dictionary(grouping: events, by: \.requestID)
        for (id, status) in answered {
            let found = byRequest[id] ?? []
            #expect(found.count == 1, "\(found.count) events for an answer of status \(status)")
            guard let event = found.first, !Self.always200.contains(event.event) else { continue }
            let wanted = status < 400 ? ["allow"] : status == 503 ? ["deny", "error"] : ["deny"]
            #expect(wanted.contains(event.outcome), "\(event.summary) for status \(status)")
            #expect((event.reason != nil) == (status >= 400) || event.reason == "replayed")
        }
        let own = [
            "vault.unseal", "vault.start", "audit.list", "flood.suppress", "connection.refuse",
            "token.expunge", "audit.seal",
        ]
        for event in events where answered[event.requestID] == nil {
            #expect(own.contains(event.event), "\(event.summary) belongs to no answer")
        }
    }
}
