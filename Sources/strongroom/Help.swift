/// How the program is used; written from the table of verbs.
enum Help {
    /// The help for a verb, for the verbs of a topic, or for everything.
    static func lines(_ words: [String]) throws(Failure) -> [String] {
        if words.isEmpty { return overview }
        if words == ["help"] { return ["usage: strongroom help [VERB...]"] }
        let verbs = VerbTable.verbs(below: words)
        if let verb = verbs.first(where: { $0.words == words }) { return lines(verb) }
        guard !verbs.isEmpty else {
            let known = VerbTable.verbs.map(\.name) + VerbTable.topics.map(\.word)
            let nearest = NearestWord.of(words.joined(separator: " "), in: known)
            let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
            throw .usage(
                "there is no verb \"\(Text.printable(words.joined(separator: " ")))\"" + hint)
        }
        return topic(words, verbs)
    }

    private static let overview: [String] =
        [
            "usage: strongroom [--run DIR | --socket PATH] [--json] [--quiet] VERB ...", "",
            "Runs a vault through its admin socket.", "",
        ] + Table.pairs(VerbTable.topics.map { (name: $0.word, value: $0.summary) }, indent: 2)
        + [
            "", "strongroom VERB --help says how a verb is used.",
            "Secrets are read from files, standard input or a prompt, never from arguments.",
            "Exit status: 0 done, 1 refused, 2 wrong usage, 3 the daemon cannot be reached.",
        ]

    private static func topic(_ words: [String], _ verbs: [Verb]) -> [String] {
        ["usage: strongroom \(words.joined(separator: " ")) VERB ...", ""]
            + Table.pairs(
                verbs.map {
                    (
                        name: ($0.words.dropFirst(words.count)).joined(separator: " "),
                        value: $0.summary
                    )
                },
                indent: 2)
    }

    private static func lines(_ verb: Verb) -> [String] {
        var lines = ["usage: strongroom " + usage(verb), "", verb.summary]
        if !verb.operands.isEmpty {
            lines +=
                [""]
                + Table.pairs(
                    verb.operands.map { (name: $0.name, value: $0.summary) }, indent: 2)
        }
        if !verb.options.isEmpty { lines += ["", "options:"] + described(verb.options) }
        lines += ["", "everywhere:"] + described(Option.everywhere)
        return lines + ["", "example:", "  " + verb.example]
    }

    private static func usage(_ verb: Verb) -> String {
        let operands = verb.operands.map { $0.isOptional ? "[\($0.name)]" : $0.name }
        let options = verb.options.isEmpty ? [] : ["[options]"]
        return ([verb.name] + operands + options).joined(separator: " ")
    }

    private static func described(_ options: [Option]) -> [String] {
        Table.pairs(
            options.map { option in
                let value = option.placeholder.map { " " + $0 } ?? ""
                let words =
                    option.values.isEmpty ? "" : ": " + option.values.joined(separator: ", ")
                return (name: "--" + option.name + value, value: option.summary + words)
            }, indent: 2)
    }
}
