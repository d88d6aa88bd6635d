/// `completion`: scripts for shells, written from the table of verbs.
enum CompletionVerb {
    static let verb = Verb(
        words: ["completion"], summary: "Print what lets a shell complete the verbs and options.",
        operands: [
            Operand(name: "SHELL", summary: "bash, zsh or fish", values: ["bash", "zsh", "fish"])
        ],
        example: "strongroom completion bash > /etc/bash_completion.d/strongroom"
    ) { session throws(Failure) in
        switch try session.invocation.operand("SHELL") {
        case "bash": try session.output.print(bash)
        case "zsh":
            try session.output.print(
                ["#compdef strongroom", "autoload -U +X bashcompinit && bashcompinit"] + bash)
        default: try session.output.print(fish)
        }
    }

    /// What may follow each run of words.
    private static var steps: [(words: [String], next: [String])] {
        var prefixes: [[String]] = [[]]
        for verb in VerbTable.verbs {
            for count in 1...verb.words.count {
                let prefix = Array(verb.words.prefix(count))
                if !prefixes.contains(prefix) { prefixes.append(prefix) }
            }
        }
        return prefixes.map { prefix in (prefix, next(prefix)) }
    }

    private static func next(_ prefix: [String]) -> [String] {
        if let verb = VerbTable.verbs.first(where: { $0.words == prefix }) {
            return verb.operands.flatMap(\.values) + verb.allOptions.map { "--" + $0.name }
        }
        var seen = Set<String>()
        let below = VerbTable.verbs(below: prefix).map { $0.words[prefix.count] }
        return (below + (prefix.isEmpty ? ["help"] : [])).filter { seen.insert($0).inserted }
    }

    private static var valued: [Option] {
        var seen = Set<String>()
        return VerbTable.verbs.flatMap(\.allOptions)
            .filter { $0.placeholder != nil && seen.insert($0.name).inserted }
    }

    private static var bash: [String] {
        let cases = steps.map { step in
            "    \"\(step.words.joined(separator: " "))\") "
                + "COMPREPLY=($(compgen -W '\(step.next.joined(separator: " "))' -- \"$word\")) ;;"
        }
        let files = valued.map { "--" + $0.name }.joined(separator: "|")
        return [
            "_strongroom() {",
            "  local word=\"${COMP_WORDS[COMP_CWORD]}\" verb='' skip='' index",
            "  for ((index = 1; index < COMP_CWORD; index++)); do",
            // Bash takes --run=DIR apart into three words.
            "    if [[ ${COMP_WORDS[index]} == '=' ]]; then skip=1; continue; fi",
            "    if [[ -n $skip ]]; then skip=''; continue; fi",
            "    case \"${COMP_WORDS[index]}\" in",
            "      \(files)) skip=1 ;;",
            "      -*) ;;",
            "      *) case \"$verb\" in \(complete.joined(separator: "|"))) ;;",
            "           *) verb=\"${verb:+$verb }${COMP_WORDS[index]}\" ;; esac ;;",
            "    esac",
            "  done",
            "  if [[ $word == '=' ]]; then skip=1 word=''; fi",
            "  if [[ -n $skip ]]; then COMPREPLY=($(compgen -f -- \"$word\")); return; fi",
            "  case \"$verb\" in",
        ] + cases + ["  esac", "}", "complete -o bashdefault -F _strongroom strongroom"]
    }

    private static var complete: [String] { VerbTable.verbs.map { "\"\($0.name)\"" } }

    private static var fish: [String] {
        let reset = "complete -c strongroom -f"
        let everywhere = Option.everywhere.map { fish($0, when: nil) }
        let topics = VerbTable.topics.map { topic in
            "complete -c strongroom -n __strongroom_is -a \(topic.word) "
                + "-d '\(quoted(topic.summary))'"
        }
        return [reset] + everywhere + place + topics + VerbTable.verbs.flatMap(fish)
    }

    /// Whether the verb's words so far are those: the words alone would be met in any order.
    private static var place: [String] {
        let valued = valued.map { "--" + $0.name }.joined(separator: " ")
        return [
            "function __strongroom_is",
            "  set -l verb", "  set -l skip",
            "  for word in (commandline -opc)[2..]",
            "    if set -q skip[1]; set skip; continue; end",
            "    if contains -- $word \(valued); set skip 1; continue; end",
            "    if string match -q -- '-*' $word; continue; end",
            "    if contains -- \"$verb\" \(complete.joined(separator: " ")); continue; end",
            "    set verb $verb $word",
            "  end",
            "  test \"$verb\" = \"$argv\"",
            "end",
        ]
    }

    private static func fish(_ verb: Verb) -> [String] {
        let whole = "__strongroom_is \(verb.name)"
        let word = verb.words.count == 1 ? [] : [fish(word: verb)]
        let values = verb.operands.flatMap(\.values).map { value in
            "complete -c strongroom -n '\(whole)' -a \(value)"
        }
        return word + values + verb.options.map { fish($0, when: whole) }
    }

    private static func fish(word verb: Verb) -> String {
        "complete -c strongroom -n '__strongroom_is \(verb.words[0])' "
            + "-a \(verb.words[1]) -d '\(quoted(verb.summary))'"
    }

    private static func fish(_ option: Option, when condition: String?) -> String {
        let place = condition.map { " -n '\($0)'" } ?? ""
        let value = option.placeholder == nil ? "" : " -r"
        let words = option.values.isEmpty ? "" : " -a '\(option.values.joined(separator: " "))'"
        let file = option.placeholder == "PATH" || option.placeholder == "DIR" ? " -F" : ""
        return "complete -c strongroom\(place) -l \(option.name)\(value)\(file)\(words) "
            + "-d '\(quoted(option.summary))'"
    }

    private static func quoted(_ text: String) -> String { text.replacing("'", with: "\\'") }
}
