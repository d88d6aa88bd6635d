import Crypto
import Support
import Testing
import Vault

/// Rows that are kept in memory must never outlive what is stored.
@Suite struct KnownRowsTests {
    private let world: World

    init() throws { world = try World(rowByteCount: 1 << 20) }

    private func knownAccount(of other: OrganizationID? = nil) throws -> Account? {
        try world.vault.known(world.account.id, in: other ?? world.organization.id)
    }

    /// A step that renames the account, and then does `more`.
    private func rename(
        _ name: String, _ more: () throws(Refusal) -> Void = {}
    ) throws {
        let grant = try world.fixture.operatorGrant()
        var change = Vault.AccountChange()
        change.fullname = name
        let account = try #require(try knownAccount())
        try world.vault.step { () throws(Refusal) in
            _ = try world.vault.update(grant, account, change)
            try more()
        }
    }

    @Test func `another organization's path does not lead to a known row`() throws {
        let other = try World(in: world.fixture, named: "other")
        #expect(try knownAccount() == world.account)
        #expect(try knownAccount(of: other.organization.id) == nil)
        let scope = AccountScope(organization: world.organization.id, account: other.account.id)
        #expect(try world.vault.known(world.integration.id, in: world.scope) != nil)
        #expect(try world.vault.known(world.integration.id, in: scope) == nil)
        #expect(try world.vault.known(other.account.id, in: world.organization.id) == nil)
    }

    @Test func `a change is seen at once, and gone when it is undone`() throws {
        #expect(try knownAccount()?.fullname == world.account.fullname)
        #expect(throws: Refusal.inUse) {
            try rename("undone") { () throws(Refusal) in
                let now = try world.vault.known(world.account.id, in: world.organization.id)
                #expect(now?.fullname == "undone")
                throw .inUse
            }
        }
        #expect(try knownAccount()?.fullname == world.account.fullname)
        try rename("kept")
        #expect(try knownAccount()?.fullname == "kept")
        try world.vault.commit()
        #expect(try knownAccount()?.fullname == "kept")
        #expect(try knownAccount()?.fullname == "kept")
    }

    @Test func `an abandoned batch leaves nothing behind`() throws {
        #expect(try knownAccount()?.fullname == world.account.fullname)
        try rename("abandoned")
        #expect(try knownAccount()?.fullname == "abandoned")
        try world.vault.abandon()
        #expect(try knownAccount()?.fullname == world.account.fullname)
    }

    @Test func `what goes with its owner is not known any more`() throws {
        let grant = try world.fixture.operatorGrant()
        #expect(try world.vault.known(world.integration.id, in: world.scope) != nil)
        #expect(try world.fault(world.leaf) == nil)
        try world.vault.step { () throws(Refusal) in
            try world.vault.delete(grant, world.account)
        }
        #expect(try world.vault.known(world.integration.id, in: world.scope) == nil)
        #expect(try knownAccount() == nil)
        #expect(try world.fault(world.leaf) == .unknownToken)
        try world.vault.commit()
        #expect(try knownAccount() == nil)
    }

    @Test func `another organization's deletion takes nothing away that is not its own`() throws {
        let other = try World(in: world.fixture, named: "other")
        for subject in [world, other] { #expect(try subject.fault(subject.leaf) == nil) }
        let grant = try world.fixture.operatorGrant()
        let both = world.vault.knownByteCount
        try world.vault.step { () throws(Refusal) in
            try world.vault.delete(grant, other.organization)
        }
        #expect(world.vault.knownByteCount > 0 && world.vault.knownByteCount < both)
        #expect(try other.fault(other.leaf) == .unknownToken)
        #expect(try other.vault.known(other.integration.id, in: other.scope) == nil)
        let kept = world.vault.knownByteCount
        #expect(try world.vault.known(world.integration.id, in: world.scope) == world.integration)
        #expect(world.vault.knownByteCount == kept)
        try world.vault.commit()
        #expect(try world.fault(world.leaf) == nil)
    }

    @Test func `a parent that ends takes its children along, known or not`() throws {
        let parent = try world.mint(.administrator, by: world.root)
        let child = try world.mint(.viewer, by: parent)
        let twin = try world.mint(.viewer, by: parent)
        try world.vault.commit()
        #expect(try world.fault(child) == nil)
        let grant = try world.fixture.operatorGrant()
        let row = try world.stored(parent)
        try world.vault.step { () throws(Refusal) in
            _ = try world.vault.reset(grant, row, remembering: nil)
        }
        #expect(try world.fault(child) == .parentDead)
        #expect(try world.fault(twin) == .parentDead)
    }

    @Test func `rows take no more than their room, and are read again`() throws {
        let fixture = world.fixture
        let vault = try Vault(
            store: fixture.store, ring: fixture.ring, clock: fixture.clock,
            entropy: fixture.entropy, lifetimes: Lifetimes(), catalogue: .small,
            cache: TokenCache(byteCount: 0), rowByteCount: 1 << 14)
        let accounts = try (0..<100).map { number in
            try fixture.makeAccount("tenant\(number)", in: world.organization.id)
        }
        try world.vault.commit()
        for _ in 0..<2 {
            for account in accounts {
                #expect(try vault.known(account.id, in: world.organization.id) == account)
                #expect(vault.knownByteCount <= 1 << 14)
            }
        }
        #expect(vault.knownByteCount > 1 << 11)
    }
}
