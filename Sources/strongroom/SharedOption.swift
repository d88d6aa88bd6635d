import StrongroomClient

/// Options that many verbs share.
enum SharedOption {
    static let tokenFile = Option.value(
        "token-file", "PATH", "the token to present, - for standard input; else it is asked for")
    static let idempotencyKey = Option.value(
        "idempotency-key", "KEY", "repeating the call with it gives the same answer")
    static let ifMatch = Option.value("if-match", "ETAG", "only if the object is still as read")
    static let grace = Option.value(
        "grace", "DURATION", "how long the old secret works on; else as configured, 24h")
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

    static func forced(_ invocation: Invocation) -> [QueryItem] {
        invocation.has("force") ? [QueryItem("force", "true")] : []
    }
}
