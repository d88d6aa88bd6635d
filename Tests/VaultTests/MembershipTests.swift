import Support
import Testing
import Vault

/// What a member's tokens may do is what its roles give at that moment.
@Suite struct MembershipTests {
    private let world: World
    private let other: Account
    private let mine: Resource
    private let theirs: Resource

    init() throws {
        world = try World()
        other = try world.fixture.makeAccount("other", in: world.organization.id)
        mine = .account(world.organization.id, AccountFacts(world.account))
        theirs = .account(world.organization.id, AccountFacts(other))
    }

    private func only(_ account: Account) -> Resources {
        Resources(accounts: .init(ids: [account.id]))
    }

    @Test func `a member without roles may do nothing`() throws {
        let token = try world.mint(for: world.makeMember("nobody"))
        #expect(try world.fault(token) == nil)
        for permission in Permission.allCases {
            #expect(
                try world.refused(token, permission, on: .catalogue) == .insufficientScope,
                "\(permission.text)")
        }
    }

    @Test func `a disabled member's tokens are refused until it is enabled`() throws {
        let member = try world.makeMember("ann", roles: ["viewer", "member"])
        let token = try world.mint(for: member)
        let child = try world.mint(.viewer, by: token)
        try world.change(member) { $0.state = .disabled }
        #expect(try world.fault(token) == .memberDisabled)
        #expect(try world.fault(child) == .memberDisabled)
        #expect(throws: Refusal.conflict("the member is disabled")) {
            try world.mint(for: member)
        }
        try world.change(member) { $0.state = .enabled }
        #expect(try world.fault(token) == nil && world.fault(child) == nil)
    }

    @Test func `a deleted member's tokens are dead`() throws {
        let member = try world.makeMember("ann", roles: ["viewer"])
        let token = try world.mint(for: member)
        #expect(try world.fault(token) == nil)
        try world.delete(member)
        #expect(try world.fault(token) == .ownerGone)
        // A new member of the name is somebody else.
        try world.makeMember("ann", roles: ["viewer"])
        #expect(try world.fault(token) == .ownerGone)
    }

    @Test func `a role that is narrowed narrows at the very next verification`() throws {
        try world.makeRole("keeper", .accountManager)
        let token = try world.mint(for: world.makeMember("ann", roles: ["keeper"]))
        #expect(try world.refused(token, .accountsUpdate, on: mine) == nil)
        try world.change("keeper") { $0.resources = only(other) }
        #expect(try world.refused(token, .accountsUpdate, on: mine) == .foreign)
        #expect(try world.refused(token, .accountsUpdate, on: theirs) == nil)
        try world.change("keeper") { $0.permissionSet = .viewer }
        #expect(try world.refused(token, .accountsUpdate, on: theirs) == .insufficientScope)
        #expect(try world.refused(token, .accountsGet, on: theirs) == nil)
    }

    @Test func `a deleted role gives nothing, nor does a new one of its name`() throws {
        try world.makeRole("keeper", .accountManager)
        let member = try world.makeMember("ann", roles: ["keeper", "viewer"])
        let token = try world.mint(for: member)
        #expect(try world.refused(token, .accountsUpdate, on: mine) == nil)
        try world.deleteRole("keeper")
        #expect(try world.refused(token, .accountsUpdate, on: mine) == .insufficientScope)
        #expect(try world.refused(token, .accountsGet, on: mine) == nil)
        try world.makeRole("keeper", .administrator)
        #expect(try world.refused(token, .accountsUpdate, on: mine) == .insufficientScope)
        #expect(try world.vault.roleNames(of: member) == ["viewer"])
    }

    @Test func `a binding is judged as it is now`() throws {
        try world.makeMember("bob", roles: ["administrator"])
        let member = try world.makeMember("ann", roles: ["viewer"])
        let token = try world.mint(for: member)
        #expect(try world.refused(token, .accountsDelete, on: mine) == .insufficientScope)
        try world.change(member) { $0.roles = [.name(Name(stored: "administrator"))] }
        #expect(try world.refused(token, .accountsDelete, on: mine) == nil)
        try world.change(member) { $0.roles = [] }
        #expect(try world.refused(token, .accountsGet, on: mine) == .insufficientScope)
    }

    @Test func `several roles are a union, each within its own resources`() throws {
        try world.makeRole("keeper", .accountManager, on: only(world.account))
        try world.makeRole("reader", .viewer, on: only(other))
        let token = try world.mint(for: world.makeMember("ann", roles: ["keeper", "reader"]))
        let table: [(Permission, Resource, Refusal?)] = [
            (.accountsUpdate, mine, nil), (.accountsUpdate, theirs, .foreign),
            (.accountsGet, mine, nil), (.accountsGet, theirs, nil),
            (.auditGet, theirs, nil), (.auditGet, mine, .foreign),
            (.tokensRotate, mine, .insufficientScope),
            (.accountsCreate, world.whole(), .insufficientScope),
            (.accountsGet, .account(OrganizationID(7), AccountFacts(other)), .foreign),
        ]
        for (permission, resource, wanted) in table {
            let refused = try world.refused(token, permission, on: resource)
            #expect(refused == wanted, "\(permission.text) on \(resource)")
        }
        // Both roles, and nothing made of the two.
        var requirement = Requirement()
        for (permission, account, wanted) in [
            (Permission.accountsUpdate, "tenant", nil), (.accountsUpdate, "other", denied),
            (.auditGet, "other", nil), (.auditGet, "tenant", denied),
        ] {
            requirement.permission = permission
            requirement.account = Reference(account)
            #expect(try world.fault(token, requirement) == wanted, "\(permission) \(account)")
        }
    }

    private let denied: Refusal? = .insufficientScope

    @Test func `one role for all with one for some is for all what the first gives`() throws {
        try world.makeRole("keeper", .accountManager, on: only(other))
        let token = try world.mint(for: world.makeMember("ann", roles: ["viewer", "keeper"]))
        #expect(try world.refused(token, .accountsGet, on: world.whole()) == nil)
        #expect(
            try world.refused(token, .accountsCreate, on: world.whole()) == .insufficientScope)
        #expect(try world.refused(token, .accountsUpdate, on: mine) == .foreign)
        #expect(try world.refused(token, .accountsUpdate, on: theirs) == nil)
    }

    @Test func `a role that is narrowed to other integrations ends the tokens of this one`() throws
    {
        try world.makeRole("keeper", .administrator)
        let token = try world.mint(for: world.makeMember("ann", roles: ["keeper"]))
        let leaf = try world.mintForIntegration(by: token)
        #expect(try world.fault(leaf) == nil)
        try world.makeMember("bob", roles: ["administrator"])
        let other = IntegrationID(world.integration.id.value + 1)
        try world.change("keeper") { $0.resources = Resources(integrations: .init(ids: [other])) }
        #expect(try world.fault(leaf) == .parentDead)
        try world.change("keeper") {
            $0.resources = Resources(integrations: .init(ids: [world.integration.id]))
        }
        #expect(try world.fault(leaf) == nil)
    }

    @Test func `what a member's token mints stays bound to the member's roles`() throws {
        try world.makeRole("keeper", .accountManager)
        let member = try world.makeMember("ann", roles: ["keeper", "administrator"])
        let token = try world.mint(for: member)
        let child = try world.mint(.accountManager, by: token)
        let account = try world.mintForAccount(.accountManager, by: token)
        let leaf = try world.mintForIntegration(by: token)
        #expect(child.token.member == member.id && leaf.token.member == member.id)
        #expect(try world.refused(child, .accountsUpdate, on: mine) == nil)
        try world.makeMember("bob", roles: ["administrator"])
        try world.change(member) { $0.roles = [.name(Name(stored: "viewer"))] }
        #expect(try world.refused(child, .accountsUpdate, on: mine) == .insufficientScope)
        #expect(try world.refused(account, .accountsUpdate, on: mine) == .insufficientScope)
        #expect(try world.refused(account, .accountsGet, on: mine) == nil)
        // A viewer issues nothing for the data plane, so what was issued is over.
        #expect(try world.fault(leaf) == .parentDead)
    }

    @Test func `tokens of accounts and integrations die where no role reaches any more`() throws {
        try world.makeRole("root", .administrator, on: only(world.account))
        let member = try world.makeMember("ann", roles: ["root"])
        let token = try world.mint(for: member)
        let account = try world.mintForAccount(.viewer, by: token)
        let leaf = try world.mintForIntegration(by: token)
        #expect(try world.fault(account) == nil && world.fault(leaf) == nil)
        try world.change("root") { $0.resources = only(other) }
        #expect(try world.fault(account) == .parentDead)
        #expect(try world.fault(leaf) == .parentDead)
        #expect(try world.fault(token) == nil)
    }

    @Test func `a token for a member may no more than the one that lent it`() throws {
        let ann = try world.makeMember("ann", roles: ["administrator"])
        let narrow = try world.mint(.administrator, by: world.root, timeToLive: .minutes(30))
        let token = try world.mint(for: ann, by: narrow)
        #expect(token.token.primary.expires <= narrow.token.primary.expires)
        let bob = try world.makeMember("bob", roles: ["viewer"])
        let second = try world.mint(for: bob, by: token)
        #expect(try world.refused(second, .accountsDelete, on: mine) == .insufficientScope)
        #expect(try world.refused(second, .accountsGet, on: mine) == nil)
        try world.end(narrow)
        #expect(try world.fault(token) == .parentDead)
        #expect(try world.fault(second) == .parentDead)
    }

    @Test func `a set or resources of a token's own narrow what the roles give`() throws {
        let member = try world.makeMember("ann", roles: ["administrator"])
        let viewer = try world.mint(for: member, .viewer)
        #expect(try world.refused(viewer, .accountsDelete, on: mine) == .insufficientScope)
        let narrow = try world.mint(for: member, resources: only(other))
        #expect(try world.refused(narrow, .accountsDelete, on: mine) == .foreign)
        #expect(try world.refused(narrow, .accountsDelete, on: theirs) == nil)
        for set in [PermissionSet.integration, .connectUI] {
            #expect(throws: Refusal.self) { try world.mint(for: member, set) }
        }
    }
}
