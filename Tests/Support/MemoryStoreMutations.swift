import Crypto
package import Vault

extension MemoryStore {
    package func apply(_ mutation: Mutation) throws(StoreError) {
        try change { (state) throws(StoreError) in try state.perform(mutation) }
    }
}

extension MemoryStore.State {
    mutating func perform(_ mutation: Mutation) throws(StoreError) {
        switch mutation {
        case .insertOrganization(let new):
            try require(!organizations.values.contains { $0.name == new.name })
            try Self.insert(new, new.id, into: &organizations)
        case .insertAccount(let new):
            try require(
                !accounts.values.contains {
                    $0.organization == new.organization && $0.name == new.name
                })
            try Self.insert(new, new.id, into: &accounts)
        case .insertIntegration(let new):
            try require(
                !integrations.values.contains { $0.scope == new.scope && $0.name == new.name })
            try Self.insert(new, new.id, into: &integrations)
        case .insertIntegrationPoint(let new):
            try require(
                !points.values.contains {
                    $0.organization == new.organization && $0.name == new.name
                })
            try Self.insert(new, new.id, into: &points)
        case .insertCredential(let new):
            try require(
                !credentials.values.contains {
                    $0.organization == new.organization && $0.owner == new.owner
                        && $0.name == new.name
                })
            try Self.insert(new, new.id, into: &credentials)
        case .insertToken(let new):
            try require(!tokens.values.contains { $0.selector == new.selector })
            try Self.insert(new, new.id, into: &tokens)
        case .insertMember, .insertRole, .updateMember, .updateRole, .deleteMember, .deleteRole:
            try performOnMembers(mutation)
        case .insertKeyPair(let new):
            let key = MemoryStore.KeyPairKey(owner: new.owner, version: new.version)
            try Self.insert(new, key, into: &keyPairs)
        case .putUse(let use): uses[use.key] = use
        case .putUseHistory(let history): histories[history.token] = history
        case .remember(let answer): answers[answer.key] = answer
        case .putStanding(let new): standing = new
        case .updateOrganization, .updateAccount, .updateIntegration,
            .updateIntegrationPoint, .updateCredential, .updateToken:
            try update(mutation)
        case .deleteOrganization, .deleteAccount, .deleteIntegration,
            .deleteIntegrationPoint, .deleteCredential, .deleteToken, .deleteUse, .forget:
            remove(mutation)
        }
    }

    func require(_ condition: Bool) throws(StoreError) {
        guard condition else { throw MemoryStore.constraint }
    }

    static func insert<Key, Record>(
        _ record: Record, _ key: Key, into records: inout [Key: Record]
    ) throws(StoreError) {
        guard records.updateValue(record, forKey: key) == nil else {
            throw MemoryStore.constraint
        }
    }

    static func replace<Key, Record>(
        _ record: Record, _ key: Key, in records: inout [Key: Record]
    ) throws(StoreError) {
        guard records.updateValue(record, forKey: key) != nil else {
            throw MemoryStore.constraint
        }
    }

    private mutating func update(_ mutation: Mutation) throws(StoreError) {
        switch mutation {
        case .updateOrganization(let changed):
            try Self.replace(changed, changed.id, in: &organizations)
        case .updateAccount(let changed):
            try Self.replace(changed, changed.id, in: &accounts)
        case .updateIntegration(let changed):
            try Self.replace(changed, changed.id, in: &integrations)
        case .updateIntegrationPoint(let changed):
            try Self.replace(changed, changed.id, in: &points)
        case .updateCredential(let changed):
            try Self.replace(changed, changed.id, in: &credentials)
        case .updateToken(let changed):
            try Self.replace(changed, changed.id, in: &tokens)
        default: break
        }
    }

    private mutating func remove(_ mutation: Mutation) {
        switch mutation {
        case .deleteOrganization(let id): removeOrganization(id)
        case .deleteAccount(let scope): removeAccount(scope)
        case .deleteIntegration(let id, let scope):
            removeTokens { $0.integration == id && $0.account == scope.account }
            removeCredentials { $0.owner == .integration(id) && $0.keyOwner == scope.keyOwner }
            integrations = integrations.filter { $0.key != id || $0.value.scope != scope }
        case .deleteIntegrationPoint(let id, let organization):
            removeCredentials {
                $0.organization == organization && $0.owner == .integrationPoint(id)
            }
            points = points.filter { $0.key != id || $0.value.organization != organization }
        case .deleteCredential(let id, let owner):
            removeCredentials { $0.id == id && $0.keyOwner == owner }
        case .deleteToken(let id, let organization):
            removeTokens { $0.id == id && $0.organization == organization }
        case .deleteUse(let object, let generation, let organization):
            uses[
                MemoryStore.UseKey(
                    organization: organization, object: object, generation: generation)] = nil
        case .forget(let end): answers = answers.filter { $0.value.expires > end }
        default: break
        }
    }

    private mutating func removeOrganization(_ id: OrganizationID) {
        organizations[id] = nil
        accounts = accounts.filter { $0.value.organization != id }
        integrations = integrations.filter { $0.value.organization != id }
        points = points.filter { $0.value.organization != id }
        credentials = credentials.filter { $0.value.organization != id }
        tokens = tokens.filter { $0.value.organization != id }
        members = members.filter { $0.value.organization != id }
        roles = roles.filter { $0.value.organization != id }
        keyPairs = keyPairs.filter { $0.key.owner.organization != id }
        uses = uses.filter { $0.key.organization != id }
        histories = histories.filter { $0.value.organization != id }
        answers = answers.filter { $0.value.organization != id }
    }

    private mutating func removeAccount(_ scope: AccountScope) {
        removeTokens { $0.organization == scope.organization && $0.account == scope.account }
        removeCredentials { $0.keyOwner == scope.keyOwner }
        integrations = integrations.filter { $0.value.scope != scope }
        keyPairs = keyPairs.filter { $0.key.owner != scope.keyOwner }
        let account = accounts[scope.account]
        if account?.organization == scope.organization { accounts[scope.account] = nil }
    }

    private mutating func removeTokens(where goes: (Token) -> Bool) {
        let gone = Set(tokens.values.filter(goes).map(\.id))
        tokens = tokens.filter { !gone.contains($0.key) }
        uses = uses.filter { !gone.contains(TokenID($0.key.object)) }
        histories = histories.filter { !gone.contains($0.key) }
        answers = answers.filter { !gone.contains($0.value.token) }
    }

    private mutating func removeCredentials(where goes: (Credential) -> Bool) {
        let gone = Set(credentials.values.filter(goes).map(\.id.value))
        credentials = credentials.filter { !gone.contains($0.key.value) }
        uses = uses.filter { !gone.contains($0.key.object) }
    }
}

extension Use {
    fileprivate var key: MemoryStore.UseKey {
        MemoryStore.UseKey(organization: organization, object: object, generation: generation)
    }
}
