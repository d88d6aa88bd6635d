import StrongroomClient
import Wire

/// A page of the audit log as the daemon gave it, event by event.
struct EventPage {
    struct Event {
        /// The event's own JSON on one line.
        let json: String
        let tree: JSONTree

        var sequence: String? { tree["seq"]?.text }
    }

    let events: [Event]
    /// Where the next page begins, where the daemon says so; a page may be short and not the last.
    let next: String?

    init(_ response: Response) throws(Failure) {
        let page = response.body.withBytes { bytes -> EventPage? in
            // What is wrong with the text is not for people to read.
            guard let document = try? JSONDocument.parse(bytes, limits: .ofAnswers),
                let result = document.root.member("result", bytes), result.kind == .array
            else { return nil }
            let events = result.elements.map { element in
                Event(
                    json: String(decoding: element.minified(bytes), as: UTF8.self),
                    tree: JSONTree(element, bytes))
            }
            let next = document.root.member("next", bytes).map { JSONTree($0, bytes).text }
            return EventPage(events: events, next: next)
        }
        guard let page else { throw .refused("the daemon's answer is not a list") }
        self = page
    }

    /// Where the page behind this one begins; nil for the last.
    func next(after query: ListQuery) -> String? {
        if let next { return next == "-" ? nil : next }
        return events.count < query.limit ?? 0 ? nil : events.last?.sequence
    }

    private init(events: [Event], next: String?) {
        self.events = events
        self.next = next
    }
}
