import Audit
import Crypto
import Support
import Testing
import Vault

/// One of everything, below an organization of its own.
struct Tenant {
    let organization: Organization
    let account: Account
    let point: IntegrationPoint
    let integration: Integration
    let credential: Credential
    let ownCredential: Credential
    let pointCredential: Credential
    let token: Token
    let child: Token
    let answer: IdempotencyRecord
    let pairs: [KeyPairRecord]
    let history: UseHistory
    let role: Role
    let member: Member

    var scope: AccountScope {
        AccountScope(organization: organization.id, account: account.id)
    }

    var ownKeys: KeyOwner { .shared(organization.id) }

    init(_ specimens: Specimens, _ name: String, in store: any Store) throws {
        organization = specimens.organization(name)
        account = specimens.account("tenant", in: organization.id)
        point = specimens.integrationPoint("connect", in: organization.id)
        integration = specimens.integration("tickets", in: account, at: point)
        let scope = AccountScope(organization: organization.id, account: account.id)
        let ownKeys = KeyOwner.shared(organization.id)
        credential = specimens.credential(
            "jira", in: scope.keyOwner, of: .integration(integration.id))
        ownCredential = specimens.credential(
            "shared", in: ownKeys, of: .organization(organization.id))
        pointCredential = specimens.credential(
            "client", in: ownKeys, of: .integrationPoint(point.id))
        token = specimens.token(in: organization.id)
        child = specimens.token(
            in: organization.id, account: account.id, integration: integration.id,
            parent: token.id)
        answer = specimens.answer(about: child)
        pairs = [
            try specimens.keyPair(of: scope.keyOwner), try specimens.keyPair(of: ownKeys),
        ]
        history = UseHistory(
            organization: organization.id, token: child.id, carried: 7,
            marks: [.init(hour: -1, total: 3), .init(hour: 500_000, total: .max)])
        role = specimens.role("keepers", in: organization.id, resources: Resources())
        member = specimens.member("robot", in: organization.id, roles: [role.id])
        let mutations: [Mutation] = [
            .insertOrganization(organization), .insertAccount(account),
            .insertIntegrationPoint(point), .insertIntegration(integration),
            .insertCredential(credential), .insertCredential(ownCredential),
            .insertCredential(pointCredential), .insertToken(token), .insertToken(child),
            .insertKeyPair(pairs[0]), .insertKeyPair(pairs[1]), .remember(answer),
            .putUse(specimens.use(of: token)), .putUse(specimens.use(of: child, count: 3)),
            .putUse(use(of: credential)), .putUse(use(of: ownCredential)),
            .putUse(use(of: pointCredential)), .putUseHistory(history), .insertRole(role),
            .insertMember(member),
        ]
        for mutation in mutations { try store.apply(mutation) }
    }

    /// Reads everything by every way that leads to it; throws what the store throws.
    func read(from store: any Store) throws -> Seen {
        var seen = Seen()
        seen.note(try store.organization(organization.id) == organization)
        seen.note(try store.organization(named: organization.name) == organization)
        seen.note(try store.organizations(after: nil, limit: 99).contains(organization))
        seen.note(try store.account(account.id, in: organization.id) == account)
        seen.note(try store.account(named: account.name, in: organization.id) == account)
        seen.note(try store.accounts(in: organization.id, after: nil, limit: 9) == [account])
        seen.note(try store.integration(integration.id, in: scope) == integration)
        seen.note(try store.integration(named: integration.name, in: scope) == integration)
        try readPoint(from: store, &seen)
        for filter in [nil, account.id] {
            let list = try store.integrations(
                in: organization.id, account: filter, after: nil, limit: 9)
            seen.note(list == [integration])
        }
        seen.note(try hasTokens(store))
        for (wanted, owner) in [
            (credential, scope.keyOwner), (ownCredential, ownKeys), (pointCredential, ownKeys),
        ] {
            seen.note(try store.credential(wanted.id, in: owner) == wanted)
            let named = try store.credential(named: wanted.name, of: wanted.owner, in: owner)
            seen.note(named == wanted)
            let list = try store.credentials(of: wanted.owner, in: owner, after: nil, limit: 9)
            seen.note(list == [wanted])
            let use = try store.use(of: wanted.id.value, generation: 0, in: organization.id)
            seen.note(use == self.use(of: wanted))
        }
        for pair in pairs {
            seen.note(try store.keyPair(of: pair.owner, version: 1) == pair)
            seen.note(try store.newestKeyPair(of: pair.owner) == pair)
        }
        seen.note(try store.member(member.id, in: organization.id) == member)
        seen.note(try store.member(named: member.name, in: organization.id) == member)
        seen.note(try store.members(in: organization.id, after: nil, limit: 9) == [member])
        seen.note(try store.role(role.id, in: organization.id) == role)
        seen.note(try store.role(named: role.name, in: organization.id) == role)
        seen.note(try store.roles(in: organization.id, after: nil, limit: 9) == [role])
        let remembered = try store.remembered(answer.key)
        seen.note(remembered?.sealedSecrets == answer.sealedSecrets)
        return seen
    }

    private func readPoint(from store: any Store, _ seen: inout Seen) throws {
        let organization = organization.id
        seen.note(try store.integrationPoint(point.id, in: organization) == point)
        seen.note(try store.integrationPoint(named: point.name, in: organization) == point)
        let points = try store.integrationPoints(in: organization, after: nil, limit: 9)
        seen.note(points == [point])
        let here = try store.integrations(at: point.id, in: organization, after: nil, limit: 9)
        seen.note(here == [integration])
        guard let credential = integration.credential else { return }
        let users = try store.integrations(
            using: credential, in: organization, after: nil, limit: 9)
        seen.note(users == [integration])
    }

    private func hasTokens(_ store: any Store) throws -> Bool {
        var isThere = try store.hasChildren(token.id, in: organization.id)
        for wanted in [token, child] {
            let bySelector = try store.token(selector: wanted.selector)
            let byID = try store.token(wanted.id, in: organization.id)
            let use = try store.use(
                of: wanted.id.value, generation: wanted.primary.number, in: organization.id)
            for found in [bySelector, byID] {
                isThere = isThere && found.map { $0.isSame(as: wanted) } ?? false
            }
            isThere = isThere && use != nil
        }
        let children = try store.children(
            of: token.id, in: organization.id, after: nil, limit: 9)
        let history = try store.useHistory(of: child.id, in: organization.id)
        let hasAnswers = try store.hasAnswers(about: child.id, in: organization.id)
        isThere = isThere && children.map(\.id) == [child.id] && history == self.history
        isThere = isThere && hasAnswers
        let all = try store.tokens(in: organization.id, account: nil, after: nil, limit: 9)
        let some = try store.tokens(in: organization.id, account: account.id, after: nil, limit: 9)
        return isThere && all.count == 2 && some.count == 1
    }

    private func use(of credential: Credential) -> Use {
        Use(
            organization: organization.id, object: credential.id.value, generation: 0, count: 2)
    }

    func expectPresent(in store: any Store) throws {
        #expect(try read(from: store).isEverything)
    }

    /// What a deletion at `level` must have taken.
    func expectGone(below level: String, in store: any Store) throws {
        #expect(try store.integration(integration.id, in: scope) == nil)
        #expect(try store.credential(credential.id, in: scope.keyOwner) == nil)
        #expect(try store.token(selector: child.selector) == nil)
        #expect(try store.remembered(answer.key) == nil)
        #expect(try store.use(of: credential.id.value, generation: 0, in: organization.id) == nil)
        #expect(try store.useHistory(of: child.id, in: organization.id) == nil)
        let number = child.primary.number
        #expect(
            try store.use(of: child.id.value, generation: number, in: organization.id) == nil)
        let isAccountGone = level != "integration"
        let account = try store.account(account.id, in: organization.id)
        #expect((account == nil) == isAccountGone)
        #expect((try store.newestKeyPair(of: scope.keyOwner) == nil) == isAccountGone)
        let isAllGone = level == "organization"
        #expect((try store.member(member.id, in: organization.id) == nil) == isAllGone)
        #expect((try store.role(role.id, in: organization.id) == nil) == isAllGone)
        #expect((try store.newestKeyPair(of: ownKeys) == nil) == isAllGone)
        #expect((try store.token(selector: token.selector) == nil) == isAllGone)
        #expect((try store.organization(organization.id) == nil) == isAllGone)
        #expect((try store.credential(ownCredential.id, in: ownKeys) == nil) == isAllGone)
        #expect((try store.integrationPoint(point.id, in: organization.id) == nil) == isAllGone)
        #expect((try store.credential(pointCredential.id, in: ownKeys) == nil) == isAllGone)
        let counts = try store.counts()
        #expect(counts.organizations == (isAllGone ? 1 : 2))
        #expect(counts.accounts == (isAccountGone ? 1 : 2))
        #expect(counts.integrations == 1)
        #expect(counts.credentials == (isAllGone ? 3 : 5))
        #expect(counts.tokens == (isAllGone ? 2 : 3))
    }
}

/// How much of what was asked for was there.
struct Seen {
    private(set) var asked = 0
    private(set) var found = 0

    var isEverything: Bool { asked > 0 && found == asked }

    mutating func note(_ isThere: Bool) {
        asked += 1
        if isThere { found += 1 }
    }
}

extension Token {
    /// Tokens hold keyed hashes, which are compared in one way only.
    func isSame(as other: Token) -> Bool {
        func isSame(_ left: Generation, _ right: Generation) -> Bool {
            left.number == right.number && left.epoch == right.epoch
                && left.access.matches(right.access) && left.refresh.matches(right.refresh)
                && left.createdAt == right.createdAt && left.expires == right.expires
        }
        let isSecondarySame =
            switch (secondary, other.secondary) {
            case (nil, nil): true
            case (let left?, let right?): isSame(left, right)
            default: false
            }
        return id == other.id && selector == other.selector && organization == other.organization
            && account == other.account && integration == other.integration
            && level == other.level && origin == other.origin && parent == other.parent
            && parentLineage == other.parentLineage && member == other.member
            && name == other.name && fullname == other.fullname
            && permissionSet == other.permissionSet && resources == other.resources
            && timeToLive == other.timeToLive && end == other.end
            && createdAt == other.createdAt && updatedAt == other.updatedAt
            && revision == other.revision && lineage == other.lineage
            && revokedAt == other.revokedAt && isSame(primary, other.primary) && isSecondarySame
    }
}
