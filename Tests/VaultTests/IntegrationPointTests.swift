import Support
import Testing
import Vault

/// What a point allows, and where it is asked.
@Suite struct IntegrationPointTests {
    private let world: World
    private let jira = ProviderID("jira")
    private let servicenow = ProviderID("servicenow")

    init() throws { world = try World() }

    private static let notAllowed = Refusal.invalidValue(
        "the integration point does not allow the provider in the account's environment")

    private func change(
        _ account: Account, to environment: Account.Environment
    ) throws -> Account {
        var change = Vault.AccountChange()
        change.environment = environment
        let settled = change
        let grant = try world.fixture.operatorGrant()
        return try world.vault.step { () throws(Refusal) in
            try world.vault.update(grant, account, settled)
        }
    }

    @Test func `providers of another connector, unknown ones and unknown connectors are refused`()
        throws
    {
        let unknown: [ProviderID] = [ProviderID("splunk"), ProviderID("-"), ProviderID("Jira")]
        for id in unknown {
            for rule in [
                ProviderRule(allow: .only([jira, id])),
                ProviderRule(allow: .all, deny: .only([id])),
            ] {
                #expect(throws: Refusal.self) {
                    try world.makePoint("p", world.rules(prod: rule))
                }
                #expect(throws: Refusal.self) {
                    try world.makePoint("p", world.rules(test: rule))
                }
            }
        }
        #expect(throws: Refusal.self) {
            try world.makePoint("p", connector: "-", world.rules())
        }
        #expect(try world.openPoint("p").name.text == "p")
        #expect(throws: Refusal.nameTaken) { try world.openPoint("p") }
    }

    @Test(arguments: [["*", "jira"], ["jira", "*"], ["jira", "jira"], ["*", "*"]])
    func `a list that says something twice is no list`(_ texts: [String]) {
        #expect(ProviderList(texts) == nil)
    }

    @Test func `deny wins, and what is not allowed is denied, for every pair of lists`() throws {
        let lists: [(ProviderList, Set<ProviderID>)] = [
            (.all, [jira, servicenow]), (.only([]), []), (.only([jira]), [jira]),
            (.only([servicenow, jira]), [jira, servicenow]),
        ]
        for (index, (allow, allowed)) in lists.enumerated() {
            for (other, (deny, denied)) in lists.enumerated() {
                let point = try world.makePoint(
                    "p\(index)-\(other)",
                    world.rules(test: ProviderRule(allow: allow, deny: deny)))
                let offered = world.vault.providers(of: point, in: .test)
                #expect(Set(offered.map(\.id)) == allowed.subtracting(denied))
                #expect(world.vault.providers(of: point, in: .prod).isEmpty)
            }
        }
    }

    @Test func `a provider of another connector is never allowed`() throws {
        let point = try world.openPoint("p")
        #expect(throws: Self.notAllowed) {
            try world.connect(world.root, provider: "splunk", at: point)
        }
        #expect(try world.connect(world.root, at: point).integration.integrationPoint == point.id)
    }

    @Test func `the account's environment decides which rule is asked`() throws {
        let point = try world.makePoint(
            "p",
            world.rules(
                prod: ProviderRule(allow: .only([jira])),
                test: ProviderRule(allow: .only([servicenow]))))
        #expect(throws: Self.notAllowed) {
            try world.connect(world.root, provider: "servicenow", at: point)
        }
        let tested = try change(
            try world.fixture.makeAccount("tested", in: world.organization.id), to: .test)
        #expect(throws: Self.notAllowed) {
            try world.connect(world.root, at: point, in: tested)
        }
        try world.connect(world.root, at: point)
        try world.connect(world.root, provider: "servicenow", at: point, in: tested)
    }

    @Test func `a change of provider or point asks the rule, another change does not`() throws {
        let point = try world.makePoint(
            "p", world.rules(prod: ProviderRule(allow: .all, deny: .only([servicenow]))))
        let made = try world.connect(world.root, at: point).integration
        #expect(throws: Self.notAllowed) {
            try world.update(made) { $0.provider = servicenow }
        }
        #expect(throws: Self.notAllowed) {
            let other = try world.connect(world.root, provider: "servicenow").integration
            _ = try world.update(other) { $0.integrationPoint = .name(point.name) }
        }
        // A rule that was made narrower leaves what is there alone.
        var narrower = Vault.IntegrationPointChange()
        narrower.environments = world.rules()
        let settled = narrower
        let grant = try world.fixture.operatorGrant()
        _ = try world.vault.step { () throws(Refusal) in
            try world.vault.update(grant, point, settled)
        }
        let renamed = try world.update(made) {
            $0.fullname = "Tickets"
            $0.integrationPoint = .name(point.name)
        }
        #expect(renamed.fullname == "Tickets" && renamed.integrationPoint == point.id)
        let freed = try world.update(renamed) {
            $0.integrationPoint = .some(nil)
            $0.provider = servicenow
        }
        #expect(freed.provider == servicenow && freed.integrationPoint == nil)
        #expect(throws: Self.notAllowed) {
            try world.update(freed) { $0.integrationPoint = .identifier(point.id) }
        }
    }

    @Test func `what the gateway is told follows a change of provider`() throws {
        let before = try world.principal(world.leaf)
        let grant = try world.fixture.operatorGrant()
        #expect(throws: Refusal.self) {
            _ = try world.vault.step { () throws(Refusal) in
                var change = Vault.IntegrationChange()
                change.provider = ProviderID("splunk")
                // Its credential is of a type that this provider does not take.
                return try world.vault.update(grant, world.integration, change)
            }
        }
        let changed = try world.update(world.integration) { $0.provider = servicenow }
        #expect(changed.provider == servicenow && before.integration == changed.id)
        #expect(try world.vault.record(world.leaf.token.selector)?.provider == servicenow)
    }

    @Test func `an account does not change its environment to get round its points`() throws {
        let point = try world.openPoint("p")
        let made = try world.connect(world.root, at: point).integration
        #expect(throws: Refusal.self) { try change(world.account, to: .test) }
        #expect(try world.vault.find(world.account.id, in: world.organization.id) == world.account)
        _ = try world.update(made) { $0.integrationPoint = .some(nil) }
        #expect(try change(world.account, to: .test).environment == .test)
    }

    @Test func `a point that was taken away does not allow what it forbade`() throws {
        let point = try world.openPoint("p")
        _ = try world.connect(world.root, at: point)
        try world.fixture.store.apply(.deleteIntegrationPoint(point.id, world.organization.id))
        #expect(throws: Refusal.integrity(table: "integration_point")) {
            try change(world.account, to: .test)
        }
    }

    @Test func `a point that integrations refer to is not deleted`() throws {
        let point = try world.openPoint("p")
        let made = try world.connect(world.root, at: point).integration
        let grant = try world.fixture.operatorGrant()
        let delete = {
            try world.vault.step { () throws(Refusal) in try world.vault.delete(grant, point) }
        }
        #expect(
            throws: Refusal.conflict(
                "integrations refer to the point; delete them or patch their integration_point")
        ) { try delete() }
        _ = try world.update(made) { $0.integrationPoint = .some(nil) }
        try delete()
        let gone = Reference<IntegrationPointKind>.identifier(point.id)
        #expect(try world.vault.find(gone, in: world.organization.id) == nil)
        #expect(throws: Refusal.self) { try world.connect(world.root, at: point) }
    }

    @Test func `another organization's point is not there`() throws {
        let cousin = try World(in: world.fixture, named: "cousin")
        let theirs = try cousin.openPoint("p")
        #expect(
            throws: Refusal.invalidValue("integration_point is not one of this organization")
        ) { try world.connect(world.root, at: theirs) }
        let grant = try world.grant(
            world.text(world.root), .management(.integrationPointsDelete), on: world.whole())
        #expect(throws: Refusal.foreign) {
            try world.vault.step { () throws(Refusal) in try world.vault.delete(grant, theirs) }
        }
        #expect(throws: Refusal.foreign) {
            _ = try world.vault.step { () throws(Refusal) in
                try world.vault.update(grant, theirs, Vault.IntegrationPointChange())
            }
        }
        #expect(throws: Refusal.foreign) {
            _ = try world.vault.step { () throws(Refusal) in
                try world.vault.createIntegrationPoint(
                    grant, in: cousin.organization.id,
                    Vault.NewIntegrationPoint(connector: ConnectorID("siem")))
            }
        }
        #expect(throws: Refusal.foreign) {
            try world.grant(
                world.text(world.root), .management(.integrationPointsGet),
                on: .integrationPoint(cousin.organization.id, theirs.id))
        }
    }
}
