import StrongroomClient

/// Which providers an integration point offers in which environment, as options say it.
enum ProviderRules {
    static let options: [Option] = [
        .list(
            "allow", "ENV:PROVIDER",
            "offer it in prod or test; prod:* for all, prod: for none; may be repeated"),
        .list("deny", "ENV:PROVIDER", "but not this one; may be repeated"),
    ]

    static let removal = Option(
        name: "no-rule", placeholder: "ENV", summary: "offer nothing there; may be repeated",
        isRepeatable: true, values: environments.map(\.description))

    private static let environments: [StaticString] = ["prod", "test"]

    /// The request's `environments`, as a merge patch; nil where nothing was said.
    static func json(_ invocation: Invocation) throws(Failure) -> SecretText? {
        let allowed = try providers(invocation, "allow")
        let denied = try providers(invocation, "deny")
        let removed = invocation.values("no-rule")
        guard !(allowed.isEmpty && denied.isEmpty && removed.isEmpty) else { return nil }
        var body = RequestBody()
        for environment in environments {
            let name = environment.description
            if removed.contains(name) {
                guard allowed[name] == nil, denied[name] == nil else {
                    throw .usage("--no-rule \(name) contradicts the other rules for \(name)")
                }
                body.null(environment)
            } else if allowed[name] != nil || denied[name] != nil {
                var rule = RequestBody()
                rule.strings("allow", allowed[name])
                rule.strings("deny", denied[name])
                body.json(environment, rule.finish())
            }
        }
        return body.finish()
    }

    /// By environment; an empty list where none are wanted there.
    private static func providers(
        _ invocation: Invocation, _ option: String
    ) throws(Failure) -> [String: [String]] {
        var found: [String: [String]] = [:]
        for text in invocation.values(option) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            let environment = String(parts[0])
            guard parts.count == 2, environments.contains(where: { $0.description == environment })
            else { throw .usage("--\(option) is written prod:PROVIDER or test:PROVIDER") }
            found[environment, default: []] += parts[1].isEmpty ? [] : [String(parts[1])]
        }
        return found
    }
}
