import Vault

/// The parts of bodies that are about integration points.
enum IntegrationPointReading {
    /// `integration_point`, by id or name.
    static func reference(
        _ fields: inout BodyFields
    ) throws(Refusal) -> Reference<IntegrationPointKind>? {
        guard let text = try fields.optionalString("integration_point") else { return nil }
        guard let reference = Reference<IntegrationPointKind>(text) else {
            throw .invalidValue("integration_point is not one of this organization")
        }
        return reference
    }

    /// `environments` as a merge patch (RFC 7396) of what is there.
    static func merged(
        _ fields: inout BodyFields, into rules: ProviderRules
    ) throws(Refusal) -> ProviderRules {
        if fields.isNull("environments") { return ProviderRules() }
        guard var object = try fields.optionalObject("environments") else { return rules }
        var merged = rules
        for environment in Account.Environment.allCases {
            merged[environment] = try self.merged(
                &object, environment.text, into: rules[environment])
        }
        try object.finish()
        return merged
    }

    private static func merged(
        _ fields: inout BodyFields, _ name: StaticString, into rule: ProviderRule?
    ) throws(Refusal) -> ProviderRule? {
        if fields.isNull(name) { return nil }
        guard var object = try fields.optionalObject(name) else { return rule }
        var merged = rule ?? ProviderRule()
        merged.allow = try list(&object, "allow") ?? merged.allow
        merged.deny = try list(&object, "deny") ?? merged.deny
        try object.finish()
        return merged
    }

    private static func list(
        _ fields: inout BodyFields, _ name: StaticString
    ) throws(Refusal) -> ProviderList? {
        if fields.isNull(name) { return .only([]) }
        guard let texts = try fields.optionalStrings(name) else { return nil }
        guard let list = ProviderList(texts) else {
            throw .invalidValue("allow and deny name each provider once, or * and nothing else")
        }
        return list
    }
}
