import Audit
import Linux
import StrongroomClient
import Vault

/// Takes events away as text that other programs read, page by page.
enum EventExport {
    private static let pageCount = 1000

    static func run(_ session: Session) throws(Failure) {
        let form = try Form(session.invocation)
        let limit = try session.invocation.count("limit") ?? .max
        let file = try OutputFile(session.invocation.value("output"))
        do {
            let count = try write(form, limit, to: file, session)
            session.output.note("Exported " + Text.count(count, "event") + ".")
        } catch {
            file.discard()
            throw error
        }
    }

    private static func write(
        _ form: Form, _ limit: Int, to file: OutputFile, _ session: Session
    ) throws(Failure) -> Int {
        var text = form.header
        var count = 0
        try pages(session, limit: limit) { (rows: [Row]) throws(Failure) in
            for row in rows { form.append(row, to: &text) }
            count += rows.count
            try file.write(text)
            text.removeAll(keepingCapacity: true)
        }
        try file.write(text)
        try file.finish()
        return count
    }

    /// An event as the daemon tells it, or as it stands in files.
    enum Row {
        case told(EventPage.Event)
        case stored(AuditEntry)
    }

    private enum Form {
        case lines, table

        init(_ invocation: Invocation) throws(Failure) {
            switch invocation.value("format") {
            case "jsonl", nil: self = .lines
            case "csv": self = .table
            default: throw .usage("--format is jsonl or csv")
            }
        }

        var header: [UInt8] {
            var text: [UInt8] = []
            if self == .table { AuditExport.appendCSVHeader(to: &text) }
            return text
        }

        func append(_ row: Row, to text: inout [UInt8]) {
            switch (self, row) {
            case (.lines, .told(let event)): text += Array(event.json.utf8) + [10]
            case (.table, .told(let event)): text += Array(EventExport.cells(event).utf8) + [10]
            case (.lines, .stored(let entry)): AuditExport.appendJSONLine(entry, to: &text)
            case (.table, .stored(let entry)): AuditExport.appendCSV(entry, to: &text)
            }
        }
    }

    /// The daemon's values are numbers, ids and words; whatever else came is put in quotes.
    private static func cells(_ event: EventPage.Event) -> String {
        let texts = AuditExport.columns.map { path -> String in
            guard case .scalar(let text) = event.tree.at(path) else { return "" }
            let isPlain = text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 && $0 != 44 }
            return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
        }
        return texts.joined(separator: ",")
    }

    private static func pages(
        _ session: Session, limit: Int, _ body: ([Row]) throws(Failure) -> Void
    ) throws(Failure) {
        if let directory = session.invocation.value("data") {
            let query = try StoredEvents.query(session.invocation)
            return try StoredEvents.pages(in: directory, query, limit: limit) {
                (entries: [AuditEntry]) throws(Failure) in try body(entries.map { Row.stored($0) })
            }
        }
        var query = try AuditFilter.query(session.invocation)
        query.order = "seq[asc]"
        var rest = limit
        while rest > 0 {
            query.limit = min(rest, pageCount)
            let page = try EventPage(AuditVerbs.events(session, query))
            try body(page.events.map { Row.told($0) })
            rest -= page.events.count
            guard let next = page.next(after: query) else { return }
            query.startAfter = next
        }
    }
}
