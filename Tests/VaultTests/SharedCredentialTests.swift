import Crypto
import Support
import Testing
import Vault

/// Credentials of organizations and points: who may lend them, and whom they are released to.
@Suite struct SharedCredentialTests {
    private let world: World
    private let point: IntegrationPoint
    private let shared: Credential
    private let ofPoint: Credential

    private static let notThere = Refusal.invalidValue(
        "credential_id is not one that the integration may use")

    init() throws {
        world = try World()
        point = try world.openPoint("p")
        shared = try world.makeCredential(
            "of-organization", of: .organization(world.organization.id))
        ofPoint = try world.makeCredential("of-point", of: .integrationPoint(point.id))
    }

    @Test func `a credential of another point, organization, account or integration is refused`()
        throws
    {
        let cousin = try World(in: world.fixture, named: "cousin")
        let sibling = try world.fixture.makeAccount("sibling", in: world.organization.id)
        let foreign = [
            try cousin.makeCredential("x", of: .organization(cousin.organization.id)).id,
            try world.makeCredential(
                "x", of: .integrationPoint(try world.openPoint("other").id)
            ).id,
            try world.makeCredential("x", of: .account(sibling.id), account: sibling.id).id,
            world.integration.credential ?? CredentialID(0), CredentialID(99),
        ]
        for id in foreign {
            #expect(throws: Self.notThere) {
                try world.connect(world.root, at: point, existing: id)
            }
            #expect(throws: Self.notThere) {
                let made = try world.connect(world.root, at: point)
                _ = try world.update(made.integration, credential: id)
            }
        }
        // Without the point, what belongs to the point is out of reach.
        #expect(throws: Self.notThere) { try world.connect(world.root, existing: ofPoint.id) }
    }

    @Test func `a token that does not reach the whole organization lends nothing of it`() throws {
        let gold = Resources(accounts: .init(labels: ["gold"]))
        let lenders = [
            try world.mintForAccount(.administrator, by: world.root),
            try world.mintForAccount(.accountManager, by: world.root),
            try world.mintConnect(), try world.mintConnect(at: point),
            try world.mint(.administrator, by: world.root, resources: gold),
        ]
        for lender in lenders {
            for id in [shared.id, ofPoint.id] {
                #expect(throws: Self.notThere) {
                    try world.connect(lender, at: point, existing: id)
                }
            }
        }
        // Of its own account it may.
        let own = try world.makeCredential(
            "own", of: .account(world.account.id), account: world.account.id)
        for lender in lenders {
            let made = try world.connect(lender, at: point, existing: own.id).integration
            #expect(made.credential == own.id)
        }
    }

    @Test func `what an administrator has lent stays, and is not swapped by the account`() throws {
        let made = try world.connect(world.root, at: point, existing: shared.id)
        let manager = try world.mintForAccount(.accountManager, by: world.root)
        #expect(throws: Self.notThere) {
            try world.update(made.integration, by: manager, credential: ofPoint.id)
        }
        let same = try world.update(made.integration, by: manager, credential: shared.id) {
            $0.fullname = "Renamed"
        }
        #expect(same.credential == shared.id && same.fullname == "Renamed")
    }

    @Test func `the organization's and the point's credentials are released to those who refer`()
        throws
    {
        let first = try world.connect(world.root, at: point, existing: shared.id)
        let second = try world.connect(world.root, at: point, existing: ofPoint.id)
        let sibling = try world.fixture.makeAccount("sibling", in: world.organization.id)
        let third = try world.connect(world.root, existing: shared.id, in: sibling)
        #expect(try world.released(first.integration, first.token) == Array("of-organization".utf8))
        #expect(try world.released(second.integration, second.token) == Array("of-point".utf8))
        #expect(try world.released(third.integration, third.token) == Array("of-organization".utf8))
        #expect(try world.vault.use(of: shared)?.count == 2)
    }

    @Test func `a value that is replaced is the next one everywhere`() throws {
        let sibling = try world.fixture.makeAccount("sibling", in: world.organization.id)
        let users = [
            try world.connect(world.root, existing: shared.id),
            try world.connect(world.root, existing: shared.id, in: sibling),
        ]
        let grant = try world.fixture.operatorGrant()
        _ = try world.vault.step { () throws(Refusal) in
            try world.vault.replace(grant, shared, with: try world.payload("newer"), expires: nil)
        }
        for user in users {
            #expect(try world.released(user.integration, user.token) == Array("newer".utf8))
        }
    }

    @Test func `a row that names a credential out of reach releases nothing`() throws {
        let other = try world.makeCredential(
            "x", of: .integrationPoint(try world.openPoint("other").id))
        // Under the keys that the integration would look with, and yet of somebody else.
        let strange = try world.makeCredential("x", of: .organization(OrganizationID(7)))
        let stranger = try world.makeCredential(
            "x", of: .account(AccountID(7)), account: world.account.id)
        let made = try world.connect(world.root, at: point)
        var changed = made.integration
        for id in [other.id, world.integration.credential, strange.id, stranger.id] {
            changed.credential = id
            try world.fixture.store.apply(.updateIntegration(changed))
            #expect(throws: Refusal.integrity(table: "integration")) {
                try world.released(changed, made.token)
            }
        }
        changed.credential = ofPoint.id
        changed.integrationPoint = nil
        try world.fixture.store.apply(.updateIntegration(changed))
        #expect(throws: Refusal.integrity(table: "integration")) {
            try world.released(changed, made.token)
        }
    }

    @Test func `a value of the organization does not open as a point's, nor an account's here`()
        throws
    {
        let made = try world.connect(world.root, at: point, existing: shared.id)
        let own = try world.makeCredential(
            "own", of: .account(world.account.id), account: world.account.id)
        for other in [ofPoint, own] {
            var swapped = shared
            swapped.sealed = other.sealed
            try world.fixture.store.apply(.updateCredential(swapped))
            #expect(throws: Refusal.integrity(table: "credential")) {
                try world.released(made.integration, made.token)
            }
        }
    }

    @Test func `a shared credential that is in use is neither deleted nor given another type`()
        throws
    {
        let made = try world.connect(world.root, existing: shared.id)
        let grant = try world.fixture.operatorGrant()
        let delete = {
            try world.vault.step { () throws(Refusal) in try world.vault.delete(grant, shared) }
        }
        #expect(throws: Refusal.self) { try delete() }
        #expect(throws: Refusal.self) {
            _ = try world.vault.step { () throws(Refusal) in
                let token: CredentialPayload
                do {
                    token = try CredentialPayload(
                        type: .token, parts: [(.secret, 1)]
                    ) { _, bytes, offset in bytes.setByte(65, at: offset) }
                } catch {
                    throw .secretMemoryExhausted
                }
                return try world.vault.replace(grant, shared, with: token, expires: nil)
            }
        }
        _ = try world.vault.step { () throws(Refusal) in
            try world.vault.update(
                grant, made.integration, Vault.IntegrationChange(), credential: .removed)
        }
        try delete()
    }

    @Test func `whoever leaves a point leaves its credential`() throws {
        let made = try world.connect(world.root, at: point, existing: ofPoint.id).integration
        let other = try world.openPoint("other")
        for next in [nil, Reference.identifier(other.id)] as [Reference<IntegrationPointKind>?] {
            #expect(throws: Refusal.self) {
                try world.update(made) { $0.integrationPoint = .some(next) }
            }
        }
        let moved = try world.update(made, credential: shared.id) {
            $0.integrationPoint = .identifier(other.id)
        }
        #expect(moved.integrationPoint == other.id && moved.credential == shared.id)
    }

    @Test func `a new value takes the place of the integration's own, in the same credential`()
        throws
    {
        let own = try #require(world.integration.credential)
        let grant = try world.fixture.operatorGrant()
        let update = { (secret: String, integration: Integration) throws in
            try world.vault.step { () throws(Refusal) in
                try world.vault.update(
                    grant, integration, Vault.IntegrationChange(),
                    credential: .inline(try world.payload(secret)))
            }
        }
        let changed = try update("newer", world.integration)
        #expect(changed.credential == own)
        #expect(try world.released(changed, world.leaf) == Array("newer".utf8))
        // What is shared is not overwritten by one of those who share it.
        let made = try world.connect(world.root, existing: shared.id)
        let alone = try update("alone", made.integration)
        #expect(alone.credential != shared.id)
        #expect(try world.released(alone, made.token) == Array("alone".utf8))
        let user = try world.connect(world.root, existing: shared.id)
        #expect(try world.released(user.integration, user.token) == Array("of-organization".utf8))
    }
}
