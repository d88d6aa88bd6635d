import StrongroomClient

/// How answers are shown: exactly to programs, as tables to people.
extension Session {
    /// A column of a table: its heading and the path of its value.
    struct Column: Sendable {
        let heading: String
        let path: String
        /// Shown as `3 minutes ago`.
        var isTime = false

        init(_ heading: String, _ path: String) {
            self.heading = heading
            self.path = path
        }

        static func time(_ heading: String, _ path: String) -> Column {
            var column = Column(heading, path)
            column.isTime = true
            return column
        }
    }

    /// A list as a table.
    ///
    /// - Parameter noun: plural, for the note that there are none.
    func show(list response: Response, _ noun: String, _ columns: [Column]) throws(Failure) {
        if isJSON { return try output.print(exactly: response.body) }
        let elements = try JSONTree.result(of: response).elements
        guard let last = elements.last else { return output.note("There are no \(noun).") }
        var table = Table(columns.map(\.heading))
        for element in elements {
            table.append(
                columns.map { column in
                    let text = element.at(column.path)?.text ?? "-"
                    return column.isTime ? RelativeTime.text(text) : text
                })
        }
        try output.print(table.lines)
        try noteMore(count: elements.count, last: (last["id"] ?? last["seq"])?.text)
    }

    private func noteMore(count: Int, last: String?) throws(Failure) {
        guard let last, invocation.verb.options.contains(where: { $0.name == "start-after" }),
            count >= (try invocation.count("limit") ?? Listing.limitDefault)
        else {
            return
        }
        output.note("There may be more: --start-after \(Text.printable(last))")
    }

    /// One object, a member a line.
    ///
    /// - Parameter noun: the member that wraps it where the answer has one.
    func show(object response: Response, _ noun: String) throws(Failure) {
        if isJSON { return try output.print(exactly: response.body) }
        var pairs = try JSONTree.result(of: response).named(noun).leaves()
            .map { (name: $0.name, value: RelativeTime.both($0.value)) }
        if let tag = response.header("etag") { pairs.append(("etag", tag)) }
        try output.print(Table.pairs(pairs))
    }

    /// Makes a call that mints; shows the access secret alone, once, on standard output.
    ///
    /// - Parameter what: what was made or renewed, for the note.
    func mint(
        _ what: String, noun: String = "token", _ call: () throws(Failure) -> Response
    ) throws(Failure) {
        // Beforehand: what has been written to a file has been there for others to read.
        output.keepPrivate()
        let response = try call()
        do {
            try show(minted: response, what, noun)
        } catch {
            // Nothing but the output failed; a secret that nobody saw is of no use to anybody.
            throw .refused(Text.printable("\(error.sentence); " + Self.lost(what, response)))
        }
    }

    private func show(
        minted response: Response, _ what: String, _ noun: String
    ) throws(Failure) {
        if isJSON {
            output.warn(Self.onceWarning)
            return try output.print(exactly: response.body)
        }
        let found = try calling { () throws(ClientError) in try MintedToken.of(response) }
        guard let minted = found else {
            output.note("\(what); the token presented may not receive secrets.")
            return try show(object: response, noun)
        }
        output.warn(Self.onceWarning)
        output.note(
            Text.printable(
                "\(what): token \(minted.token.id), expires "
                    + RelativeTime.both(minted.token.expires.description)
                    + "; the refresh secret is shown with --json only"))
        try output.print(line: minted.access)
    }

    private static func lost(_ what: String, _ response: Response) -> String {
        // An answer that cannot be read names no token; the sentence is true without the name.
        let minted = try? MintedToken.of(response)
        let token = minted.map { "token \($0.token.id)" } ?? "the token"
        return "it was done all the same (\(what)): rotate or reset \(token) for a new secret"
    }

    private static let onceWarning =
        "the secret is shown this once and cannot be read again; keep it safe"

    /// That something was done.
    func show(done response: Response, _ sentence: String) throws(Failure) {
        if isJSON { return try output.print(exactly: response.body) }
        output.note(Text.printable(sentence))
    }

    /// Ends the verb unless the person at the terminal agrees.
    func confirm(_ question: String) throws(Failure) {
        guard !invocation.has("yes") else { return }
        guard try SecretInput.isConfirmed(Text.printable(question)) else {
            throw .refused("nothing was done")
        }
    }
}

/// The options of verbs that list.
enum Listing {
    /// What the API gives unless told otherwise.
    static let limitDefault = 100

    static let options: [Option] = [
        .value("limit", "N", "at most N, up to 1000; default 100"),
        .value("start-after", "ID", "what comes behind this one"),
        .value("order", "FIELD[asc|desc]", "by this field"),
        .list("filter", "FIELD[OP]VALUE", "only those; may be repeated, all must hold"),
    ]

    static func query(_ invocation: Invocation) throws(Failure) -> ListQuery {
        var query = ListQuery()
        query.limit = try invocation.count("limit")
        query.startAfter = invocation.value("start-after")
        query.order = invocation.value("order")
        query.filters = invocation.values("filter")
        return query
    }
}
