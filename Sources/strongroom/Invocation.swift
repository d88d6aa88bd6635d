/// A verb with what the caller gave it, checked against the verb's own table.
struct Invocation: Sendable {
    let verb: Verb
    private let operands: [String: String]
    private let options: [String: [String]]

    init(verb: Verb, operands: [String: String], options: [String: [String]]) {
        self.verb = verb
        self.operands = operands
        self.options = options
    }

    /// Nil for an optional one that was left out.
    func optionalOperand(_ name: String) -> String? { operands[name] }

    func operand(_ name: String) throws(Failure) -> String {
        guard let value = operands[name] else {
            throw .usage("\(verb.name) needs \(name); see strongroom \(verb.name) --help")
        }
        return value
    }

    func has(_ option: String) -> Bool { options[option] != nil }

    func value(_ option: String) -> String? { options[option]?.first }

    func values(_ option: String) -> [String] { options[option] ?? [] }

    /// Two options that cannot both be meant.
    func refuse(_ option: String, beside other: String) throws(Failure) {
        guard !has(option) || !has(other) else {
            throw .usage("--\(other) and --\(option) contradict each other")
        }
    }

    /// A whole number of at least 1.
    func count(_ option: String) throws(Failure) -> Int? {
        guard let text = value(option) else { return nil }
        guard let count = Int(text), count > 0 else {
            throw .usage("--\(option) needs a whole number above 0")
        }
        return count
    }
}
