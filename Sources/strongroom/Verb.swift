/// One thing that the program does. The same value drives parsing, help and completion.
struct Verb: Sendable {
    /// Such as `org create`.
    let words: [String]
    let summary: String
    var operands: [Operand] = []
    var options: [Option] = []
    let example: String
    let run: @Sendable (Session) throws(Failure) -> Void

    var name: String { words.joined(separator: " ") }

    /// What it accepts, the program's own options included.
    var allOptions: [Option] { options + Option.everywhere }
}

/// A word that stands at its place.
struct Operand: Sendable {
    let name: String
    let summary: String
    var isOptional = false
    /// The only words that it may be; empty for any.
    var values: [String] = []

    static func required(_ name: String, _ summary: String) -> Operand {
        Operand(name: name, summary: summary)
    }

    static func optional(_ name: String, _ summary: String) -> Operand {
        Operand(name: name, summary: summary, isOptional: true)
    }
}

/// A `--name` with or without a value.
struct Option: Sendable {
    let name: String
    /// What stands for the value in help; nil for a switch.
    let placeholder: String?
    let summary: String
    var isRepeatable = false
    /// The only words that the value may be; empty for any.
    var values: [String] = []

    static func flag(_ name: String, _ summary: String) -> Option {
        Option(name: name, placeholder: nil, summary: summary)
    }

    static func value(
        _ name: String, _ placeholder: String, _ summary: String, values: [String] = []
    ) -> Option {
        Option(name: name, placeholder: placeholder, summary: summary, values: values)
    }

    static func list(_ name: String, _ placeholder: String, _ summary: String) -> Option {
        Option(name: name, placeholder: placeholder, summary: summary, isRepeatable: true)
    }

    /// Accepted before and after every verb.
    static let everywhere: [Option] = [
        .value("run", "DIR", "the daemon's run directory, which holds admin.sock"),
        .value("socket", "PATH", "the daemon's socket; else $STRONGROOM_SOCKET"),
        .flag("json", "print the exact answer of the API"),
        .flag("quiet", "no notes on standard error"),
        .flag("help", "say how the verb is used"),
    ]
}
