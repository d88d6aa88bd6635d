import Support
import Testing
import Vault

/// What a gateway's configuration may demand, judged against tokens of each level.
@Suite struct RequirementTests {
    private let world: World

    init() throws { world = try World() }

    private func requirement(_ change: (inout Requirement) -> Void) -> Requirement {
        var requirement = Requirement()
        change(&requirement)
        return requirement
    }

    @Test func `a demand that was not understood is met by nobody`() throws {
        let bad = requirement { $0.isBad = true }
        for token in [world.root, world.leaf] {
            #expect(try world.fault(token, bad) == .badRequirement)
        }
    }

    @Test func `a demand for another level or permission is not met`() throws {
        let integration = requirement { $0.level = .integration }
        #expect(try world.fault(world.root, integration) == .insufficientScope)
        #expect(try world.fault(world.leaf, integration) == nil)
        let use = requirement { $0.permission = .connectorUse }
        #expect(try world.fault(world.root, use) == .insufficientScope)
        #expect(try world.fault(world.leaf, use) == nil)
    }

    @Test func `an integration token meets what it is, by id and by name`() throws {
        let facts = world.vault.facts(of: world.integration)
        let met = [
            requirement { $0.account = .identifier(world.account.id) },
            requirement { $0.account = .name(world.account.name) },
            requirement { $0.integration = .identifier(world.integration.id) },
            requirement { $0.integration = .name(world.integration.name) },
            requirement { $0.connector = facts.connector },
            requirement { $0.provider = world.integration.provider },
        ]
        for demand in met { #expect(try world.fault(world.leaf, demand) == nil) }
        let unmet = [
            requirement { $0.account = .identifier(AccountID(9)) },
            requirement { $0.account = .name(world.integration.name) },
            requirement { $0.integration = .identifier(IntegrationID(9)) },
            requirement { $0.integration = .name(world.account.name) },
            requirement { $0.connector = ConnectorID("siem") },
            requirement { $0.provider = ProviderID("splunk") },
            requirement {
                $0.connector = facts.connector
                $0.provider = ProviderID("servicenow")
            },
        ]
        for demand in unmet {
            #expect(try world.fault(world.leaf, demand) == .insufficientScope)
        }
    }

    @Test func `an organization token meets what lies within it and nothing foreign`() throws {
        let cousin = try World(in: world.fixture, named: "cousin")
        let within = requirement {
            $0.account = .identifier(world.account.id)
            $0.integration = .name(world.integration.name)
            $0.connector = ConnectorID("ticketing")
        }
        #expect(try world.fault(world.root, within) == nil)
        #expect(try world.fault(cousin.root, within) == .insufficientScope)
        let absent = requirement { $0.account = .identifier(AccountID(9)) }
        #expect(try world.fault(world.root, absent) == .insufficientScope)
        let other = requirement {
            $0.account = .identifier(world.account.id)
            $0.connector = ConnectorID("siem")
        }
        #expect(try world.fault(world.root, other) == .insufficientScope)
        let alone = requirement { $0.integration = .name(world.integration.name) }
        #expect(try world.fault(world.root, alone) == .insufficientScope)
    }

    @Test func `an account token meets what lies in its account, by id and by name`() throws {
        let token = try world.mintForAccount(.viewer, by: world.root)
        let id = world.integration.id
        for reference in [Reference.identifier(id), .name(world.integration.name)] {
            var wanted = Requirement()
            wanted.integration = reference
            #expect(try world.fault(token, wanted) == nil)
            wanted.connector = ConnectorID("ticketing")
            wanted.provider = ProviderID("jira")
            #expect(try world.fault(token, wanted) == nil)
            wanted.provider = ProviderID("servicenow")
            #expect(try world.fault(token, wanted) == .insufficientScope)
        }
    }

    @Test func `a narrowed token does not meet a demand outside its narrowing`() throws {
        let silver = Resources(accounts: .init(labels: ["silver"]))
        let narrow = try world.mint(.viewer, by: world.root, resources: silver)
        let demand = requirement { $0.account = .identifier(world.account.id) }
        #expect(try world.fault(narrow, demand) == .insufficientScope)
        #expect(try world.fault(narrow) == nil)
    }

    @Test func `a wrong secret learns nothing of what is demanded`() throws {
        let next = try world.rotate(world.leaf, by: world.text(world.root), grace: .seconds(0))
        try world.end(next)
        for demand in [Requirement.none, requirement { $0.isBad = true }] {
            #expect(try world.fault(world.leaf, demand) == .wrongSecret)
            #expect(try world.fault(next, demand) == .revoked)
        }
    }
}
