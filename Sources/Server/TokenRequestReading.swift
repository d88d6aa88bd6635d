import Vault
import Wire

/// The bodies of mint and renewal calls.
enum TokenRequestReading {
    static func read(
        _ call: Call, orElse usual: PermissionSet?
    ) throws(Refusal) -> AdhocRequest {
        guard call.request.body != nil else {
            guard let usual else { throw .malformedRequest("permission_set must be given") }
            return AdhocRequest(permissionSet: usual)
        }
        var fields = try call.fields()
        var request = AdhocRequest(permissionSet: try permissionSet(&fields, orElse: usual))
        request.name = try fields.name()
        request.fullname = try fields.fullname()
        request.timeToLive = try fields.span("token_ttl")
        request.resources = try resources(&fields)
        request.integrationPoint = try IntegrationPointReading.reference(&fields)
        request.isSingleUse = try fields.optionalBool("single_use") ?? false
        try fields.finish()
        return request
    }

    private static func permissionSet(
        _ fields: inout BodyFields, orElse usual: PermissionSet?
    ) throws(Refusal) -> PermissionSet {
        guard let set = try fields.permissionSet() ?? usual else {
            throw .malformedRequest("permission_set must be given")
        }
        return set
    }

    /// How long the old generation stays; `0s` lets it die at once.
    static func grace(_ fields: inout BodyFields) throws(Refusal) -> TimeSpan? {
        guard let text = try fields.optionalString("grace") else { return nil }
        guard let microseconds = DurationText.parse(text) else {
            throw .invalidValue("grace is a duration like 24h")
        }
        return TimeSpan(microseconds: microseconds)
    }

    static func resources(_ fields: inout BodyFields) throws(Refusal) -> Resources? {
        try resources(&fields, nil, isPatch: false) ?? nil
    }

    /// `resources` as a merge patch (RFC 7396) of what is there; nil where it is not named.
    static func patched(
        _ before: Resources?, by fields: inout BodyFields
    ) throws(Refusal) -> Resources?? {
        try resources(&fields, before, isPatch: true)
    }

    private static func resources(
        _ fields: inout BodyFields, _ before: Resources?, isPatch: Bool
    ) throws(Refusal) -> Resources?? {
        if isPatch, fields.isNull("resources") { return .some(nil) }
        guard var object = try fields.optionalObject("resources") else { return nil }
        var resources = before ?? Resources()
        resources.accounts = try accounts(&object, resources.accounts, isPatch)
        resources.integrations = try integrations(&object, resources.integrations, isPatch)
        try object.finish()
        // Without a member it narrows nothing, as if there were none.
        return .some(resources == Resources() ? nil : resources)
    }

    private static func accounts(
        _ object: inout BodyFields, _ before: Resources.Accounts?, _ isPatch: Bool
    ) throws(Refusal) -> Resources.Accounts? {
        try part(&object, "accounts", before, of: Resources.Accounts(), isPatch) {
            (accounts, fields) throws(Refusal) in
            accounts.ids = try list(&fields, "ids", accounts.ids, isPatch, identifiers)
            accounts.labels = try list(&fields, "labels", accounts.labels, isPatch) {
                (fields) throws(Refusal) in try fields.labels()
            }
            accounts.environments = try list(
                &fields, "environments", accounts.environments, isPatch, environments)
        }
    }

    private static func integrations(
        _ object: inout BodyFields, _ before: Resources.Integrations?, _ isPatch: Bool
    ) throws(Refusal) -> Resources.Integrations? {
        try part(&object, "integrations", before, of: Resources.Integrations(), isPatch) {
            (integrations, fields) throws(Refusal) in
            integrations.ids = try list(&fields, "ids", integrations.ids, isPatch, identifiers)
            integrations.connectors = try list(
                &fields, "connectors", integrations.connectors, isPatch
            ) { (fields) throws(Refusal) in
                try bounded(fields.optionalStrings("connectors"))?.map(ConnectorID.init)
            }
        }
    }

    /// One of the two; nil where it has no member, for then it narrows nothing.
    private static func part<Part: Equatable>(
        _ object: inout BodyFields, _ name: StaticString, _ before: Part?, of empty: Part,
        _ isPatch: Bool, _ read: (inout Part, inout BodyFields) throws(Refusal) -> Void
    ) throws(Refusal) -> Part? {
        if isPatch, object.isNull(name) { return nil }
        guard var fields = try object.optionalObject(name) else { return before }
        var part = before ?? empty
        try read(&part, &fields)
        try fields.finish()
        return part == empty ? nil : part
    }

    private static func list<Element>(
        _ fields: inout BodyFields, _ name: StaticString, _ before: [Element]?, _ isPatch: Bool,
        _ read: (inout BodyFields) throws(Refusal) -> [Element]?
    ) throws(Refusal) -> [Element]? {
        if isPatch, fields.isNull(name) { return nil }
        return try read(&fields) ?? before
    }

    private static func identifiers<Kind: IdentifiedKind>(
        _ fields: inout BodyFields
    ) throws(Refusal) -> [Identifier<Kind>]? {
        guard let texts = try bounded(fields.optionalStrings("ids")) else { return nil }
        var ids: [Identifier<Kind>] = []
        for text in texts {
            guard let id = Identifier<Kind>(text) else {
                throw .invalidValue("resources has an id of the wrong kind")
            }
            ids.append(id)
        }
        return ids
    }

    private static func environments(
        _ fields: inout BodyFields
    ) throws(Refusal) -> [Account.Environment]? {
        guard let texts = try bounded(fields.optionalStrings("environments")) else { return nil }
        let environments = texts.compactMap(Account.Environment.init)
        guard environments.count == texts.count else {
            throw .invalidValue("environments are prod and test")
        }
        return environments
    }

    private static func bounded(_ texts: [String]?) throws(Refusal) -> [String]? {
        guard let texts else { return nil }
        guard texts.count <= Resources.listCountMax else {
            throw .invalidValue("a list in resources has at most 100 elements")
        }
        return texts
    }
}
