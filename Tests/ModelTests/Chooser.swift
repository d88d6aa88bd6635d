import Support
import Vault

/// Picks at random, the same from the same seed, from what the model knows.
struct Chooser {
    var generator: SeededGenerator

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &generator)
    }

    /// True once in about `count` times.
    mutating func once(in count: Int) -> Bool { number(1...count) == 1 }

    mutating func one<T>(of choices: [T]) -> T { choices[number(0...(choices.count - 1))] }

    /// One of few names, so that they collide; equal to one of another kind or organization.
    mutating func name() -> Name {
        Name(stored: one(of: ["alpha", "beta", "gamma", "delta", "epsilon"]))
    }

    /// Mostly something that is in the caller's organization, else another's, or nobody's.
    mutating func reference<K: Known>(
        _ known: KeyPath<Tenancy, [Identifier<K.Kind>: K]>, in own: Tenancy?, of model: Model
    ) -> Reference<K.Kind> {
        if once(in: 8) { return .name(name()) }
        return .identifier(identifier(known, in: own, of: model))
    }

    mutating func identifier<K: Known>(
        _ known: KeyPath<Tenancy, [Identifier<K.Kind>: K]>, in own: Tenancy?, of model: Model
    ) -> Identifier<K.Kind> {
        let place = once(in: 8) ? tenancy(of: model) : own
        guard !once(in: 30), let ids = place?[keyPath: known].keys.sorted(), !ids.isEmpty else {
            return Identifier(UInt128(number(1...40)))
        }
        return one(of: ids)
    }

    mutating func tenancy(of model: Model) -> Tenancy? {
        let ids = model.organizations.keys.sorted()
        return ids.isEmpty ? nil : model.organizations[one(of: ids)]
    }

    mutating func token(in own: Tenancy?, of model: Model) -> TokenID {
        let place = once(in: 10) ? tenancy(of: model) : own
        guard let ids = place?.tokens.keys.sorted(), !ids.isEmpty else { return TokenID(1) }
        return one(of: ids)
    }

    mutating func labels() -> [String] {
        one(of: [[], ["gold"], ["silver"], ["gold", "silver"]])
    }

    mutating func environment() -> Account.Environment { one(of: [.prod, .prod, .test]) }

    mutating func provider() -> ProviderID {
        ProviderID(one(of: ["jira", "jira", "servicenow", "servicenow", "splunk", "nobody"]))
    }

    mutating func value() -> Value {
        Value(
            type: one(of: [.basic, .basic, .token]),
            secret: "secret-\(UInt32.random(in: 0...(.max), using: &generator))")
    }

    /// A length of time: usually a good one, sometimes at or beyond an end of what there is.
    mutating func span(_ usual: [TimeSpan]) -> TimeSpan {
        guard once(in: 25) else { return one(of: usual) }
        return one(of: [
            .seconds(0), .seconds(-1), .days(366), TimeSpan(microseconds: .max),
            TimeSpan(microseconds: .min), .days(365), TimeSpan(microseconds: 1),
        ])
    }

    mutating func set() -> PermissionSet {
        one(of: PermissionSet.allCases + [.administrator, .administrator, .accountManager])
    }

    mutating func resources(in own: Tenancy?, of model: Model) -> Resources? {
        guard once(in: 3) else { return nil }
        var resources = Resources()
        if !once(in: 4) { resources.accounts = accounts(in: own, of: model) }
        if once(in: 4) {
            let connectors = ["ticketing", "siem"].map { ConnectorID($0) }
            var integrations = Resources.Integrations()
            if once(in: 2) {
                integrations.connectors = [one(of: connectors)]
            } else {
                integrations.ids = [identifier(\.integrations, in: own, of: model)]
            }
            resources.integrations = integrations
        }
        return resources
    }

    private mutating func accounts(in own: Tenancy?, of model: Model) -> Resources.Accounts {
        switch number(0...4) {
        case 0: Resources.Accounts(ids: [identifier(\.accounts, in: own, of: model)])
        case 1: Resources.Accounts(labels: labels())
        case 2: Resources.Accounts(environments: [environment()])
        case 3: Resources.Accounts(labels: ["gold"], environments: [.prod, .test])
        default: Resources.Accounts()
        }
    }

    mutating func rules() -> ProviderRules {
        var rules = ProviderRules()
        if !once(in: 5) { rules[.prod] = rule() }
        if once(in: 2) { rules[.test] = rule() }
        return rules
    }

    private mutating func rule() -> ProviderRule {
        let some = ProviderList.only([ProviderID(one(of: ["jira", "servicenow", "splunk"]))])
        return once(in: 2)
            ? ProviderRule(allow: .all, deny: once(in: 3) ? some : .only([]))
            : ProviderRule(allow: some, deny: once(in: 6) ? .all : .only([]))
    }
}
