/// Rows that many verifications and releases need, so that they are not read for each of them:
/// owners, parents, credentials.
///
/// Laws:
/// 1. What is here was authenticated when it was read, and is as of the last commit. What the open
///    batch changes is gone from here at once, and does not come back before the batch has ended.
/// 2. It is found by its identifier and believed for its whole path, as in the store.
/// 3. It takes no more than its bound.
struct KnownRows {
    private var organizations: BoundedTable<OrganizationID, Organization>
    private var accounts: BoundedTable<AccountID, Account>
    private var integrations: BoundedTable<IntegrationID, Integration>
    private var credentials: BoundedTable<CredentialID, Credential>
    private var tokens: BoundedTable<TokenID, Token>
    /// What the open batch has changed.
    private var changed: Set<UInt128> = []
    /// Where something went with everything below it.
    private var mayAllBeChanged: Set<OrganizationID> = []
    /// Where it has changed something by which tokens that were there before are decided.
    private var decidingAnew: Set<OrganizationID> = []

    init(byteCountMax: Int) {
        // There are a few organizations and parents to many accounts, and more of the others.
        organizations = BoundedTable(byteCountMax: byteCountMax / 8)
        tokens = BoundedTable(byteCountMax: byteCountMax / 8)
        accounts = BoundedTable(byteCountMax: byteCountMax / 4)
        integrations = BoundedTable(byteCountMax: byteCountMax / 4)
        credentials = BoundedTable(byteCountMax: byteCountMax / 4)
    }

    var byteCount: Int {
        organizations.byteCount + accounts.byteCount + integrations.byteCount
            + credentials.byteCount + tokens.byteCount
    }

    /// Before the change is made; whether it is undone later does not matter.
    mutating func note(_ mutation: Mutation) {
        if let organization = mutation.decidedAnew { decidingAnew.insert(organization) }
        switch mutation {
        case .insertOrganization(let row), .updateOrganization(let row):
            organizations.remove(row.id)
            changed.insert(row.id.value)
        case .insertAccount(let row), .updateAccount(let row):
            accounts.remove(row.id)
            changed.insert(row.id.value)
        case .insertIntegration(let row), .updateIntegration(let row):
            integrations.remove(row.id)
            changed.insert(row.id.value)
        case .insertCredential(let row), .updateCredential(let row):
            credentials.remove(row.id)
            changed.insert(row.id.value)
        case .insertToken(let row), .updateToken(let row): forget(row.id)
        case .deleteToken(let id, _): forget(id)
        case .deleteOrganization(let id), .deleteIntegrationPoint(_, let id): forgetAll(of: id)
        case .deleteAccount(let scope), .deleteIntegration(_, let scope):
            forgetAll(of: scope.organization)
        case .deleteCredential(let id, _):
            credentials.remove(id)
            changed.insert(id.value)
        case .insertIntegrationPoint, .updateIntegrationPoint, .insertMember, .updateMember,
            .deleteMember, .insertRole, .updateRole, .deleteRole, .insertKeyPair, .putUse,
            .putUseHistory, .deleteUse, .remember, .forget, .putStanding:
            break
        }
    }

    private mutating func forget(_ id: TokenID) {
        tokens.remove(id)
        changed.insert(id.value)
    }

    /// A deletion by one organization must not make the others' rows be read anew.
    private mutating func forgetAll(of organization: OrganizationID) {
        organizations.remove(organization)
        accounts.removeAll { $0.organization == organization }
        integrations.removeAll { $0.organization == organization }
        credentials.removeAll { $0.organization == organization }
        tokens.removeAll { $0.organization == organization }
        mayAllBeChanged.insert(organization)
    }

    /// What was changed is as stored from here on, or as it was before.
    mutating func endBatch() {
        if !changed.isEmpty { changed.removeAll(keepingCapacity: changed.count < 1024) }
        mayAllBeChanged.removeAll()
        decidingAnew.removeAll()
    }

    /// Whether all that a token's record is made of is as of the last commit, or can be of no token
    /// but those that nobody has been given yet.
    func areCommitted(for token: Token) -> Bool {
        !decidingAnew.contains(token.organization) && !changed.contains(token.id.value)
    }

    mutating func removeAll() {
        organizations.removeAll()
        accounts.removeAll()
        integrations.removeAll()
        credentials.removeAll()
        tokens.removeAll()
    }

    private func mayKeep(_ id: UInt128, of organization: OrganizationID) -> Bool {
        !mayAllBeChanged.contains(organization) && !changed.contains(id)
    }
}

extension Mutation {
    /// Whose tokens it may have decided otherwise; nil for what no token's record is made of, and for
    /// new objects, which no record can have been made of before.
    fileprivate var decidedAnew: OrganizationID? {
        switch self {
        case .updateOrganization(let row): row.id
        case .updateAccount(let row): row.organization
        case .updateIntegration(let row): row.organization
        case .updateIntegrationPoint(let row): row.organization
        case .updateToken(let row): row.organization
        case .updateMember(let row): row.organization
        case .updateRole(let row): row.organization
        case .deleteAccount(let scope), .deleteIntegration(_, let scope): scope.organization
        case .deleteOrganization(let id), .deleteIntegrationPoint(_, let id),
            .deleteToken(_, let id), .deleteMember(_, let id), .deleteRole(_, let id):
            id
        case .insertOrganization, .insertAccount, .insertIntegration, .insertIntegrationPoint,
            .insertCredential, .updateCredential, .deleteCredential, .insertToken, .insertMember,
            .insertRole, .insertKeyPair, .putUse, .putUseHistory, .deleteUse, .remember, .forget,
            .putStanding:
            nil
        }
    }
}

extension KnownRows {
    mutating func organization(_ id: OrganizationID) -> Organization? { organizations.value(id) }

    mutating func keep(_ row: Organization) {
        guard mayKeep(row.id.value, of: row.id) else { return }
        organizations.insert(row.id, row, byteCount: row.byteCount)
    }

    mutating func account(_ id: AccountID, in organization: OrganizationID) -> Account? {
        guard let row = accounts.value(id), row.organization == organization else { return nil }
        return row
    }

    mutating func keep(_ row: Account) {
        guard mayKeep(row.id.value, of: row.organization) else { return }
        accounts.insert(row.id, row, byteCount: row.byteCount)
    }

    mutating func integration(_ id: IntegrationID, in scope: AccountScope) -> Integration? {
        guard let row = integrations.value(id), row.scope == scope else { return nil }
        return row
    }

    mutating func keep(_ row: Integration) {
        guard mayKeep(row.id.value, of: row.organization) else { return }
        integrations.insert(row.id, row, byteCount: row.byteCount)
    }

    mutating func credential(_ id: CredentialID, in owner: KeyOwner) -> Credential? {
        guard let row = credentials.value(id), row.organization == owner.organization,
            row.account == owner.account
        else { return nil }
        return row
    }

    mutating func keep(_ row: Credential) {
        guard mayKeep(row.id.value, of: row.organization) else { return }
        credentials.insert(row.id, row, byteCount: row.byteCount)
    }

    mutating func token(_ id: TokenID, in organization: OrganizationID) -> Token? {
        guard let row = tokens.value(id), row.organization == organization else { return nil }
        return row
    }

    mutating func keep(_ row: Token) {
        guard mayKeep(row.id.value, of: row.organization) else { return }
        tokens.insert(row.id, row, byteCount: row.byteCount)
    }
}

/// Look-ups of whoever verifies or releases: from memory where the row is known.
extension Vault {
    /// What the rows in memory take.
    package var knownByteCount: Int { rows.byteCount }

    /// - Parameter row: what memory has.
    private func known<Row>(
        _ row: Row?, else find: () throws(Refusal) -> Row?, keep: (Row) -> Void
    ) throws(Refusal) -> Row? {
        if let row { return row }
        let found = try find()
        if let found { keep(found) }
        return found
    }

    func known(_ id: OrganizationID) throws(Refusal) -> Organization? {
        try known(
            rows.organization(id), else: { () throws(Refusal) in try find(id) },
            keep: { rows.keep($0) })
    }

    package func known(
        _ id: AccountID, in organization: OrganizationID
    ) throws(Refusal) -> Account? {
        try known(
            rows.account(id, in: organization),
            else: { () throws(Refusal) in try find(id, in: organization) },
            keep: { rows.keep($0) })
    }

    package func known(
        _ id: IntegrationID, in scope: AccountScope
    ) throws(Refusal) -> Integration? {
        try known(
            rows.integration(id, in: scope),
            else: { () throws(Refusal) in try find(id, in: scope) }, keep: { rows.keep($0) })
    }

    func known(_ id: CredentialID, in owner: KeyOwner) throws(Refusal) -> Credential? {
        try known(
            rows.credential(id, in: owner),
            else: { () throws(Refusal) in
                try look { () throws(StoreError) in try store.credential(id, in: owner) }
            }, keep: { rows.keep($0) })
    }

    func known(_ id: TokenID, in organization: OrganizationID) throws(Refusal) -> Token? {
        try known(
            rows.token(id, in: organization),
            else: { () throws(Refusal) in try find(id, in: organization) },
            keep: { rows.keep($0) })
    }
}
