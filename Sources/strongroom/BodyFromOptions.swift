import StrongroomClient
import Wire

/// The JSON object of a request, from the options of a command line.
extension RequestBody {
    /// Leaves the member out where the option was not given.
    mutating func given(_ name: StaticString, _ values: [String]) {
        strings(name, values.isEmpty ? nil : values)
    }

    /// Takes away what there was if `option` says so, which stands beside none of `others`.
    mutating func null(
        _ name: StaticString, _ invocation: Invocation, _ option: String, not others: [String]
    ) throws(Failure) {
        guard invocation.has(option) else { return }
        for other in others { try invocation.refuse(option, beside: other) }
        null(name)
    }

    /// A JSON object that the caller typed.
    mutating func object(_ name: StaticString, _ text: String?) throws(Failure) {
        guard let text else { return }
        let bytes = Array(text.utf8)
        // Where exactly it is malformed the caller sees without us.
        guard (try? JSONDocument.parse(bytes.span))?.root.kind == .object else {
            throw .usage("--\(name.description.replacing("_", with: "-")) is not a JSON object")
        }
        json(name, text)
    }

    /// For changes, which must change something.
    consuming func finishChange(_ session: Session) throws(Failure) -> SecretText {
        guard !isEmpty else {
            throw .usage("nothing to change; see strongroom \(session.invocation.verb.name) --help")
        }
        return finish()
    }
}
