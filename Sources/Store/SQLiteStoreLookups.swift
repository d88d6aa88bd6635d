package import Crypto
package import Vault

/// Look-ups: one question each, and a check that the row is the one that was asked for.
extension SQLiteStore {
    private var queries: StoreQueries { tables.queries }

    package func organization(_ id: OrganizationID) throws(StoreError) -> Organization? {
        try queries.organizationByID.first(id) { $0.id == id }
    }

    package func organization(named name: Name) throws(StoreError) -> Organization? {
        try queries.organizationByName.first(name) { $0.name == name }
    }

    package func organizations(
        after: OrganizationID?, limit: Int
    ) throws(StoreError) -> [Organization] {
        var order = Ascending(after)
        return try queries.organizations.all(after ?? .first, Int64(limit)) {
            order.admits($0.id)
        }
    }

    package func account(
        _ id: AccountID, in organization: OrganizationID
    ) throws(StoreError) -> Account? {
        try queries.accountByID.first(organization, id) {
            $0.organization == organization && $0.id == id
        }
    }

    package func account(
        named name: Name, in organization: OrganizationID
    ) throws(StoreError) -> Account? {
        try queries.accountByName.first(organization, name) {
            $0.organization == organization && $0.name == name
        }
    }

    package func accounts(
        in organization: OrganizationID, after: AccountID?, limit: Int
    ) throws(StoreError) -> [Account] {
        var order = Ascending(after)
        return try queries.accounts.all(organization, after ?? .first, Int64(limit)) {
            $0.organization == organization && order.admits($0.id)
        }
    }

    package func integration(
        _ id: IntegrationID, in scope: AccountScope
    ) throws(StoreError) -> Integration? {
        try queries.integrationByID.first(scope.organization, scope.account, id) {
            $0.scope == scope && $0.id == id
        }
    }

    package func integration(
        named name: Name, in scope: AccountScope
    ) throws(StoreError) -> Integration? {
        try queries.integrationByName.first(scope.organization, scope.account, name) {
            $0.scope == scope && $0.name == name
        }
    }

    package func integrations(
        in organization: OrganizationID, account: AccountID?, after: IntegrationID?, limit: Int
    ) throws(StoreError) -> [Integration] {
        var order = Ascending(after)
        let start = after ?? .first
        guard let account else {
            return try queries.integrationsOfOrganization.all(
                organization, start, Int64(limit)
            ) { $0.organization == organization && order.admits($0.id) }
        }
        let scope = AccountScope(organization: organization, account: account)
        return try queries.integrationsOfAccount.all(
            organization, account, start, Int64(limit)
        ) { $0.scope == scope && order.admits($0.id) }
    }

    package func integrations(
        using credential: CredentialID, in organization: OrganizationID, after: IntegrationID?,
        limit: Int
    ) throws(StoreError) -> [Integration] {
        var order = Ascending(after)
        return try queries.integrationsByCredential.all(
            organization, credential, after ?? .first, Int64(limit)
        ) {
            $0.organization == organization && $0.credential == credential && order.admits($0.id)
        }
    }

    package func integrations(
        at point: IntegrationPointID, in organization: OrganizationID, after: IntegrationID?,
        limit: Int
    ) throws(StoreError) -> [Integration] {
        var order = Ascending(after)
        return try queries.integrationsByPoint.all(
            organization, point, after ?? .first, Int64(limit)
        ) {
            $0.organization == organization && $0.integrationPoint == point && order.admits($0.id)
        }
    }

    package func integrationPoint(
        _ id: IntegrationPointID, in organization: OrganizationID
    ) throws(StoreError) -> IntegrationPoint? {
        try queries.pointByID.first(organization, id) {
            $0.organization == organization && $0.id == id
        }
    }

    package func integrationPoint(
        named name: Name, in organization: OrganizationID
    ) throws(StoreError) -> IntegrationPoint? {
        try queries.pointByName.first(organization, name) {
            $0.organization == organization && $0.name == name
        }
    }

    package func integrationPoints(
        in organization: OrganizationID, after: IntegrationPointID?, limit: Int
    ) throws(StoreError) -> [IntegrationPoint] {
        var order = Ascending(after)
        return try queries.points.all(organization, after ?? .first, Int64(limit)) {
            $0.organization == organization && order.admits($0.id)
        }
    }

    package func credential(
        _ id: CredentialID, in owner: KeyOwner
    ) throws(StoreError) -> Credential? {
        let found = try queries.credentialByID.first(owner.organization, id) {
            $0.organization == owner.organization && $0.id == id
        }
        return found?.account == owner.account ? found : nil
    }

    package func credential(
        named name: Name, of holder: CredentialOwner, in owner: KeyOwner
    ) throws(StoreError) -> Credential? {
        let found = try queries.credentialByName.first(
            owner.organization, holder.kind, holder.value, name
        ) { $0.organization == owner.organization && $0.owner == holder && $0.name == name }
        return found?.account == owner.account ? found : nil
    }

    package func credentials(
        of holder: CredentialOwner, in owner: KeyOwner, after: CredentialID?, limit: Int
    ) throws(StoreError) -> [Credential] {
        var order = Ascending(after)
        return try queries.credentials.all(
            owner.organization, holder.kind, holder.value, after ?? .first, Int64(limit)
        ) {
            $0.organization == owner.organization && $0.owner == holder
                && $0.account == owner.account && order.admits($0.id)
        }
    }

    package func token(selector: SelectorBytes) throws(StoreError) -> Token? {
        try queries.tokenBySelector.first(selector) { $0.selector == selector }
    }

    package func token(
        _ id: TokenID, in organization: OrganizationID
    ) throws(StoreError) -> Token? {
        try queries.tokenByID.first(organization, id) {
            $0.organization == organization && $0.id == id
        }
    }

    package func tokens(
        in organization: OrganizationID, account: AccountID?, after: TokenID?, limit: Int
    ) throws(StoreError) -> [Token] {
        var order = Ascending(after)
        let start = after ?? .first
        guard let account else {
            return try queries.tokensOfOrganization.all(organization, start, Int64(limit)) {
                $0.organization == organization && order.admits($0.id)
            }
        }
        return try queries.tokensOfAccount.all(organization, account, start, Int64(limit)) {
            $0.organization == organization && $0.account == account && order.admits($0.id)
        }
    }

    package func keyPair(
        of owner: KeyOwner, version: UInt32
    ) throws(StoreError) -> KeyPairRecord? {
        try queries.keyPair.first(owner.organization, owner.accountValue, version) {
            $0.owner == owner && $0.version == version
        }
    }

    package func newestKeyPair(of owner: KeyOwner) throws(StoreError) -> KeyPairRecord? {
        try queries.newestKeyPair.first(owner.organization, owner.accountValue) {
            $0.owner == owner
        }
    }

    package func use(
        of object: UInt128, generation: UInt32, in organization: OrganizationID
    ) throws(StoreError) -> Use? {
        try queries.use.first(organization, object, generation) {
            $0.organization == organization && $0.object == object
                && $0.generation == generation
        }
    }

    package func remembered(_ key: Digest) throws(StoreError) -> IdempotencyRecord? {
        try queries.answer.first(key) { $0.key == key }
    }

    package func counts() throws(StoreError) -> StoreCounts { census.counts }

    package func standing() throws(StoreError) -> Standing { try tables.standing() }
}

extension Identifier {
    /// Before every identifier that an object has: zero stands for "absent".
    static var first: Identifier { Identifier(0) }
}

/// A list's promise: strictly upwards from where it was asked to go on.
struct Ascending<Kind: IdentifiedKind> {
    private var last: Identifier<Kind>

    init(_ after: Identifier<Kind>?) { last = after ?? .first }

    mutating func admits(_ next: Identifier<Kind>) -> Bool {
        guard last < next else { return false }
        last = next
        return true
    }
}
