import Testing
import Vault

/// The one decision: every plane against every actor, every resource against every relation.
@Suite struct AuthorityTests {
    private let world: World
    private let organization: OrganizationID
    private let other = OrganizationID(2)
    private let mine: AccountFacts
    private let theirs = AccountFacts.of(20, labels: [], .test)
    private let ticketing: IntegrationFacts
    private let siem = IntegrationFacts(id: IntegrationID(200), connector: ConnectorID("siem"))

    init() throws {
        world = try World()
        organization = world.organization.id
        mine = AccountFacts(world.account)
        ticketing = world.vault.facts(of: world.integration)
    }

    private func principal(
        _ level: Token.Level, _ set: PermissionSet = .administrator, narrowings: [Resources] = []
    ) throws -> Principal {
        switch level {
        case .integration: return try world.principal(world.leaf)
        case .account: return try world.principal(world.mintForAccount(set, by: world.root))
        case .organization: break
        }
        var token = set == .administrator ? world.root : try world.mint(set, by: world.root)
        for narrowing in narrowings {
            token = try world.mint(.administrator, by: token, resources: narrowing)
        }
        return try world.principal(token)
    }

    private func outcome(
        _ actor: Actor, _ operation: Operation, _ resource: Resource
    ) -> Refusal? {
        refusal { () throws(Refusal) in _ = try authorize(actor, operation, on: resource) }
    }

    @Test func `no actor acts on a plane that is not its own`() throws {
        let organizationToken = Actor.token(try principal(.organization))
        let accountToken = Actor.token(try principal(.account))
        let integrationToken = Actor.token(try principal(.integration))
        let secret = Actor.refreshSecret(try principal(.organization))
        let peer = Actor.peer(uid: 0)
        let management = Operation.management(.accountsGet)
        let data = Operation.data(.connectorUse)
        let table: [(Actor, Operation, Refusal?)] = [
            (peer, .operators, nil), (peer, management, .wrongPlane), (peer, data, .wrongPlane),
            (organizationToken, .operators, .wrongPlane), (organizationToken, management, nil),
            (organizationToken, data, .wrongPlane), (accountToken, .operators, .wrongPlane),
            (accountToken, management, nil), (accountToken, data, .wrongPlane),
            (integrationToken, .operators, .wrongPlane),
            (integrationToken, management, .wrongPlane), (integrationToken, data, nil),
            (secret, .operators, .wrongPlane), (secret, management, .wrongKind),
            (secret, data, .wrongKind),
        ]
        let resource = Resource.integration(organization, mine, ticketing)
        for (index, row) in table.enumerated() {
            #expect(outcome(row.0, row.1, resource) == row.2, "row \(index)")
        }
    }

    @Test(arguments: PermissionSet.allCases)
    func `a management token may do exactly what its permission set holds`(
        set: PermissionSet
    ) throws {
        guard !set.isForDataPlane else { return }
        let actor = Actor.token(try principal(.account, set))
        for permission in Permission.allCases {
            let refused = outcome(actor, .management(permission), .catalogue)
            #expect(
                (refused == nil) == set.mask.contains(permission), "\(set.text) \(permission.text)")
            #expect(refused == nil || refused == .insufficientScope)
        }
    }

    @Test func `foreign and absent are told apart by nobody who lacks the permission`() throws {
        let viewer = Actor.token(try principal(.organization, .viewer))
        let operation = Operation.management(.accountsDelete)
        for resource in [Resource.absent, .account(other, mine), .account(organization, mine)] {
            #expect(outcome(viewer, operation, resource) == .insufficientScope)
        }
        let administrator = Actor.token(try principal(.organization))
        #expect(outcome(administrator, operation, .absent) == .absent)
        #expect(outcome(administrator, operation, .account(other, mine)) == .foreign)
    }

    @Test func `an organization token reaches all of its own organization and nothing else`() throws
    {
        let actor = Actor.token(try principal(.organization))
        let operation = Operation.management(.accountsGet)
        let own: [Resource] = [
            .organization(organization), .ownPart(organization), .account(organization, mine),
            .account(organization, theirs), .integration(organization, theirs, siem),
            .token(TokenID(9), organization, nil, nil), .catalogue,
        ]
        for resource in own { #expect(outcome(actor, operation, resource) == nil) }
        let foreign: [Resource] = [
            .organization(other), .ownPart(other), .account(other, mine),
            .integration(other, mine, ticketing), .token(TokenID(9), other, nil, nil),
            .token(TokenID(5), other, mine, nil), .vault, .member(MemberID(9), other),
            .role(other), .integrationPoint(other, IntegrationPointID(9)),
        ]
        for resource in foreign { #expect(outcome(actor, operation, resource) == .foreign) }
    }

    @Test func `an account token reaches its own account and nothing else`() throws {
        let principal = try principal(.account)
        let actor = Actor.token(principal)
        let operation = Operation.management(.accountsGet)
        let own: [Resource] = [
            .ownPart(organization), .account(organization, mine),
            .integration(organization, mine, siem), .token(TokenID(9), organization, mine, nil),
            .token(principal.token, organization, nil, nil), .catalogue,
        ]
        for resource in own { #expect(outcome(actor, operation, resource) == nil) }
        #expect(outcome(actor, operation, .organization(organization)) == .insufficientScope)
        let foreign: [Resource] = [
            .account(organization, theirs), .integration(organization, theirs, ticketing),
            .token(TokenID(9), organization, theirs, nil),
            .token(TokenID(9), organization, nil, nil), .account(other, mine), .vault,
        ]
        for resource in foreign { #expect(outcome(actor, operation, resource) == .foreign) }
    }

    @Test func `an integration token reaches its one integration`() throws {
        let actor = Actor.token(try principal(.integration))
        let operation = Operation.data(.credentialsUse)
        #expect(outcome(actor, operation, .integration(organization, mine, ticketing)) == nil)
        for resource in [
            Resource.integration(organization, mine, siem), .account(organization, mine),
            .integration(organization, theirs, ticketing), .integration(other, mine, ticketing),
        ] {
            #expect(outcome(actor, operation, resource) == .foreign)
        }
    }

    @Test func `what is for one's own alone reaches nothing else, whatever is asked`() throws {
        let principal = try principal(.organization, .member)
        let operation = Operation.management(.tokensGet)
        for (resource, refused) in [
            (Resource.organization(organization), Refusal.insufficientScope),
            (.role(organization), .foreign), (.member(MemberID(9), organization), .foreign),
            (.account(organization, mine), .foreign),
            (.integration(organization, mine, ticketing), .foreign),
            (.token(TokenID(9), organization, nil, nil), .foreign),
            (.token(TokenID(9), organization, mine, nil, of: MemberID(9)), .foreign),
        ] {
            #expect(outcome(.token(principal), operation, resource) == refused, "\(resource)")
        }
        let own = Resource.token(principal.token, organization, nil, nil)
        for resource in [own, .ownPart(organization), .catalogue] {
            #expect(outcome(.token(principal), operation, resource) == nil)
        }
    }

    @Test func `every narrowing along the chain must admit`() throws {
        let gold = Resources(accounts: .init(labels: ["gold"]))
        let tickets = Resources(integrations: .init(connectors: [ConnectorID("ticketing")]))
        let actor = Actor.token(try principal(.organization, narrowings: [gold, tickets]))
        let operation = Operation.management(.integrationsGet)
        #expect(outcome(actor, operation, .integration(organization, mine, ticketing)) == nil)
        #expect(outcome(actor, operation, .integration(organization, mine, siem)) == .foreign)
        #expect(
            outcome(actor, operation, .integration(organization, theirs, ticketing)) == .foreign)
        #expect(outcome(actor, operation, .organization(organization)) == .insufficientScope)
        #expect(outcome(actor, operation, .token(TokenID(9), organization, nil, nil)) == .foreign)
    }

    @Test func `a list that is present and empty admits nothing`() throws {
        for narrowing in [
            Resources(accounts: .init(ids: [])), Resources(accounts: .init(labels: [])),
            Resources(accounts: .init(environments: [])),
            Resources(accounts: .init(ids: [mine.id], labels: ["silver"])),
        ] {
            let actor = Actor.token(try principal(.organization, narrowings: [narrowing]))
            let place = Resource.account(organization, mine)
            #expect(outcome(actor, .management(.accountsGet), place) == .foreign)
        }
    }

    @Test func `a holder may do to itself what it may do to no other`() throws {
        let principal = try principal(.account, .connectUI)
        let (actor, own) = (Actor.token(principal), principal.token)
        let operation = Operation.management(.tokensDelete, holderMay: true)
        #expect(outcome(actor, operation, .token(own, organization, mine, nil)) == nil)
        #expect(
            outcome(actor, operation, .token(TokenID(9), organization, mine, nil))
                == .insufficientScope)
        #expect(
            outcome(actor, operation, .token(own, other, mine, nil)) == .insufficientScope)
        #expect(outcome(actor, operation, .account(organization, mine)) == .insufficientScope)
    }

    @Test func `a refresh secret is good for its own token only`() throws {
        let principal = try principal(.organization)
        let (secret, own) = (Actor.refreshSecret(principal), principal.token)
        let operation = Operation.management(.tokensRefresh, refreshSecretMay: true)
        #expect(outcome(secret, operation, .token(own, organization, nil, nil)) == nil)
        for resource in [
            Resource.token(TokenID(9), organization, nil, nil), .token(own, other, nil, nil),
            .organization(organization), .absent, .catalogue,
        ] {
            #expect(outcome(secret, operation, resource) == .foreign)
        }
    }
}

extension AccountFacts {
    /// The facts of an account that is nothing but them.
    static func of(
        _ id: UInt128, labels: [String], _ environment: Account.Environment
    ) -> AccountFacts {
        let start = Instant(microseconds: 0)
        return AccountFacts(
            Account(
                organization: OrganizationID(1), id: AccountID(id), name: Name(stored: "-"),
                fullname: "-", environment: environment, labels: labels, createdAt: start,
                updatedAt: start, revision: 1))
    }
}
