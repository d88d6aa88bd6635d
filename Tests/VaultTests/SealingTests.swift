import Crypto
import Support
import Testing
import Vault

/// Credentials at rest: what fits one place opens there and nowhere else.
@Suite struct SealingTests {
    private let world: World

    init() throws { world = try World() }

    private func payload(_ type: CredentialType) throws(CryptoError) -> CredentialPayload {
        let parts = type.fields.map {
            (field: $0.field, byteCount: $0.field.name.utf8CodeUnitCount)
        }
        return try CredentialPayload(type: type, parts: parts) { field, bytes, offset in
            for (index, byte) in Array(field.name).enumerated() {
                bytes.setByte(byte, at: offset + index)
            }
        }
    }

    /// A credential of the world's integration, in place of the one that it has.
    private func credential() throws -> Credential {
        guard let id = world.integration.credential,
            let found = try world.fixture.store.credential(id, in: world.scope.keyOwner)
        else { throw Refusal.absent }
        return found
    }

    private func release(_ world: World? = nil) throws -> Vault.Released {
        let world = world ?? self.world
        let place = Resource.integration(
            world.organization.id, AccountFacts(world.account),
            world.vault.facts(of: world.integration))
        let grant = try world.grant(world.text(world.leaf), .data(.credentialsUse), on: place)
        return try world.vault.release(grant)
    }

    private func fields(_ released: Vault.Released) -> [CredentialField: [UInt8]] {
        var fields: [CredentialField: [UInt8]] = [:]
        released.value.payload.forEachField { field, bytes in fields[field] = bytes.copied }
        return fields
    }

    @Test func `a ciphertext with any one byte changed raises the alarm`() throws {
        let good = try credential()
        for place in good.sealed.bytes.indices {
            var bytes = good.sealed.bytes
            bytes[place] ^= 1
            var bad = good
            bad.sealed = SealedCredential(keyVersion: 1, epoch: 1, bytes: bytes)
            try world.fixture.store.apply(.updateCredential(bad))
            #expect(throws: Refusal.integrity(table: "credential")) { try release() }
        }
        try world.fixture.store.apply(.updateCredential(good))
        #expect(fields(try release())[.secret] == Array("swordfish".utf8))
    }

    @Test func `a ciphertext cut short raises the alarm`() throws {
        var bad = try credential()
        for count in [0, 1, 39, 40, 41, 88, bad.sealed.bytes.count - 1] {
            let bytes = Array(bad.sealed.bytes[..<min(count, bad.sealed.bytes.count)])
            bad.sealed = SealedCredential(keyVersion: 1, epoch: 1, bytes: bytes)
            try world.fixture.store.apply(.updateCredential(bad))
            #expect(throws: Refusal.integrity(table: "credential")) { try release() }
        }
    }

    @Test func `a value of another integration, account or organization does not open here`() throws
    {
        let sibling = try world.fixture.makeIntegration("sibling", in: world.account)
        let cousin = try World(in: world.fixture, named: "cousin")
        let good = try credential()
        for (integration, owner) in [
            (sibling.integration, world.scope.keyOwner),
            (cousin.integration, cousin.scope.keyOwner),
        ] {
            guard let id = integration.credential,
                let other = try world.fixture.store.credential(id, in: owner)
            else { throw Refusal.absent }
            var swapped = good
            swapped.sealed = other.sealed
            try world.fixture.store.apply(.updateCredential(swapped))
            #expect(throws: Refusal.integrity(table: "credential")) { try release() }
        }
    }

    @Test func `a credential of another integration is not released though a row names it`() throws
    {
        let sibling = try world.fixture.makeIntegration("sibling", in: world.account)
        var changed = world.integration
        changed.credential = sibling.integration.credential
        try world.fixture.store.apply(.updateIntegration(changed))
        #expect(throws: Refusal.integrity(table: "integration")) { try release() }
        changed.credential = CredentialID(99)
        try world.fixture.store.apply(.updateIntegration(changed))
        #expect(throws: Refusal.integrity(table: "credential")) { try release() }
        changed.credential = nil
        try world.fixture.store.apply(.updateIntegration(changed))
        #expect(throws: Refusal.absent) { try release() }
    }

    @Test func `an old value under a new version number raises the alarm`() throws {
        let old = try credential()
        let grant = try world.fixture.operatorGrant()
        _ = try world.vault.step { () throws(Refusal) in
            let new: CredentialPayload
            do {
                new = try CredentialPayload.basic(username: "robot", secret: "new")
            } catch {
                throw .secretMemoryExhausted
            }
            return try world.vault.replace(grant, old, with: new, expires: nil)
        }
        #expect(fields(try release())[.secret] == Array("new".utf8))
        var rolledBack = try credential()
        #expect(rolledBack.version == 2)
        rolledBack.sealed = old.sealed
        try world.fixture.store.apply(.updateCredential(rolledBack))
        #expect(throws: Refusal.integrity(table: "credential")) { try release() }
    }

    @Test func `a key version or epoch that is not there raises the alarm`() throws {
        var bad = try credential()
        for (version, epoch) in [(2, 1), (1, 2), (0, 0)] as [(UInt32, UInt32)] {
            bad.sealed = SealedCredential(
                keyVersion: version, epoch: epoch, bytes: bad.sealed.bytes)
            try world.fixture.store.apply(.updateCredential(bad))
            #expect(throws: Refusal.self) { try release() }
        }
    }

    @Test func `a credential is released until it expires and not from then on`() throws {
        var changed = try credential()
        let end = world.clock.now().advanced(by: .hours(1))
        changed.expires = end
        try world.fixture.store.apply(.updateCredential(changed))
        world.clock.set(Instant(microseconds: end.microseconds - 1))
        #expect(fields(try release())[.username] == Array("robot".utf8))
        world.clock.set(end)
        #expect(throws: Refusal.absent) { try release() }
    }

    /// The world's integration with another path.
    private func moved(
        organization: OrganizationID? = nil, account: AccountID? = nil, id: IntegrationID? = nil
    ) -> Integration {
        let own = world.integration
        return Integration(
            organization: organization ?? own.organization, account: account ?? own.account,
            id: id ?? own.id, name: own.name, fullname: own.fullname, provider: own.provider,
            integrationPoint: own.integrationPoint, providerConfig: own.providerConfig,
            credential: own.credential, state: own.state, defaultToken: own.defaultToken,
            createdAt: own.createdAt, updatedAt: own.updatedAt, revision: own.revision)
    }

    @Test func `an integration that the grant is not for releases nothing`() throws {
        let place = Resource.integration(
            world.organization.id, AccountFacts(world.account),
            world.vault.facts(of: world.integration))
        let grant = try world.grant(world.text(world.leaf), .data(.credentialsUse), on: place)
        let others = [
            moved(organization: OrganizationID(7)), moved(account: AccountID(7)),
            moved(id: IntegrationID(7)),
        ]
        for other in others {
            #expect(throws: Refusal.foreign) { try world.vault.release(grant, of: other) }
        }
        #expect(throws: Never.self) { try world.vault.release(grant, of: world.integration) }
    }

    @Test(arguments: CredentialType.allCases)
    func `every type of credential comes back part by part`(type: CredentialType) throws {
        let grant = try world.fixture.operatorGrant()
        let catalogue = Catalogue(
            connectors: world.vault.catalogue.connectors,
            providers: [
                Provider(
                    id: ProviderID("jira"), fullname: "Jira", connector: ConnectorID("ticketing"),
                    credentialTypes: CredentialType.allCases)
            ])
        let vault = try Vault(
            store: world.fixture.store, ring: world.fixture.ring, clock: world.clock,
            entropy: world.fixture.entropy, lifetimes: Lifetimes(), catalogue: catalogue,
            cache: TokenCache(byteCount: 1 << 20))
        let old = try credential()
        let before = old.sealed.bytes.count
        let new = try payload(type)
        _ = try vault.step { () throws(Refusal) in
            try vault.replace(grant, old, with: new, expires: nil)
        }
        let released = try release()
        #expect(released.version == 2 && released.value.payload.type == type)
        let fields = fields(released)
        #expect(Set(fields.keys) == Set(type.fields.map(\.field)))
        for (field, bytes) in fields { #expect(bytes == Array(field.name)) }
        #expect(try credential().sealed.bytes.count == before, "the length tells the type")
    }

    @Test func `a type that the provider does not take is refused`() throws {
        let grant = try world.fixture.operatorGrant()
        let old = try credential()
        let wrong = try payload(.tlsCertificate)
        let error = refusal { () throws(Refusal) in
            _ = try world.vault.replace(grant, old, with: wrong, expires: nil)
        }
        #expect(error == .invalidValue("the provider does not take a credential of this type"))
    }

    @Test func `what a sender sealed is opened for the right account and key only`() throws {
        let owner = world.scope.keyOwner
        let cousin = try World(in: world.fixture, named: "cousin")
        let grant = try world.fixture.operatorGrant()
        let key = try world.vault.sealingKey(grant, of: owner)
        let message = Array("{\"type\":\"token\"}".utf8)
        let sealed = try unsafe SealedBox.seal(message.span.bytes, to: key.publicKey)
        func opening(_ bytes: [UInt8], _ keyID: UInt128, _ owner: KeyOwner) -> Refusal? {
            refusal { () throws(Refusal) in
                _ = try unsafe world.vault.openSenderSealed(
                    bytes.span.bytes, keyID: keyID, owner: owner)
            }
        }
        let notSealed = Refusal.invalidValue(
            "encrypted_value is not sealed to the account's sealing key")
        let notCurrent = Refusal.invalidValue("key_id is not the account's current sealing key")
        var changed = sealed
        changed[50] ^= 1
        #expect(opening(changed, key.id, owner) == notSealed)
        #expect(opening([], key.id, owner) == notSealed)
        #expect(opening(sealed, key.id &+ 1, owner) == notCurrent)
        #expect(opening(sealed, key.id, cousin.scope.keyOwner) == notCurrent)
        let theirs = try world.vault.sealingKey(grant, of: cousin.scope.keyOwner)
        #expect(opening(sealed, theirs.id, cousin.scope.keyOwner) == notSealed)
        let opened = try unsafe world.vault.openSenderSealed(
            sealed.span.bytes, keyID: key.id, owner: owner)
        let content = opened.withBytes { $0.copied }
        #expect(content == message)
    }

    @Test func `a public key that was swapped raises the alarm before anything is opened`() throws {
        let owner = world.scope.keyOwner
        let cousin = try World(in: world.fixture, named: "cousin")
        let grant = try world.fixture.operatorGrant()
        let key = try world.vault.sealingKey(grant, of: owner)
        let theirs = try world.vault.sealingKey(grant, of: cousin.scope.keyOwner)
        let stranger = try KeyPair.generate(SystemEntropy()).publicKey
        for (publicKey, wrapped) in [
            (stranger, key.wrappedPrivateKey), (theirs.publicKey, key.wrappedPrivateKey),
            (theirs.publicKey, theirs.wrappedPrivateKey), (key.publicKey, key.wrappedPrivateKey),
        ] {
            let forged = KeyPairRecord(
                owner: owner, version: 2, id: 7, epoch: 1, publicKey: publicKey,
                wrappedPrivateKey: wrapped, createdAt: world.clock.now())
            try world.fixture.store.beginStep()
            try world.fixture.store.apply(.insertKeyPair(forged))
            let sealed = try unsafe SealedBox.seal([1].span.bytes, to: publicKey)
            let error = refusal { () throws(Refusal) in
                _ = try unsafe world.vault.openSenderSealed(
                    sealed.span.bytes, keyID: 7, owner: owner)
            }
            #expect(error == .integrity(table: "key_pair"))
            try world.fixture.store.undoStep()
        }
    }

    @Test func `a private key of another pair is refused though it was wrapped right`() throws {
        let owner = world.scope.keyOwner
        let right = try KeyPair.generate(SystemEntropy()).publicKey
        let wrong = try KeyPair.generate(SystemEntropy())
        var context = Context("strongroom/key-wrap/v1")
        context.append(owner.organization.value)
        context.append(world.account.id.value)
        context.append(UInt64(2))
        context.append(UInt64(1))
        context.append(right.bytes)
        let wrapping = world.fixture.ring.wrapping.newest
        let wrapped = try wrong.privateKey.withBytes { bytes throws(CryptoError) in
            try AEAD.seal(bytes, context: context, key: wrapping.key, entropy: SystemEntropy())
        }
        let forged = KeyPairRecord(
            owner: owner, version: 2, id: 7, epoch: 1, publicKey: right,
            wrappedPrivateKey: wrapped, createdAt: world.clock.now())
        try world.fixture.store.apply(.insertKeyPair(forged))
        let sealed = try unsafe SealedBox.seal([1].span.bytes, to: wrong.publicKey)
        let error = refusal { () throws(Refusal) in
            _ = try unsafe world.vault.openSenderSealed(sealed.span.bytes, keyID: 7, owner: owner)
        }
        #expect(error == .integrity(table: "key_pair"))
    }

    @Test func `a deleted account takes the way to its keys with it`() throws {
        _ = try release()
        let grant = try world.fixture.operatorGrant()
        try world.vault.step { () throws(Refusal) in try world.vault.delete(grant, world.account) }
        #expect(throws: Refusal.integrity(table: "key_pair")) {
            try world.vault.sealingKey(grant, of: world.scope.keyOwner)
        }
        #expect(world.vault.needsScrub)
    }
}
