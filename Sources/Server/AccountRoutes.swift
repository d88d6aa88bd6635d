import Audit
import Vault
import Wire

/// `/v1/accounts`: one per tenant of the asker's organization.
enum AccountRoutes {
    static let table: [Route] = [
        .management(.post, "/v1/accounts", .accountsCreate, .accountCreate, body: .json, create),
        .management(.get, "/v1/accounts", .accountsList, .accountList, query: Call.listQuery, list),
        .management(.get, "/v1/accounts/{account}", .accountsGet, .accountGet, get),
        .management(
            .patch, "/v1/accounts/{account}", .accountsUpdate, .accountUpdate, body: .json, update),
        .management(.delete, "/v1/accounts/{account}", .accountsDelete, .accountDelete, delete),
        .management(
            .get, "/v1/accounts/{account}/sealing-key", .credentialsCreate, .accountSealingKey,
            sealingKey),
        .management(
            .post, "/v1/accounts/{account}/tokens", .tokensCreate, .tokenCreate,
            body: .optionalJSON, TokenRoutes.createForAccount),
    ]

    @Sendable private static func create(_ call: Call) throws(Refusal) -> Reply {
        let organization = try call.organization()
        let grant = try call.grant(on: .organization(organization))
        var fields = try call.fields()
        var new = Vault.NewAccount()
        new.name = try fields.name()
        new.fullname = try fields.fullname()
        new.environment = try fields.environment() ?? .prod
        new.labels = try fields.labels() ?? []
        try fields.finish()
        let account = try call.vault.createAccount(grant, in: organization, new)
        call.note(account)
        return Reply(created: "account", grant, revision: account.revision) { $0.account(account) }
    }

    @Sendable private static func list(_ call: Call) throws(Refusal) -> Reply {
        let organization = try call.organization()
        let grant = try call.grant(on: .ownPart(organization))
        let accounts = call.vault.accounts(grant, in: organization)
        return try call.list(grant, .accounts, accounts) { $1.account($0) }
    }

    @Sendable private static func get(_ call: Call) throws(Refusal) -> Reply {
        let (grant, account) = try call.account()
        return Reply(grant, revision: account.revision) { $0.account(account) }
    }

    @Sendable private static func update(_ call: Call) throws(Refusal) -> Reply {
        let (grant, account) = try call.account()
        var fields = try call.fields()
        var change = Vault.AccountChange()
        change.fullname = try fields.fullname(orElse: account.name)
        change.environment = fields.isNull("environment") ? .prod : try fields.environment()
        change.labels = fields.isNull("labels") ? [] : try fields.labels()
        try fields.finish()
        try call.requireMatch(revision: account.revision)
        let changed = try call.vault.update(grant, account, change)
        return Reply(grant, revision: changed.revision) { $0.account(changed) }
    }

    @Sendable private static func delete(_ call: Call) throws(Refusal) -> Reply {
        let (grant, account) = try call.account()
        try call.requireMatch(revision: account.revision)
        try call.vault.delete(grant, account)
        return Reply(grant) { $0.deleted(account.id.text) }
    }

    @Sendable private static func sealingKey(_ call: Call) throws(Refusal) -> Reply {
        let (grant, account) = try call.account()
        let pair = try call.vault.sealingKey(grant, of: account.scope.keyOwner)
        return Reply(grant) { $0.sealingKey(pair) }
    }
}

extension Call {
    func note(_ account: Account) {
        event.account = account.id
        note(object: .account, account.id.value)
    }

    /// The account that the path's first variable part names, if the asker may do this to it.
    func account() throws(Refusal) -> (Grant, Account) {
        let found = try findAccount()
        let resource = found.map { Resource.account($0.organization, AccountFacts($0)) }
        let grant = try grant(on: resource ?? .absent)
        guard let found else { throw .absent }
        note(found)
        return (grant, found)
    }

    func findAccount() throws(Refusal) -> Account? {
        let organization = try organization()
        guard let reference: Reference<AccountKind> = reference(0) else { return nil }
        return try vault.find(reference, in: organization)
    }
}
