import StrongroomClient
import Wire

/// Builds the JSON object of a request from options.
struct ObjectBody: ~Copyable {
    private var writer = JSONWriter(WipedBuffer())
    private var isEmpty = true

    init() { writer.beginObject() }

    /// Leaves the member out where there is no value.
    mutating func string(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        begin(name)
        writer.string(value)
    }

    /// A text that must not be seen; leaves the member out where there is none.
    mutating func secret(_ name: StaticString, _ value: SecretText?) {
        guard let value else { return }
        begin(name)
        value.withBytes { writer.string(bytes: $0) }
    }

    /// Leaves the member out where there are no values.
    mutating func strings(_ name: StaticString, _ values: [String]) {
        list(name, values.isEmpty ? nil : values)
    }

    /// Leaves the member out where there is no list; an empty one takes away what there was.
    mutating func list(_ name: StaticString, _ values: [String]?) {
        guard let values else { return }
        begin(name)
        writer.beginArray()
        for value in values { writer.string(value) }
        writer.endArray()
    }

    /// Says so where it is so, and nothing otherwise.
    mutating func flag(_ name: StaticString, _ isSet: Bool) {
        guard isSet else { return }
        begin(name)
        writer.bool(true)
    }

    /// Takes away what there was.
    mutating func null(_ name: StaticString) {
        begin(name)
        writer.null()
    }

    /// Takes away what there was if `option` says so, which stands beside none of `others`.
    mutating func null(
        _ name: StaticString, _ invocation: Invocation, _ option: String, not others: [String]
    ) throws(Failure) {
        guard invocation.has(option) else { return }
        for other in others { try invocation.refuse(option, beside: other) }
        null(name)
    }

    /// JSON that was checked already.
    mutating func json(_ name: StaticString, _ value: SecretText?) {
        guard let value else { return }
        begin(name)
        value.withBytes { writer.raw($0) }
    }

    /// A JSON object that the caller typed.
    mutating func object(_ name: StaticString, _ text: String?) throws(Failure) {
        guard let text else { return }
        let bytes = Array(text.utf8)
        // Where exactly it is malformed the caller sees without us.
        guard (try? JSONDocument.parse(bytes.span))?.root.kind == .object else {
            throw .usage("--\(name.description.replacing("_", with: "-")) is not a JSON object")
        }
        begin(name)
        writer.raw(bytes.span)
    }

    consuming func finish() -> SecretText {
        writer.endObject()
        return writer.finish().take()
    }

    /// For changes, which must change something.
    consuming func finishChange(_ session: Session) throws(Failure) -> SecretText {
        guard !isEmpty else {
            throw .usage("nothing to change; see strongroom \(session.invocation.verb.name) --help")
        }
        return finish()
    }

    private mutating func begin(_ name: StaticString) {
        writer.member(name)
        isEmpty = false
    }
}

/// Options that many verbs share.
enum SharedOption {
    static let tokenFile = Option.value(
        "token-file", "PATH", "the token to present, - for standard input; else it is asked for")
    static let idempotencyKey = Option.value(
        "idempotency-key", "KEY", "repeating the call with it gives the same answer")
    static let ifMatch = Option.value("if-match", "ETAG", "only if the object is still as read")
    static let grace = Option.value(
        "grace", "DURATION", "how long the old secret works on; default 24h, at most 168h")
    static let fullname = Option.value("fullname", "TEXT", "the name for people")
    static let yes = Option.flag("yes", "do not ask")
    static let force = Option.flag("force", "even if it was used in the last 10 minutes")

    /// The header fields that these options stand for.
    static func headers(_ invocation: Invocation) -> [Header] {
        let fields = [("Idempotency-Key", "idempotency-key"), ("If-Match", "if-match")]
        return fields.compactMap { name, option in
            invocation.value(option).map { Header(name, name == "If-Match" ? tag($0) : $0) }
        }
    }

    /// A tag is quoted on the wire; people and shells lose the quotes.
    private static func tag(_ text: String) -> String {
        text.hasPrefix("\"") || text == "*" ? text : "\"\(text)\""
    }

    /// The body of a rotation; nil where it says nothing.
    static func renewal(_ invocation: Invocation) -> SecretText? {
        guard let grace = invocation.value("grace") else { return nil }
        var body = ObjectBody()
        body.string("grace", grace)
        return body.finish()
    }

    static func forced(_ invocation: Invocation) -> [QueryItem] {
        invocation.has("force") ? [QueryItem("force", "true")] : []
    }
}
