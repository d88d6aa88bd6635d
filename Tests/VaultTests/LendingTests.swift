import Support
import Testing
import Vault

/// Roles and bindings give authority for good: I6, no self-extension, and nobody locked out.
@Suite struct LendingTests {
    private let world: World
    private let gold = Resources(accounts: .init(labels: ["gold"]))

    init() throws { world = try World() }

    @Test func `a token that was lent makes nothing that outlives it`() throws {
        let lent = try world.mint(.administrator, by: world.root)
        #expect(throws: Refusal.insufficientScope) {
            try world.makeRole("keeper", .viewer, by: lent)
        }
        #expect(throws: Refusal.insufficientScope) {
            try world.makeMember("eve", roles: ["administrator"], by: lent)
        }
        let member = try world.makeMember("ann", roles: ["viewer"])
        let secret = try world.stretched("a secret of Eve", world.vault.newSecretCost())
        for edit: (inout Vault.MemberChange) -> Void in [
            { $0.roles = [.name(Name(stored: "administrator"))] }, { $0.timeToLive = .hours(24) },
            { $0.secret = secret },
        ] {
            #expect(throws: Refusal.insufficientScope) {
                try world.change(member, by: lent, edit)
            }
        }
        try world.makeRole("reader", .viewer, on: gold)
        for edit: (inout Vault.RoleChange) -> Void in [
            { $0.resources = .some(nil) }, { $0.permissionSet = .administrator },
            { $0.resources = Resources(accounts: .init(labels: ["gold", "silver"])) },
        ] {
            #expect(throws: Refusal.insufficientScope) {
                try world.change("reader", by: lent, edit)
            }
        }
        // To take away is always allowed.
        try world.change(member, by: lent) {
            $0.roles = []
            $0.state = .disabled
            $0.timeToLive = .minutes(5)
        }
        #expect(throws: Refusal.insufficientScope) {
            try world.change(member, by: lent) { $0.state = .enabled }
        }
        try world.change("reader", by: lent) {
            $0.resources = Resources(
                accounts: .init(labels: ["gold"], environments: [.test]))
        }
    }

    @Test func `a lent token narrows a role in every way, and widens it in none`() throws {
        let lent = try world.mint(.administrator, by: world.root)
        let (one, two) = (AccountID(1), AccountID(2))
        let (ticketing, siem) = (ConnectorID("ticketing"), ConnectorID("siem"))
        let steps: [(from: Resources, to: Resources)] = [
            (.init(accounts: .init(ids: [one, two])), .init(accounts: .init(ids: [one]))),
            (
                .init(accounts: .init(environments: [.prod, .test])),
                .init(accounts: .init(environments: [.test]))
            ),
            (
                .init(integrations: .init(ids: [IntegrationID(1), IntegrationID(2)])),
                .init(integrations: .init(ids: [IntegrationID(2)]))
            ),
            (
                .init(integrations: .init(connectors: [ticketing, siem])),
                .init(integrations: .init(connectors: [siem]))
            ),
        ]
        for (index, step) in steps.enumerated() {
            try world.makeRole("r\(index)", .viewer, on: step.from)
            try world.change("r\(index)", by: lent) { $0.resources = step.to }
            for wider in [step.from, Resources(), gold] {
                #expect(throws: Refusal.insufficientScope, "\(index)") {
                    try world.change("r\(index)", by: lent) { $0.resources = wider }
                }
            }
        }
    }

    @Test func `a member renews no other token of its own that reaches further`() throws {
        try world.makeRole("part", .administrator, on: gold)
        try world.makeMember(
            "ann", roles: ["member", "part", "viewer"], secret: "ann's own secret")
        let session = try world.logOn("ann", "ann's own secret")
        let name = Reference<MemberKind>.name(Name(stored: "ann"))
        let ann = try #require(try world.vault.find(name, in: world.organization.id))
        let lent = try world.mint(for: ann)
        let child = try world.mint(.member, by: session)
        for target in [lent, child] {
            let token = try world.stored(target)
            let grant = try world.grant(
                world.text(session), .management(.tokensRefresh),
                on: try world.vault.resource(token))
            #expect(throws: Refusal.insufficientScope) {
                try world.vault.step { () throws(Refusal) in
                    _ = try world.vault.rotate(grant, token, grace: nil, remembering: nil)
                }
            }
        }
    }

    @Test func `a token for a member is lent as well`() throws {
        let member = try world.makeMember("ann", roles: ["administrator"])
        let token = try world.mint(for: member)
        #expect(throws: Refusal.insufficientScope) {
            try world.makeMember("eve", roles: ["administrator"], by: token)
        }
    }

    @Test func `a narrowed administrator makes neither roles nor members`() throws {
        try world.makeRole("part", .administrator, on: gold)
        try world.makeMember("ann", roles: ["part", "viewer"], secret: "ann's own secret")
        let token = try world.logOn("ann", "ann's own secret")
        #expect(throws: Refusal.insufficientScope) {
            try world.makeRole("keeper", .administrator, by: token)
        }
        #expect(throws: Refusal.insufficientScope) {
            try world.makeMember("eve", roles: ["part"], by: token)
        }
        let name = Reference<MemberKind>.name(Name(stored: "ann"))
        let ann = try #require(try world.vault.find(name, in: world.organization.id))
        #expect(throws: Refusal.foreign) {
            try world.change(ann, by: token) { $0.roles = [.name(Name(stored: "administrator"))] }
        }
    }

    @Test func `an administrator who logged on makes members and roles`() throws {
        try world.makeMember("ann", roles: ["administrator"], secret: "ann's own secret")
        let token = try world.logOn("ann", "ann's own secret")
        try world.makeRole("keeper", .accountManager, by: token)
        let made = try world.makeMember("bob", roles: ["keeper", "administrator"], by: token)
        #expect(made.roles.count == 2)
    }

    private static let stays: Refusal = .conflict(
        "give another enabled member the administrator role first: one has to stay")

    @Test func `the last administrator stays`() throws {
        let ann = try world.makeMember("ann", roles: ["administrator", "viewer"])
        try world.makeMember("bob", roles: ["viewer"])
        for edit: (inout Vault.MemberChange) -> Void in [
            { $0.state = .disabled }, { $0.roles = [.name(Name(stored: "viewer"))] },
        ] {
            #expect(throws: Self.stays) { try world.change(ann, edit) }
        }
        #expect(throws: Self.stays) { try world.delete(ann) }
        let second = try world.makeMember("dan", roles: ["administrator"]) { $0.state = .disabled }
        #expect(throws: Self.stays) { try world.delete(ann) }
        try world.change(second) { $0.state = .enabled }
        try world.delete(ann)
        #expect(throws: Self.stays) { try world.delete(second) }
    }

    @Test func `a role that makes the last administrator stays as it is`() throws {
        try world.makeRole("chief", .administrator)
        let ann = try world.makeMember("ann", roles: ["chief"])
        #expect(throws: Self.stays) { try world.deleteRole("chief") }
        #expect(throws: Self.stays) { try world.change("chief") { $0.permissionSet = .viewer } }
        #expect(throws: Self.stays) { try world.change("chief") { $0.resources = gold } }
        try world.makeMember("bob", roles: ["administrator"])
        try world.change("chief") { $0.resources = gold }
        try world.deleteRole("chief")
        #expect(try world.vault.roleNames(of: ann) == [])
    }

    @Test func `built-in roles are the same for ever, and some sets are for no role`() throws {
        for name in ["administrator", "viewer", "member"] {
            #expect(throws: Refusal.self) { try world.deleteRole(name) }
            #expect(throws: Refusal.self) { try world.change(name) { $0.fullname = "Mine" } }
            #expect(throws: Refusal.nameTaken) { try world.makeRole(name, .viewer) }
        }
        for set in [PermissionSet.integration, .connectUI] {
            #expect(throws: Refusal.self) { try world.makeRole("odd", set) }
        }
        try world.makeRole("reader", .viewer)
        #expect(throws: Refusal.self) {
            try world.change("reader") { $0.permissionSet = .connectUI }
        }
    }

    @Test func `a binding names roles that are there, each of them once`() throws {
        #expect(throws: Refusal.invalidValue("role_binding names a role that is not there")) {
            try world.makeMember("ann", roles: ["viewer", "nothing"])
        }
        #expect(throws: Refusal.invalidValue("role_binding names a role twice")) {
            try world.makeMember("ann", roles: ["viewer", "viewer"])
        }
        let cousin = try World(in: world.fixture, named: "cousin")
        let foreign = try cousin.makeRole("theirs", .viewer)
        #expect(throws: Refusal.invalidValue("role_binding names a role that is not there")) {
            try world.makeMember("ann", roles: [foreign.id.text])
        }
        for index in 0..<16 { try world.makeRole("r\(index)", .viewer) }
        let many = (0..<16).map { "r\($0)" }
        #expect(throws: Refusal.invalidValue("a member has at most 16 roles")) {
            try world.makeMember("ann", roles: many + ["viewer"])
        }
        #expect(try world.makeMember("ann", roles: many).roles.count == 16)
    }

    @Test func `lifetimes are capped by the kind of member`() throws {
        func made(_ kind: Member.Kind, _ span: TimeSpan) -> Bool {
            refusal {
                _ = try world.makeMember("m\(span.microseconds)") {
                    $0.kind = kind
                    $0.timeToLive = span
                }
            } == nil
        }
        #expect(!made(.personal, .seconds(24 * 3600 + 1)) && made(.personal, .hours(24)))
        #expect(!made(.service, .seconds(90 * 86_400 + 1)) && made(.service, .days(90)))
        #expect(!made(.personal, .seconds(0)) && !made(.service, .seconds(-1)))
        #expect(!made(.service, TimeSpan(microseconds: .max)))
        let plain = try world.makeMember("plain", roles: ["viewer"])
        #expect(plain.kind == .personal && plain.timeToLive == .hours(1))
        let token = try world.mint(for: plain)
        let end = world.clock.now().advanced(by: .hours(1))
        #expect(token.token.primary.expires == end)
        #expect(throws: Refusal.self) { try world.mint(for: plain, timeToLive: .seconds(3601)) }
        // What is shortened later is short for what is there.
        try world.change(plain) { $0.timeToLive = .minutes(10) }
        world.clock.advance(by: .minutes(10))
        #expect(try world.fault(token) == .expired)
    }
}
