package import Crypto
package import Vault

extension MemoryStore: Store {
    package func organization(_ id: OrganizationID) throws(StoreError) -> Organization? {
        lookUpCount += 1
        return state.organizations[id]
    }

    package func organization(named name: Name) throws(StoreError) -> Organization? {
        state.organizations.values.first { $0.name == name }
    }

    package func organizations(
        after: OrganizationID?, limit: Int
    ) throws(StoreError) -> [Organization] {
        page(state.organizations.values, after, limit, \.id) { _ in true }
    }

    package func account(
        _ id: AccountID, in organization: OrganizationID
    ) throws(StoreError) -> Account? {
        let found = state.accounts[id]
        return found?.organization == organization ? found : nil
    }

    package func account(
        named name: Name, in organization: OrganizationID
    ) throws(StoreError) -> Account? {
        state.accounts.values.first { $0.organization == organization && $0.name == name }
    }

    package func accounts(
        in organization: OrganizationID, after: AccountID?, limit: Int
    ) throws(StoreError) -> [Account] {
        page(state.accounts.values, after, limit, \.id) { $0.organization == organization }
    }

    package func integration(
        _ id: IntegrationID, in scope: AccountScope
    ) throws(StoreError) -> Integration? {
        state.integrations[id].flatMap { $0.scope == scope ? $0 : nil }
    }

    package func integration(
        named name: Name, in scope: AccountScope
    ) throws(StoreError) -> Integration? {
        state.integrations.values.first { $0.scope == scope && $0.name == name }
    }

    package func integrations(
        in organization: OrganizationID, account: AccountID?, after: IntegrationID?, limit: Int
    ) throws(StoreError) -> [Integration] {
        page(state.integrations.values, after, limit, \.id) {
            $0.organization == organization && (account == nil || $0.account == account)
        }
    }

    package func integrations(
        using credential: CredentialID, in organization: OrganizationID, after: IntegrationID?,
        limit: Int
    ) throws(StoreError) -> [Integration] {
        page(state.integrations.values, after, limit, \.id) {
            $0.organization == organization && $0.credential == credential
        }
    }

    package func integrations(
        at point: IntegrationPointID, in organization: OrganizationID, after: IntegrationID?,
        limit: Int
    ) throws(StoreError) -> [Integration] {
        page(state.integrations.values, after, limit, \.id) {
            $0.organization == organization && $0.integrationPoint == point
        }
    }

    package func integrationPoint(
        _ id: IntegrationPointID, in organization: OrganizationID
    ) throws(StoreError) -> IntegrationPoint? {
        let found = state.points[id]
        return found?.organization == organization ? found : nil
    }

    package func integrationPoint(
        named name: Name, in organization: OrganizationID
    ) throws(StoreError) -> IntegrationPoint? {
        state.points.values.first { $0.organization == organization && $0.name == name }
    }

    package func integrationPoints(
        in organization: OrganizationID, after: IntegrationPointID?, limit: Int
    ) throws(StoreError) -> [IntegrationPoint] {
        page(state.points.values, after, limit, \.id) { $0.organization == organization }
    }

    package func credential(
        _ id: CredentialID, in owner: KeyOwner
    ) throws(StoreError) -> Credential? {
        state.credentials[id].flatMap { $0.keyOwner == owner ? $0 : nil }
    }

    package func credential(
        named name: Name, of holder: CredentialOwner, in owner: KeyOwner
    ) throws(StoreError) -> Credential? {
        state.credentials.values.first {
            $0.keyOwner == owner && $0.owner == holder && $0.name == name
        }
    }

    package func credentials(
        of holder: CredentialOwner, in owner: KeyOwner, after: CredentialID?, limit: Int
    ) throws(StoreError) -> [Credential] {
        page(state.credentials.values, after, limit, \.id) {
            $0.keyOwner == owner && $0.owner == holder
        }
    }

    package func token(selector: SelectorBytes) throws(StoreError) -> Token? {
        state.tokens.values.first { $0.selector == selector }
    }

    package func token(
        _ id: TokenID, in organization: OrganizationID
    ) throws(StoreError) -> Token? {
        let found = state.tokens[id]
        return found?.organization == organization ? found : nil
    }

    package func tokens(
        in organization: OrganizationID, account: AccountID?, after: TokenID?, limit: Int
    ) throws(StoreError) -> [Token] {
        page(state.tokens.values, after, limit, \.id) {
            $0.organization == organization && (account == nil || $0.account == account)
        }
    }

    package func keyPair(
        of owner: KeyOwner, version: UInt32
    ) throws(StoreError) -> KeyPairRecord? {
        state.keyPairs[KeyPairKey(owner: owner, version: version)]
    }

    package func newestKeyPair(of owner: KeyOwner) throws(StoreError) -> KeyPairRecord? {
        state.keyPairs.values.filter { $0.owner == owner }.max { $0.version < $1.version }
    }

    package func use(
        of object: UInt128, generation: UInt32, in organization: OrganizationID
    ) throws(StoreError) -> Use? {
        lookUpCount += 1
        return state.uses[
            UseKey(organization: organization, object: object, generation: generation)]
    }

    package func remembered(_ key: Digest) throws(StoreError) -> IdempotencyRecord? {
        state.answers[key]
    }

    package func counts() throws(StoreError) -> StoreCounts {
        var counts = StoreCounts()
        counts.organizations = state.organizations.count
        counts.accounts = state.accounts.count
        counts.integrations = state.integrations.count
        counts.credentials = state.credentials.count
        counts.tokens = state.tokens.count
        return counts
    }

    package func standing() throws(StoreError) -> Standing { state.standing }

    func page<Element, Kind>(
        _ elements: some Sequence<Element>, _ after: Identifier<Kind>?, _ limit: Int,
        _ id: (Element) -> Identifier<Kind>, _ belongs: (Element) -> Bool
    ) -> [Element] {
        let start = after ?? Identifier(0)
        return Array(
            elements.filter { belongs($0) && start < id($0) }.sorted { id($0) < id($1) }
                .prefix(limit))
    }
}
