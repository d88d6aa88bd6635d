import StrongroomClient

/// A kind of object that the management API makes, lists, shows, changes and ends like any other.
struct ManagedKind: Sendable {
    /// Such as `integration-point`.
    let word: String
    /// What stands for the object's id or name in help.
    let operand: Operand
    /// What an example calls it.
    let example: String
    let columns: [Session.Column]

    /// - Parameter operand: in capitals.
    init(_ word: String, _ operand: String, example: String, _ columns: [Session.Column]) {
        self.word = word
        self.operand = .required(operand, "the \(Self.spoken(word))'s id or name")
        self.example = example
        self.columns = columns
    }

    func list(_ summary: String, filter: String? = nil) -> Verb {
        Verb(
            words: [word, "list"], summary: summary,
            options: Listing.options + [SharedOption.tokenFile],
            example: "strongroom \(word) list" + (filter.map { " --filter '\($0)'" } ?? "")
                + " --token-file acme.token"
        ) { session throws(Failure) in
            let query = try Listing.query(session.invocation)
            let response = try session.manage(.get, [collection], query: query.items)
            try session.show(list: response, Self.spoken(word) + "s", columns)
        }
    }

    func get(_ summary: String) -> Verb {
        Verb(
            words: [word, "get"], summary: summary, operands: [operand],
            options: [SharedOption.tokenFile],
            example: "strongroom \(word) get \(example) --token-file acme.token"
        ) { session throws(Failure) in
            try show(session, session.manage(.get, path(session)))
        }
    }

    /// - Parameter and: what ends with it, for the question whether it shall.
    func delete(_ summary: String, and others: String = "") -> Verb {
        Verb(
            words: [word, "delete"], summary: summary, operands: [operand],
            options: [SharedOption.yes, SharedOption.tokenFile],
            example: "strongroom \(word) delete \(example) --yes --token-file acme.token"
        ) { session throws(Failure) in
            let name = "\(Self.spoken(word)) \(try session.invocation.operand(operand.name))"
            try session.confirm("Delete \(name)\(others), for ever?")
            let response = try session.manage(.delete, path(session))
            try session.show(done: response, "Deleted \(name).")
        }
    }

    /// Makes one, with what `body` says.
    func create(_ session: Session, _ body: SecretText) throws(Failure) {
        try show(session, session.manage(.post, [collection], body: body))
    }

    /// Makes of the one that the command line names what `body` says.
    func change(_ session: Session, _ body: SecretText) throws(Failure) {
        let headers = SharedOption.headers(session.invocation)
        try show(session, session.manage(.patch, path(session), headers: headers, body: body))
    }

    func path(_ session: Session) throws(Failure) -> [String] {
        [collection, try session.invocation.operand(operand.name)]
    }

    private func show(_ session: Session, _ response: Response) throws(Failure) {
        try session.show(object: response, word.replacing("-", with: "_"))
    }

    private var collection: String { word + "s" }

    private static func spoken(_ word: String) -> String { word.replacing("-", with: " ") }
}
