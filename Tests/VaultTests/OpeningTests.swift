import Crypto
import Support
import Testing
import Vault

/// Values opened ahead of the decision that releases them.
@Suite struct OpeningTests {
    private let world: World

    init() throws { world = try World() }

    private func grant(_ world: World) throws -> Grant {
        let place = Resource.integration(
            world.organization.id, AccountFacts(world.account),
            world.vault.facts(of: world.integration))
        return try world.grant(world.text(world.leaf), .data(.credentialsUse), on: place)
    }

    private func opened(_ world: World) throws -> OpenedCredential {
        try world.vault.opening(try grant(world), of: world.integration).opened()
    }

    private func secret(_ released: Vault.Released) -> [UInt8] {
        var secret: [UInt8] = []
        released.value.payload.forEachField { field, bytes in
            if field == .secret { secret = bytes.copied }
        }
        return secret
    }

    private func replace(with secret: String) throws {
        guard let id = world.integration.credential,
            let old = try world.fixture.store.credential(id, in: world.scope.keyOwner)
        else { throw Refusal.absent }
        let grant = try world.fixture.operatorGrant()
        let new = try CredentialPayload.basic(username: "robot", secret: secret)
        _ = try world.vault.step { () throws(Refusal) in
            try world.vault.replace(grant, old, with: new, expires: nil)
        }
    }

    @Test func `a value that has been replaced since is not what is released`() throws {
        let early = try opened(world)
        try replace(with: "newer")
        let released = try world.vault.release(try grant(world), opened: early)
        #expect(released.value !== early && released.version == 2)
        #expect(secret(released) == Array("newer".utf8))
    }

    @Test func `the same value sealed anew is opened anew`() throws {
        let early = try opened(world)
        try replace(with: "swordfish")
        let released = try world.vault.release(try grant(world), opened: early)
        #expect(released.value !== early && secret(released) == Array("swordfish".utf8))
    }

    @Test func `another integration's, account's or organization's value is not what is released`()
        throws
    {
        let sibling = try world.fixture.makeIntegration("sibling", in: world.account)
        let others = [
            try opened(World(in: world.fixture, named: "cousin")),
            try world.vault.opening(
                try world.grant(
                    world.text(sibling.token), .data(.credentialsUse),
                    on: .integration(
                        world.organization.id, AccountFacts(world.account),
                        world.vault.facts(of: sibling.integration))),
                of: sibling.integration
            ).opened(),
        ]
        for other in others {
            let released = try world.vault.release(try grant(world), opened: other)
            #expect(released.value !== other)
            #expect(released.credential == world.integration.credential)
        }
    }

    @Test func `what is not to be released is not opened either`() throws {
        let grant = try grant(world)
        let cousin = try World(in: world.fixture, named: "cousin")
        #expect(throws: Refusal.foreign) {
            try world.vault.opening(grant, of: cousin.integration)
        }
        let whole = try world.grant(
            world.text(world.root), .management(.accountsList), on: world.whole())
        #expect(throws: Refusal.wrongPlane) {
            try world.vault.opening(whole, of: world.integration)
        }
    }

    @Test func `the value that was opened is not opened a second time`() throws {
        let early = try opened(world)
        let released = try world.vault.release(try grant(world), opened: early)
        #expect(released.value === early && secret(released) == Array("swordfish".utf8))
    }
}
