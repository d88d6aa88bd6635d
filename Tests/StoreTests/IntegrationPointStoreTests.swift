import Crypto
import Support
import Testing
import Vault

/// Integration points in every engine, and what leads from them to integrations.
@Suite struct `The storage of integration points` {
    let specimens = Specimens()

    @Test(arguments: Fixture.Engine.allCases)
    func `a name that is taken and a point that is not there are refused`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        let tenant = try Tenant(specimens, "acme", in: store)
        try store.commit()
        let refused: [Mutation] = [
            .insertIntegrationPoint(tenant.point),
            .insertIntegrationPoint(
                specimens.integrationPoint("connect", in: tenant.organization.id)),
            .updateIntegrationPoint(
                specimens.integrationPoint("other", in: tenant.organization.id)),
        ]
        for mutation in refused {
            #expect(throws: StoreError.self) { try store.apply(mutation) }
            try store.abandon()
        }
        // The same name in another organization is another name.
        try store.apply(
            .insertIntegrationPoint(specimens.integrationPoint("connect", in: specimens.id())))
        try tenant.expectPresent(in: store)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `another organization finds neither the point nor what refers to it`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        let tenant = try Tenant(specimens, "acme", in: store)
        let other = try Tenant(specimens, "other", in: store)
        let foreign = other.organization.id
        #expect(try store.integrationPoint(tenant.point.id, in: foreign) == nil)
        #expect(try store.integrationPoint(named: tenant.point.name, in: specimens.id()) == nil)
        let here = try store.integrations(at: tenant.point.id, in: foreign, after: nil, limit: 9)
        #expect(here.isEmpty)
        let credential = try #require(tenant.integration.credential)
        let users = try store.integrations(using: credential, in: foreign, after: nil, limit: 9)
        #expect(users.isEmpty)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `a point goes with its credentials and nothing else`(_ engine: Fixture.Engine) throws {
        let store = try StoreUnderTest(engine).store
        let tenant = try Tenant(specimens, "acme", in: store)
        let other = try Tenant(specimens, "other", in: store)
        try store.commit()
        // Of another organization: nothing goes.
        try store.apply(.deleteIntegrationPoint(tenant.point.id, other.organization.id))
        try tenant.expectPresent(in: store)
        try store.apply(.deleteIntegrationPoint(tenant.point.id, tenant.organization.id))
        try store.apply(.deleteIntegrationPoint(tenant.point.id, tenant.organization.id))
        try store.commit()
        #expect(try store.integrationPoint(tenant.point.id, in: tenant.organization.id) == nil)
        let client = tenant.pointCredential.id
        #expect(try store.credential(client, in: tenant.ownKeys) == nil)
        let use = try store.use(of: client.value, generation: 0, in: tenant.organization.id)
        #expect(use == nil)
        #expect(try store.credential(tenant.ownCredential.id, in: tenant.ownKeys) != nil)
        #expect(try store.credential(tenant.credential.id, in: tenant.scope.keyOwner) != nil)
        #expect(try store.integration(tenant.integration.id, in: tenant.scope) != nil)
        #expect(try store.counts().credentials == 5)
        try other.expectPresent(in: store)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `every rule comes back as it was put`(_ engine: Fixture.Engine) throws {
        let store = try StoreUnderTest(engine).store
        let organization: OrganizationID = specimens.id()
        var point = specimens.integrationPoint("connect", in: organization)
        try store.apply(.insertIntegrationPoint(point))
        let lists: [ProviderList] = [
            .all, .only([]), .only([ProviderID("jira"), ProviderID("*é")]),
        ]
        let rules: [ProviderRule?] =
            [nil] + lists.flatMap { allow in lists.map { ProviderRule(allow: allow, deny: $0) } }
        for prod in rules {
            for test in rules {
                point.environments[.prod] = prod
                point.environments[.test] = test
                try store.apply(.updateIntegrationPoint(point))
                #expect(try store.integrationPoint(point.id, in: organization) == point)
            }
        }
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `what holds a token to the connect flow comes back as it was put`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        let organization: OrganizationID = specimens.id()
        for point in [nil, specimens.id()] as [IntegrationPointID?] {
            for isSingleUse in [true, false] {
                var resources = Resources(accounts: .init(labels: ["gold"]))
                resources.connect = .init(point: point, isSingleUse: isSingleUse)
                let token = specimens.token(in: organization, resources: resources)
                try store.apply(.insertToken(token))
                let found = try #require(try store.token(token.id, in: organization))
                #expect(found.resources == resources)
            }
        }
    }
}
