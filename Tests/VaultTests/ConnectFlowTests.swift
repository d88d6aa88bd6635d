import Support
import Testing
import Vault

/// A token for an end user's page: one account, perhaps one point, perhaps one use.
@Suite struct ConnectFlowTests {
    private let world: World
    private let point: IntegrationPoint

    init() throws {
        world = try World()
        point = try world.makePoint(
            "p",
            world.rules(prod: ProviderRule(allow: .all, deny: .only([ProviderID("servicenow")]))))
    }

    private func outcome(
        _ token: MintedToken, _ permission: Permission, _ resource: Resource
    ) throws -> Refusal? {
        let actor = try world.actor(world.text(token))
        return refusal { () throws(Refusal) in
            _ = try authorize(actor, .management(permission), on: resource)
        }
    }

    @Test func `a page's token neither mints, nor renews, nor sees another account`() throws {
        let token = try world.mintConnect()
        for permission in [
            Permission.tokensCreate, .tokensCreateIntegration, .tokensRotate, .tokensReset,
            .tokensRefresh, .tokensList, .integrationsUpdate, .credentialsUpdate,
            .accountsGet, .integrationPointsCreate, .integrationPointsUpdate,
            .integrationPointsDelete, .auditList,
        ] {
            #expect(try outcome(token, permission, world.accountPlace) == .insufficientScope)
        }
        let sibling = try world.fixture.makeAccount("sibling", in: world.organization.id)
        let place = Resource.account(world.organization.id, AccountFacts(sibling))
        #expect(try outcome(token, .integrationsCreate, place) == .foreign)
        #expect(try !world.principal(token).mayHoldSecrets)
        #expect(try outcome(token, .credentialsList, world.whole()) == .insufficientScope)
    }

    @Test(arguments: PermissionSet.allCases)
    func `only page's tokens are narrowed to a point or a use`(set: PermissionSet) throws {
        guard set != .connectUI, !set.isForDataPlane else { return }
        for isSingleUse in [true, false] {
            var wanted = AdhocRequest(permissionSet: set)
            wanted.isSingleUse = isSingleUse
            if !isSingleUse { wanted.integrationPoint = .identifier(point.id) }
            let settled = wanted
            let grant = try world.grant(
                world.text(world.root), .management(.tokensCreate), on: world.accountPlace)
            #expect(throws: Refusal.self) {
                _ = try world.vault.step { () throws(Refusal) in
                    try world.vault.mintAccountToken(
                        grant, world.account, settled, remembering: nil)
                }
            }
        }
    }

    @Test func `a token for a point that is not there is refused`() throws {
        let cousin = try World(in: world.fixture, named: "cousin")
        let theirs = try cousin.openPoint("p")
        #expect(throws: Refusal.self) { try world.mintConnect(at: theirs) }
    }

    @Test func `a token of one point makes no integration beside it`() throws {
        let token = try world.mintConnect(at: point)
        let other = try world.openPoint("other")
        let cousin = try World(in: world.fixture, named: "cousin")
        let theirs = try cousin.openPoint("p")
        // Another point and none at all are the same answer.
        for place in [nil, other, theirs] {
            #expect(throws: Refusal.insufficientScope) { try world.connect(token, at: place) }
        }
        #expect(throws: Refusal.self) {
            try world.connect(token, provider: "servicenow", at: point)
        }
        #expect(try world.connect(token, at: point).integration.integrationPoint == point.id)
    }

    @Test func `a token of one point sees what is there and nothing beside it`() throws {
        let token = try world.mintConnect(at: point)
        let mine = try world.connect(token, at: point).integration
        let organization = world.organization.id
        let other = try world.openPoint("other")
        let beside = try world.connect(world.root, at: other).integration
        let facts = AccountFacts(world.account)
        func place(_ integration: Integration) -> Resource {
            .integration(organization, facts, world.vault.facts(of: integration))
        }
        for permission in [Permission.integrationsGet, .integrationsDelete] {
            #expect(try outcome(token, permission, place(mine)) == nil)
            #expect(try outcome(token, permission, place(beside)) == .foreign)
            #expect(try outcome(token, permission, place(world.integration)) == .foreign)
        }
        #expect(
            try outcome(token, .integrationPointsGet, .integrationPoint(organization, other.id))
                == .foreign)
        let grant = try world.grant(
            world.text(token), .management(.integrationPointsList), on: .ownPart(organization))
        let points = try world.vault.integrationPoints(
            grant, in: organization
        ).page(limit: 9)
        #expect(points == [point])
        #expect(try world.vault.offeredProviders(to: grant).map(\.id) == [ProviderID("jira")])
    }

    @Test func `a page is offered the whole catalogue, or what its point allows its account`()
        throws
    {
        let organization = world.organization.id
        func offered(_ token: MintedToken) throws -> [String] {
            let grant = try world.grant(
                world.text(token), .management(.providersList), on: .catalogue)
            return try world.vault.offeredProviders(to: grant).map(\.id.text)
        }
        #expect(try offered(try world.mintConnect()) == ["jira", "servicenow", "splunk"])
        #expect(try offered(world.root) == ["jira", "servicenow", "splunk"])
        var change = Vault.AccountChange()
        change.environment = .test
        let settled = change
        let sibling = try world.fixture.makeAccount("sibling", in: organization)
        let grant = try world.fixture.operatorGrant()
        let tested = try world.vault.step { () throws(Refusal) in
            try world.vault.update(grant, sibling, settled)
        }
        #expect(try offered(try world.mintConnect(at: point, in: tested)) == [])
        let token = try world.mintConnect(at: point)
        #expect(try offered(token) == ["jira"])
        try world.vault.step { () throws(Refusal) in try world.vault.delete(grant, point) }
        #expect(try offered(token) == [])
    }

    @Test func `a single use is over with the first integration, for every use`() throws {
        let token = try world.mintConnect(at: point, isSingleUse: true)
        #expect(throws: Refusal.self) {
            try world.connect(token, provider: "servicenow", at: point)
        }
        // What was refused has used nothing up.
        #expect(try world.fault(token) == nil)
        let made = try world.connect(token, at: point, secret: "hush")
        #expect(try world.fault(token) == .revoked)
        for text in [world.text(token), world.refreshText(token)] {
            #expect(throws: Refusal.revoked) { try world.actor(text) }
        }
        #expect(try world.released(made.integration, made.token) == Array("hush".utf8))
        try world.vault.commit()
        #expect(try world.stored(token).revokedAt == world.clock.now())
    }

    @Test func `a single use that was rolled back is not used up`() throws {
        let token = try world.mintConnect(isSingleUse: true)
        let grant = try world.grant(
            world.text(token), .management(.integrationsCreate), on: world.accountPlace)
        #expect(throws: Refusal.storeFull) {
            try world.vault.step { () throws(Refusal) in
                _ = try world.vault.createIntegration(
                    grant, in: world.scope, Vault.NewIntegration(provider: ProviderID("jira")),
                    credential: .none, remembering: nil)
                throw .storeFull
            }
        }
        #expect(try world.fault(token) == nil)
        try world.connect(token)
        #expect(try world.fault(token) == .revoked)
    }

    @Test func `a grant that was made before the use ended does not make a second one`() throws {
        let token = try world.mintConnect(isSingleUse: true)
        let grant = try world.grant(
            world.text(token), .management(.integrationsCreate), on: world.accountPlace)
        try world.connect(token)
        #expect(throws: Refusal.revoked) { try world.connect(token) }
        #expect(throws: Refusal.revoked) {
            try world.vault.step { () throws(Refusal) in
                _ = try world.vault.createIntegration(
                    grant, in: world.scope, Vault.NewIntegration(provider: ProviderID("jira")),
                    credential: .none, remembering: nil)
            }
        }
        let integrations = try world.fixture.store.integrations(
            in: world.organization.id, account: world.account.id, after: nil, limit: 9)
        #expect(integrations.count == 2)
    }

    @Test func `a renewal leaves the narrowing as it is`() throws {
        let token = try world.mintConnect(at: point, isSingleUse: true)
        let newer = try world.rotate(token, by: world.refreshText(token))
        #expect(newer.token.resources == token.token.resources)
        #expect(throws: Refusal.insufficientScope) { try world.connect(newer) }
        try world.connect(newer, at: point)
        #expect(try world.fault(newer) == .revoked)
        // The older generation is the same token.
        #expect(try world.fault(token) != nil)
    }
}
