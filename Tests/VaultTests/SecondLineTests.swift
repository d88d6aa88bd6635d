import Crypto
import Support
import Testing
import Vault

/// Checks behind other checks: what holds although the first line should never let it come so far.
@Suite struct SecondLineTests {
    private let world: World

    init() throws { world = try World() }

    /// A row like `minted`'s, written past every rule.
    @discardableResult
    private func insert(
        like minted: MintedToken, level: Token.Level? = nil, parent: Token, number: UInt128
    ) throws -> Token {
        let model = minted.token
        let token = Token(
            id: TokenID(number), selector: SelectorBytes(number),
            organization: model.organization, account: model.account,
            integration: model.integration, level: level ?? model.level, origin: .adhoc,
            parent: parent.id, parentLineage: parent.lineage, member: nil, name: model.name,
            fullname: "-", permissionSet: model.permissionSet, resources: nil,
            timeToLive: model.timeToLive, end: nil, createdAt: model.createdAt,
            updatedAt: model.createdAt, revision: 1, lineage: 0, revokedAt: nil,
            primary: model.primary, secondary: nil)
        try world.fixture.store.apply(.insertToken(token))
        return token
    }

    private func fault(_ token: Token) throws -> Refusal? {
        try #require(try world.vault.record(token.selector)).fault
    }

    @Test func `a token whose row was taken away is not said to be revoked while it is good`()
        throws
    {
        #expect(try world.fault(world.leaf) == nil)
        let token = world.leaf.token
        try world.fixture.store.apply(.deleteToken(token.id, token.organization))
        #expect(throws: Refusal.integrity(table: "token")) {
            try world.revoke(world.text(world.leaf))
        }
        #expect(try world.fault(world.leaf) == .unknownToken)
    }

    @Test func `a chain that is longer than any that is made is dead`() throws {
        var parent = world.root.token
        for depth in 1...Limits.lineageDepthMax + 1 {
            parent = try insert(like: world.root, parent: parent, number: UInt128(depth))
            #expect(try fault(parent) == (depth > Limits.lineageDepthMax ? .parentDead : nil))
        }
    }

    @Test func `an integration token under one that issues none is dead`() throws {
        for (number, set) in [PermissionSet.viewer, .member, .accountManager].enumerated() {
            let other = try world.mint(set, by: world.root)
            let orphan = try insert(
                like: world.leaf, parent: other.token, number: UInt128(number + 2))
            #expect(try fault(orphan) == .parentDead, "\(set)")
        }
        let issuer = try world.mint(.tokenIssuer, by: world.root)
        let child = try insert(like: world.leaf, parent: issuer.token, number: 1)
        #expect(try fault(child) == nil)
    }

    @Test func `a token under one that may less may no more than that one`() throws {
        let viewer = try world.mint(.viewer, by: world.root)
        let child = try insert(like: world.root, parent: viewer.token, number: 1)
        #expect(child.permissionSet == .administrator)
        let record = try #require(try world.vault.record(child.selector))
        #expect(record.permissions == PermissionSet.viewer.mask)
    }

    @Test func `a revoked token is revoked, whatever else has befallen it`() throws {
        let gold = Resources(accounts: .init(labels: ["gold"]))
        let parent = try world.mint(.administrator, by: world.root)
        let child = try world.mintForAccount(.viewer, by: parent, resources: gold)
        try world.end(child)
        var change = Vault.AccountChange()
        change.labels = []
        let grant = try world.fixture.operatorGrant()
        _ = try world.vault.step { () throws(Refusal) in
            try world.vault.update(grant, world.account, change)
        }
        try world.end(parent)
        #expect(try world.fault(child) == .revoked)
    }

    @Test func `a refresh secret of nobody's is nobody's`() throws {
        let text = world.refreshText(world.leaf)
        let grant = try world.fixture.operatorGrant()
        try world.vault.step { () throws(Refusal) in
            try world.vault.delete(grant, world.integration)
        }
        #expect(throws: Refusal.unknownToken) { try world.actor(text) }
    }

    @Test func `a token is not renewed beyond the last number`() throws {
        var last = try world.stored(world.root)
        last.primary = Generation(
            number: .max, epoch: last.primary.epoch, access: last.primary.access,
            refresh: last.primary.refresh, createdAt: last.primary.createdAt,
            expires: last.primary.expires)
        try world.fixture.store.apply(.updateToken(last))
        #expect(throws: Refusal.limitReached("the token was renewed too often")) {
            try world.reset(world.root, by: world.text(world.root))
        }
    }

    @Test func `no integration has the number zero`() throws {
        let none = IntegrationID(0)
        #expect(try world.vault.find(none, anywhereIn: world.organization.id) == nil)
    }

    @Test func `an integration that is not there is not the next one`() throws {
        let organization = world.organization.id
        let before = IntegrationID(world.integration.id.value - 1)
        #expect(try world.vault.find(before, anywhereIn: organization) == nil)
        #expect(try world.vault.find(world.integration.id, anywhereIn: organization) != nil)
    }

    @Test func `who asks for roles after the built-in ones is not shown them again`() throws {
        let own = try world.makeRole("reader", .viewer)
        let grant = try world.grant(
            world.text(world.root), .management(.rolesList), on: .ownPart(world.organization.id))
        let roles = world.vault.roles(grant, in: world.organization.id)
        #expect(try roles.page(after: 2, limit: 9).map(\.name.text) == ["member", "reader"])
        #expect(try roles.page(after: 3, limit: 9).map(\.id) == [own.id])
    }

    @Test func `who reaches a part of the organization is shown no roles, with whatever grant`()
        throws
    {
        let gold = Resources(accounts: .init(labels: ["gold"]))
        let narrow = try world.mint(.administrator, by: world.root, resources: gold)
        let grant = try world.grant(
            world.text(narrow), .management(.rolesList), on: .ownPart(world.organization.id))
        let roles = world.vault.roles(grant, in: world.organization.id)
        #expect(try roles.page(after: 0, limit: 9).isEmpty)
    }

    /// A role that is made with a grant for less than making roles.
    private func lend(_ set: PermissionSet, _ resources: Resources?, by minted: MintedToken) throws
    {
        let grant = try world.grant(
            world.text(minted), .management(.rolesList), on: world.whole())
        var new = Vault.NewRole(permissionSet: set)
        new.resources = resources
        _ = try world.vault.step { () throws(Refusal) in
            try world.vault.createRole(grant, in: world.organization.id, new)
        }
    }

    @Test func `a role for one's own alone is changed by who makes none`() throws {
        let lent = try world.mint(.administrator, by: world.root)
        try world.makeRole("own", .member)
        try world.change("own", by: lent) { $0.fullname = "Own" }
        #expect(throws: Refusal.insufficientScope) {
            try world.change("own", by: lent) { $0.permissionSet = .viewer }
        }
    }

    @Test func `nobody lends what he has not got, whatever grant he comes with`() throws {
        let gold = Resources(accounts: .init(labels: ["gold"]))
        try world.makeRole("part", .administrator, on: gold)
        try world.makeMember(
            "ann", roles: ["viewer", "member", "part"], secret: "ann's own secret")
        let token = try world.logOn("ann", "ann's own secret")
        for (set, resources) in [
            (PermissionSet.administrator, nil), (.accountManager, nil),
            (.administrator, Resources(accounts: .init(labels: ["gold", "silver"]))),
            (.administrator, Resources(accounts: .init(environments: [.prod]))),
        ] {
            #expect(throws: Refusal.insufficientScope) { try lend(set, resources, by: token) }
        }
        for (set, resources) in [
            (PermissionSet.viewer, nil), (.member, nil), (.administrator, gold),
            (.accountManager, Resources(accounts: .init(labels: ["gold"], environments: [.test]))),
        ] {
            #expect(throws: Never.self) { try lend(set, resources, by: token) }
        }
    }
}
