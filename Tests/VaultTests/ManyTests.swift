import Support
import Testing
import Vault

/// More of something than is looked at in one piece.
@Suite struct ManyTests {
    private let world: World
    private let count = Limits.listMax + 1

    init() throws { world = try World() }

    @Test func `the last administrator is found behind a thousand others`() throws {
        let ann = try world.makeMember("ann", roles: ["administrator"])
        for number in 1...count {
            let other = Member(
                organization: ann.organization, id: MemberID(UInt128(number)),
                name: Name(stored: "m\(number)"), fullname: "-", kind: .personal, state: .enabled,
                roles: [], timeToLive: .hours(1), secret: nil, secretSetAt: nil,
                createdAt: ann.createdAt, updatedAt: ann.createdAt, revision: 1)
            try world.fixture.store.apply(.insertMember(other))
        }
        #expect(throws: Refusal.self) { try world.delete(ann) }
        try world.makeMember("bob", roles: ["administrator"])
        try world.delete(ann)
    }

    @Test func `an integration that forbids a change is found behind a thousand others`() throws {
        let point = try world.openPoint("open")
        let credential = try world.makeCredential(
            "swordfish", of: .account(world.account.id),
            account: world.account.id)
        let made = try world.connect(world.root, at: point, existing: credential.id).integration
        for number in 1...count {
            let other = Integration(
                organization: made.organization, account: made.account,
                id: IntegrationID(UInt128(number)), name: Name(stored: "i\(number)"),
                fullname: "-", provider: made.provider, integrationPoint: nil,
                providerConfig: made.providerConfig, credential: credential.id, state: .enabled,
                defaultToken: TokenID(1), createdAt: made.createdAt, updatedAt: made.createdAt,
                revision: 1)
            try world.fixture.store.apply(.insertIntegration(other))
        }
        var change = Vault.AccountChange()
        change.environment = .test
        let grant = try world.fixture.operatorGrant()
        #expect(throws: Refusal.self) {
            try world.vault.step { () throws(Refusal) in
                _ = try world.vault.update(grant, world.account, change)
            }
        }
    }
}
