import Support
import Testing
import Vault

/// One organization's grant and the other's objects.
@Suite struct TenancyTests {
    private let world: World
    private let cousin: World

    init() throws {
        world = try World()
        cousin = try World(in: world.fixture, named: "cousin")
    }

    private func grant(_ permission: Permission) throws -> Grant {
        try world.grant(world.text(world.root), .management(permission), on: world.whole())
    }

    private func refused(_ body: () throws(Refusal) -> Void) throws {
        let before = try world.fixture.store.counts()
        let error = refusal { () throws(Refusal) in try world.vault.step(body) }
        #expect(error == .foreign)
        #expect(try world.fixture.store.counts() == before)
    }

    @Test func `a grant is no good for another organization's objects`() throws {
        let vault = world.vault
        let grant = try grant(.accountsDelete)
        let token = try cousin.stored(cousin.leaf)
        let wanted = AdhocRequest(permissionSet: .viewer)
        let forIntegration = AdhocRequest(permissionSet: .integration)
        try refused { () throws(Refusal) in try vault.delete(grant, cousin.account) }
        try refused { () throws(Refusal) in try vault.delete(grant, cousin.integration) }
        try refused { () throws(Refusal) in try vault.delete(grant, cousin.organization) }
        try refused { () throws(Refusal) in
            _ = try vault.update(grant, cousin.account, Vault.AccountChange())
        }
        try refused { () throws(Refusal) in
            _ = try vault.createAccount(grant, in: cousin.organization.id, Vault.NewAccount())
        }
        try refused { () throws(Refusal) in
            _ = try vault.mintAccountToken(grant, cousin.account, wanted, remembering: nil)
        }
        try refused { () throws(Refusal) in
            _ = try vault.mintIntegrationToken(
                grant, cousin.integration, forIntegration, remembering: nil)
        }
        try refused { () throws(Refusal) in
            _ = try vault.rotate(grant, token, grace: nil, remembering: nil)
        }
        try refused { () throws(Refusal) in _ = try vault.reset(grant, token, remembering: nil) }
        try refused { () throws(Refusal) in try vault.end(grant, token) }
        try refused { () throws(Refusal) in
            _ = try vault.sealingKey(grant, of: cousin.account.scope.keyOwner)
        }
        try refused { () throws(Refusal) in
            _ = try vault.credentials(
                grant, of: .account(cousin.account.id), in: cousin.account.scope.keyOwner)
        }
        try refused { () throws(Refusal) in _ = try ImpactWalk(vault, grant, of: token) }
        #expect(try cousin.fault(cousin.leaf) == nil)
    }

    @Test func `a grant is no good for another organization's members, roles and points`() throws {
        let vault = world.vault
        let grant = try grant(.membersUpdate)
        let (theirs, id) = (try cousin.makeMember("ann"), cousin.organization.id)
        let role = try cousin.makeRole("reader", .viewer)
        let point = try cousin.openPoint("tickets")
        let token = try cousin.stored(try cousin.rotate(cousin.leaf, by: cousin.text(cousin.root)))
        try refused { () throws(Refusal) in
            _ = try vault.createMember(grant, in: id, Vault.NewMember())
        }
        try refused { () throws(Refusal) in
            _ = try vault.update(grant, theirs, Vault.MemberChange())
        }
        try refused { () throws(Refusal) in try vault.delete(grant, theirs) }
        try refused { () throws(Refusal) in
            _ = try vault.mintMemberToken(
                grant, theirs, Vault.MemberTokenRequest(), remembering: nil)
        }
        try refused { () throws(Refusal) in
            _ = try vault.createRole(grant, in: id, Vault.NewRole(permissionSet: .viewer))
        }
        try refused { () throws(Refusal) in _ = try vault.update(grant, role, Vault.RoleChange()) }
        try refused { () throws(Refusal) in try vault.delete(grant, role) }
        try refused { () throws(Refusal) in try vault.delete(grant, point) }
        try refused { () throws(Refusal) in
            _ = try vault.update(grant, cousin.integration, Vault.IntegrationChange())
        }
        try refused { () throws(Refusal) in
            _ = try vault.removeSecondary(grant, token, force: true)
        }
    }

    @Test func `an object is found in its own organization only`() throws {
        let vault = world.vault
        #expect(try vault.find(cousin.account.id, in: world.organization.id) == nil)
        #expect(try vault.find(cousin.integration.id, in: world.scope) == nil)
        #expect(try vault.find(cousin.leaf.token.id, in: world.organization.id) == nil)
        #expect(try vault.find(cousin.account.id, in: cousin.organization.id) != nil)
        let mixed = AccountScope(organization: world.organization.id, account: cousin.account.id)
        #expect(try vault.find(cousin.integration.id, in: mixed) == nil)
    }

    @Test func `a narrowed token lists its own part only`() throws {
        let silver = try world.fixture.makeAccount(
            "silver", in: world.organization.id, labels: ["silver"])
        let other = try world.fixture.makeIntegration("other", in: silver)
        let narrowing = Resources(accounts: .init(labels: ["silver"]))
        let narrow = try world.mint(.viewer, by: world.root, resources: narrowing)
        let place = Resource.ownPart(world.organization.id)
        let text = world.text(narrow)
        let vault = world.vault
        let accounts = try vault.accounts(
            try world.grant(text, .management(.accountsList), on: place),
            in: world.organization.id
        ).page(limit: 1)
        #expect(accounts.map(\.id) == [silver.id])
        let integrations = try vault.integrations(
            try world.grant(text, .management(.integrationsList), on: place),
            in: world.organization.id, account: nil
        ).page(limit: 10)
        #expect(integrations.map(\.id) == [other.integration.id])
        let tokens = try vault.tokens(
            try world.grant(text, .management(.tokensList), on: place),
            in: world.organization.id
        ).page(limit: 10)
        #expect(Set(tokens.map(\.id)) == [narrow.token.id, other.token.token.id])
    }

    @Test func `a short page finds what lies far apart, in order and once`() throws {
        for index in 0..<250 {
            let labels = index % 50 == 0 ? ["rare"] : []
            _ = try world.fixture.makeAccount(
                "a\(index)", in: world.organization.id, labels: labels)
        }
        let narrowing = Resources(accounts: .init(labels: ["rare"]))
        let narrow = try world.mint(.viewer, by: world.root, resources: narrowing)
        let grant = try world.grant(
            world.text(narrow), .management(.accountsList), on: .ownPart(world.organization.id))
        var found: [AccountID] = []
        while true {
            let page = try world.vault.accounts(grant, in: world.organization.id)
                .page(after: found.last?.value ?? 0, limit: 2)
            #expect(page.count <= 2)
            if page.isEmpty { break }
            found += page.map(\.id)
        }
        #expect(found.count == 5 && found == found.sorted())
    }

    @Test func `uses of what was deleted do not come back as rows of nobody`() throws {
        let leaf = world.leaf.token
        guard let record = try world.vault.record(leaf.selector) else { throw Refusal.absent }
        world.vault.note(record, .primary)
        let place = Resource.integration(
            world.organization.id, AccountFacts(world.account),
            world.vault.facts(of: world.integration))
        let credential = try world.vault.release(
            try world.grant(world.text(world.leaf), .data(.credentialsUse), on: place)
        ).credential
        let operatorGrant = try world.fixture.operatorGrant()
        try world.vault.step { () throws(Refusal) in
            try world.vault.delete(operatorGrant, world.account)
        }
        try world.vault.flushUses()
        let store = world.fixture.store
        #expect(try store.use(of: leaf.id.value, generation: 1, in: leaf.organization) == nil)
        #expect(try store.use(of: credential.value, generation: 0, in: leaf.organization) == nil)
    }

    @Test func `a name is taken whatever its owner, and a deleted one is free`() throws {
        #expect(throws: Refusal.nameTaken) { try world.fixture.makeOrganization("acme") }
        #expect(throws: Refusal.nameTaken) {
            try world.fixture.makeAccount("tenant", in: world.organization.id)
        }
        #expect(throws: Refusal.nameTaken) {
            try world.fixture.makeIntegration("tickets", in: world.account)
        }
        let grant = try world.fixture.operatorGrant()
        try world.vault.step { () throws(Refusal) in try world.vault.delete(grant, world.account) }
        #expect(
            try world.fixture.makeAccount("tenant", in: world.organization.id).id
                != world.account.id)
    }

    @Test func `a list of an account's token reads no more than the account has`() throws {
        for number in 0..<20 {
            let other = try world.fixture.makeAccount("other-\(number)", in: world.organization.id)
            _ = try world.fixture.makeIntegration("tickets", in: other)
        }
        let token = try world.mintForAccount(.administrator, by: world.root)
        func grant(_ permission: Permission) throws -> Grant {
            try world.grant(
                world.text(token), .management(permission), on: .ownPart(world.organization.id))
        }
        let (vault, organization) = (world.vault, world.organization.id)
        let accounts = vault.accounts(try grant(.accountsList), in: organization)
        #expect(try accounts.piece(after: 0, count: 128).map(\.id) == [world.account.id])
        #expect(try accounts.piece(after: world.account.id.value, count: 128).isEmpty)
        let integrations = vault.integrations(
            try grant(.integrationsList), in: organization, account: nil)
        #expect(try integrations.piece(after: 0, count: 128).map(\.id) == [world.integration.id])
        let tokens = try vault.tokens(grant(.tokensList), in: organization).piece(
            after: 0, count: 128)
        #expect(Set(tokens.map(\.id)) == [token.token.id, world.leaf.token.id])
        let members = vault.members(try grant(.membersList), in: organization)
        let roles = vault.roles(try grant(.rolesList), in: organization)
        #expect(try members.piece(after: 0, count: 128).isEmpty)
        #expect(try roles.piece(after: 0, count: 128).isEmpty)
    }
}
