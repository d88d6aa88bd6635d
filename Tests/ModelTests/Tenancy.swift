import Vault

/// One organization and everything in it, in dictionaries: nothing here can be seen from another.
final class Tenancy {
    let id: OrganizationID
    let name: Name
    let defaultToken: TokenID
    var isDisabled = false
    var accounts: [AccountID: KnownAccount] = [:]
    var points: [IntegrationPointID: KnownPoint] = [:]
    var integrations: [IntegrationID: KnownIntegration] = [:]
    var credentials: [CredentialID: KnownCredential] = [:]
    var roles: [RoleID: KnownRole]
    var members: [MemberID: KnownMember] = [:]
    var tokens: [TokenID: KnownToken] = [:]
    /// Answers that may be asked for again, by caller, target and the caller's key.
    var answers: [AnswerKey: KnownAnswer] = [:]

    init(id: OrganizationID, name: Name, defaultToken: TokenID) {
        self.id = id
        self.name = name
        self.defaultToken = defaultToken
        roles = Dictionary(uniqueKeysWithValues: KnownRole.builtIn.map { ($0.id, $0) })
    }

    func find<K: Known>(_ reference: Reference<K.Kind>, in known: [Identifier<K.Kind>: K]) -> K? {
        switch reference {
        case .identifier(let id): known[id]
        case .name(let name): known.values.first { $0.name == name }
        }
    }

    func find(_ path: IntegrationPath) -> (KnownAccount, KnownIntegration)? {
        guard let account = find(path.account, in: accounts) else { return nil }
        let own = integrations.filter { $0.value.account == account.id }
        guard let integration = find(path.integration, in: own) else { return nil }
        return (account, integration)
    }

    func requireFree<K: Known>(_ name: Name?, in known: some Sequence<K>) throws(Denial) {
        guard !known.contains(where: { $0.name == name }) else { throw .conflict }
    }
}

struct AnswerKey: Hashable {
    let caller: TokenID
    let target: TokenID?
    let key: String
}

struct KnownAnswer {
    let request: String
    let token: TokenID
    let generation: UInt32
    let expires: Instant
}

/// What goes with what.
extension Tenancy {
    func remove(_ account: KnownAccount) {
        for integration in integrations.values where integration.account == account.id {
            remove(integration)
        }
        removeTokens { $0.account == account.id }
        credentials = credentials.filter { $0.value.account != account.id }
        accounts[account.id] = nil
    }

    func remove(_ integration: KnownIntegration) {
        removeTokens { $0.integration == integration.id }
        credentials = credentials.filter { $0.value.holder != .integration(integration.id) }
        integrations[integration.id] = nil
    }

    func remove(_ point: KnownPoint) {
        credentials = credentials.filter { $0.value.holder != .integrationPoint(point.id) }
        points[point.id] = nil
    }

    func removeTokens(where goes: (KnownToken) -> Bool) {
        let gone = tokens.values.filter(goes).map(\.id)
        for id in gone { tokens[id] = nil }
        answers = answers.filter { tokens[$0.value.token] != nil }
    }
}

/// An organization that has administrators among its members keeps one.
extension Tenancy {
    func isAdministrator(_ member: KnownMember, without gone: RoleID? = nil) -> Bool {
        !member.isDisabled
            && member.roles.contains { $0 != gone && roles[$0]?.isAdministrators == true }
    }

    /// Refused where the change would take the last one away.
    func requireAdministrator(
        after change: (KnownMember) -> Bool
    ) throws(Denial) {
        let before = members.values.contains { isAdministrator($0) }
        guard !before || members.values.contains(where: change) else { throw .conflict }
    }
}

/// Time does away with what is long dead.
extension Tenancy {
    func tidyUp(at now: Instant) {
        answers = answers.filter { $0.value.expires > now }
    }

    func mayRemove(_ token: KnownToken, before limit: Instant) -> Bool {
        token.origin != .byDefault && token.death < limit
            && !tokens.values.contains { $0.parent == token.id }
            && !answers.values.contains { $0.token == token.id }
    }
}
