/// What the arguments ask for.
enum Request: Sendable {
    case run(Invocation)
    /// How the verbs are used that begin with these words.
    case help([String])
    case version
}

/// Reads arguments against the table of verbs, front to back.
struct CommandLineReader {
    private let verbs: [Verb]
    private var rest: ArraySlice<String>
    private var words: [String] = []
    private var verb: Verb?
    private var operands: [String] = []
    private var options: [String: [String]] = [:]
    private var isHelpWanted = false

    static func read(
        _ arguments: [String], _ verbs: [Verb] = VerbTable.verbs
    ) throws(Failure) -> Request {
        try TokenGuard.check(arguments)
        var reader = CommandLineReader(verbs: verbs, rest: arguments[...])
        return try reader.read()
    }

    private init(verbs: [Verb], rest: ArraySlice<String>) {
        self.verbs = verbs
        self.rest = rest
    }

    private mutating func read() throws(Failure) -> Request {
        var areOptionsOver = false
        while let argument = rest.popFirst() {
            if areOptionsOver || argument == "-" || !argument.hasPrefix("-") {
                try take(word: argument)
            } else if argument == "--" {
                areOptionsOver = true
            } else if argument == "--version" {
                return .version
            } else {
                try take(option: argument)
            }
        }
        if words.first == "help" { return .help(operands) }
        let isBare = words.isEmpty && operands.isEmpty && options.isEmpty
        if isHelpWanted || isBare { return .help(words) }
        guard let verb else { throw incomplete() }
        return .run(
            Invocation(verb: verb, operands: try assigned(to: verb), options: options))
    }

    private mutating func take(word: String) throws(Failure) {
        if words.first == "help" || verb != nil {
            operands.append(word)
            return
        }
        let candidate = words + [word]
        guard
            word == "help" && words.isEmpty
                || verbs.contains(where: { $0.words.starts(with: candidate) })
        else { throw unknown(word) }
        words = candidate
        verb = verbs.first { $0.words == candidate }
    }

    private mutating func take(option argument: String) throws(Failure) {
        if argument == "-h" || argument == "--help" {
            isHelpWanted = true
            return
        }
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0].drop { $0 == "-" })
        let known = verb?.allOptions ?? Option.everywhere
        guard argument.hasPrefix("--"), let option = known.first(where: { $0.name == name }) else {
            throw unknown(option: String(parts[0]), known)
        }
        let given = parts.count == 2 ? String(parts[1]) : nil
        let value = try value(of: option, given)
        guard option.isRepeatable || options[name] == nil else {
            throw .usage("--\(name) was given twice")
        }
        options[name, default: []].append(value)
    }

    private mutating func value(
        of option: Option, _ given: String?
    ) throws(Failure) -> String {
        guard option.placeholder != nil else {
            guard given == nil else { throw .usage("--\(option.name) takes no value") }
            return ""
        }
        guard let value = given ?? rest.popFirst(), !value.isEmpty else {
            throw .usage("--\(option.name) needs a value")
        }
        guard option.values.isEmpty || option.values.contains(value) else {
            throw .usage("--\(option.name) is one of \(option.values.joined(separator: ", "))")
        }
        return value
    }

    private func assigned(to verb: Verb) throws(Failure) -> [String: String] {
        let needed = verb.operands.filter { !$0.isOptional }.count
        guard operands.count >= needed else {
            let missing = verb.operands[operands.count].name
            throw .usage("\(verb.name) needs \(missing); see strongroom \(verb.name) --help")
        }
        guard operands.count <= verb.operands.count else {
            throw .usage("\(verb.name) does not take that many words")
        }
        for (operand, value) in zip(verb.operands, operands) {
            guard !value.isEmpty else { throw .usage("\(operand.name) is empty") }
            guard operand.values.isEmpty || operand.values.contains(value) else {
                throw .usage("\(operand.name) is one of \(operand.values.joined(separator: ", "))")
            }
        }
        return Dictionary(uniqueKeysWithValues: zip(verb.operands.map(\.name), operands))
    }

    private func incomplete() -> Failure {
        let next = following(words).joined(separator: ", ")
        let asked = words.isEmpty ? "strongroom" : words.joined(separator: " ")
        return .usage("\(asked) needs one of: \(next)")
    }

    private func unknown(_ word: String) -> Failure {
        let prefix = words.isEmpty ? "" : words.joined(separator: " ") + " "
        let nearest = NearestWord.of(word, in: following(words) + (words.isEmpty ? ["help"] : []))
        let hint = nearest.map { "; did you mean \"\(prefix)\($0)\"?" } ?? "; see strongroom help"
        return .usage("there is no verb \"\(Text.printable(prefix + word))\"" + hint)
    }

    private func unknown(option: String, _ known: [Option]) -> Failure {
        let nearest = NearestWord.of(option, in: known.map { "--" + $0.name })
        let place = verb.map { " for \($0.name)" } ?? " before the verb"
        let hint = nearest.map { "; did you mean \($0)?" } ?? ""
        return .usage("there is no option \(Text.printable(option))\(place)" + hint)
    }

    /// The words that may come next.
    private func following(_ words: [String]) -> [String] {
        var seen = Set<String>()
        return verbs.filter { $0.words.starts(with: words) && $0.words.count > words.count }
            .map { $0.words[words.count] }.filter { seen.insert($0).inserted }
    }
}
