import Support
import Testing
import Vault

/// The permission set `member`: one's own profile, one's own tokens, and nothing of others.
@Suite struct OwnProfileTests {
    private let world: World
    private let ann: Member
    private let bob: Member
    private let token: MintedToken

    init() throws {
        world = try World()
        ann = try world.makeMember("ann", roles: ["member"], secret: "ann's own secret")
        bob = try world.makeMember("bob", roles: ["administrator"])
        token = try world.logOn("ann", "ann's own secret")
    }

    private var organization: OrganizationID { world.organization.id }

    @Test func `the profile and the tokens of others are not there`() throws {
        let theirs = try world.mint(for: bob)
        let table: [(Permission, Resource, Refusal?)] = [
            (.membersGet, .member(bob.id, organization), .foreign),
            (.membersUpdate, .member(bob.id, organization), .foreign),
            (.tokensCreate, .member(bob.id, organization), .foreign),
            (.tokensGet, .token(theirs.token.id, organization, nil, nil, of: bob.id), .foreign),
            (.tokensGet, .token(world.root.token.id, organization, nil, nil), .foreign),
            (.rolesGet, .role(organization), .insufficientScope),
            (.membersList, .ownPart(organization), .insufficientScope),
            (.organizationGet, .ownPart(organization), nil),
            (.membersGet, .member(ann.id, organization), nil),
            (.tokensGet, .token(TokenID(9), organization, nil, nil, of: ann.id), nil),
            (.membersGet, .member(ann.id, OrganizationID(3)), .foreign),
        ]
        for (permission, resource, wanted) in table {
            let refused = try world.refused(token, permission, on: resource)
            #expect(refused == wanted, "\(permission.text) on \(resource)")
        }
    }

    @Test func `state, roles and lifetime are not one's own to change`() throws {
        for edit: (inout Vault.MemberChange) -> Void in [
            { $0.roles = [.name(Name(stored: "administrator"))] }, { $0.timeToLive = .hours(2) },
            { $0.state = .disabled }, { $0.roles = [] },
        ] {
            #expect(throws: Refusal.insufficientScope) {
                try world.change(ann, by: token, edit)
            }
        }
        try world.change(ann, by: token) { $0.fullname = "Ann" }
        #expect(try world.vault.find(ann.id, in: organization)?.fullname == "Ann")
    }

    @Test func `a secret is changed with a session, not with what a session lent`() throws {
        let lent = try world.mint(for: ann, by: token)
        let secret = try world.stretched("a newer secret", world.vault.newSecretCost())
        #expect(throws: Refusal.insufficientScope) {
            try world.change(ann, by: lent) { $0.secret = secret }
        }
        try world.change(ann, by: token) { $0.secret = secret }
        #expect(throws: Refusal.wrongSecret) { try world.logOn("ann", "ann's own secret") }
        _ = try world.logOn("ann", "a newer secret")
    }

    @Test func `own tokens can be minted, seen and ended`() throws {
        let child = try world.mint(for: ann, by: token)
        #expect(child.token.member == ann.id && child.token.parent == token.token.id)
        let place = try world.vault.resource(child.token)
        #expect(try world.refused(token, .tokensDelete, on: place) == nil)
        #expect(try world.refused(child, .membersGet, on: .member(ann.id, organization)) == nil)
        #expect(
            try world.refused(child, .membersGet, on: .member(bob.id, organization)) == .foreign)
    }

    @Test func `a token of the set that is nobody's sees itself only`() throws {
        let plain = try world.mint(.member, by: world.root)
        let own = try world.vault.resource(plain.token)
        #expect(try world.refused(plain, .tokensGet, on: own) == nil)
        let others = try world.vault.resource(world.root.token)
        #expect(try world.refused(plain, .tokensGet, on: others) == .foreign)
        #expect(
            try world.refused(plain, .membersGet, on: .member(ann.id, organization)) == .foreign)
    }
}
