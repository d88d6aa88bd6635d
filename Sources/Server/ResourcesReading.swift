import Vault
import Wire

/// `resources` of tokens and roles: the part of the organization that they are narrowed to.
struct ResourcesReading {
    private let call: Call
    private let grant: Grant

    init(_ call: Call, _ grant: Grant) {
        self.call = call
        self.grant = grant
    }

    /// Nil where nothing narrows.
    func read(_ fields: inout BodyFields) throws(Refusal) -> Resources? {
        try resources(&fields, nil, isPatch: false) ?? nil
    }

    /// `resources` as a merge patch (RFC 7396) of what is there; nil where it is not named.
    func patched(
        _ before: Resources?, by fields: inout BodyFields
    ) throws(Refusal) -> Resources?? {
        try resources(&fields, before, isPatch: true)
    }

    private func resources(
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

    private func accounts(
        _ object: inout BodyFields, _ before: Resources.Accounts?, _ isPatch: Bool
    ) throws(Refusal) -> Resources.Accounts? {
        try part(&object, "accounts", before, of: Resources.Accounts(), isPatch) {
            (accounts, fields) throws(Refusal) in
            accounts.ids = try list(&fields, "ids", accounts.ids, isPatch, accountIDs)
            accounts.labels = try list(&fields, "labels", accounts.labels, isPatch) {
                (fields) throws(Refusal) in try fields.labels()
            }
            accounts.environments = try list(
                &fields, "environments", accounts.environments, isPatch, environments)
        }
    }

    private func integrations(
        _ object: inout BodyFields, _ before: Resources.Integrations?, _ isPatch: Bool
    ) throws(Refusal) -> Resources.Integrations? {
        try part(&object, "integrations", before, of: Resources.Integrations(), isPatch) {
            (integrations, fields) throws(Refusal) in
            integrations.ids = try list(
                &fields, "ids", integrations.ids, isPatch, integrationIDs)
            integrations.connectors = try list(
                &fields, "connectors", integrations.connectors, isPatch
            ) { (fields) throws(Refusal) in
                try bounded(fields.optionalStrings("connectors"))?.map(ConnectorID.init)
            }
        }
    }

    /// One of the two; nil where it has no member, for then it narrows nothing.
    private func part<Part: Equatable>(
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

    private func list<Element>(
        _ fields: inout BodyFields, _ name: StaticString, _ before: [Element]?, _ isPatch: Bool,
        _ read: (inout BodyFields) throws(Refusal) -> [Element]?
    ) throws(Refusal) -> [Element]? {
        if isPatch, fields.isNull(name) { return nil }
        return try read(&fields) ?? before
    }

    /// Names stand for what they lead to now.
    private func accountIDs(_ fields: inout BodyFields) throws(Refusal) -> [AccountID]? {
        try identifiers(&fields) { (text) throws(Refusal) in
            if let id = AccountID(text) { return id }
            guard let name = Name(text) else { return nil }
            let found = try call.vault.find(
                Reference<AccountKind>.name(name), in: call.organization())
            // One that the asker may not see is one that is not there.
            guard let account = found, maySee(account) else { return nil }
            return account.id
        }
    }

    private func maySee(_ account: Account) -> Bool {
        let resource = Resource.account(account.organization, AccountFacts(account))
        return (try? authorize(grant.actor, .management(.accountsGet), on: resource)) != nil
    }

    /// A name may be that of an integration in each account, so that only an identifier will do.
    private func integrationIDs(_ fields: inout BodyFields) throws(Refusal) -> [IntegrationID]? {
        try identifiers(&fields) { IntegrationID($0) }
    }

    private func identifiers<Kind: IdentifiedKind>(
        _ fields: inout BodyFields,
        _ identifier: (String) throws(Refusal) -> Identifier<Kind>?
    ) throws(Refusal) -> [Identifier<Kind>]? {
        guard let texts = try bounded(fields.optionalStrings("ids")) else { return nil }
        var ids: [Identifier<Kind>] = []
        for text in texts {
            guard let id = try identifier(text) else {
                throw .invalidValue("resources has an id of the wrong kind, or an unknown name")
            }
            ids.append(id)
        }
        return ids
    }

    private func environments(
        _ fields: inout BodyFields
    ) throws(Refusal) -> [Account.Environment]? {
        guard let texts = try bounded(fields.optionalStrings("environments")) else { return nil }
        let environments = texts.compactMap(Account.Environment.init)
        guard environments.count == texts.count else {
            throw .invalidValue("environments are prod and test")
        }
        return environments
    }

    private func bounded(_ texts: [String]?) throws(Refusal) -> [String]? {
        guard let texts else { return nil }
        guard texts.count <= Resources.listCountMax else {
            throw .invalidValue("a list in resources has at most 100 elements")
        }
        return texts
    }
}
