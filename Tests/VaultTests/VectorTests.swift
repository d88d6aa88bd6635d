import Crypto
import Support
import Testing
import Vault

/// The binary formats, held to files that `scripts/vectors` recomputes without our code.
///
/// Everything repeats itself from a seed; `STRONGROOM_WRITE_VECTORS=1` makes the files anew.
@Suite struct VectorTests {
    private func hold(_ name: String, _ format: String, _ vectors: [Vector]) throws {
        let made = VectorFile(format: format, vectors: vectors)
        let kept = try made.kept(name)
        #expect(kept.format == made.format)
        #expect(kept.vectors.count == made.vectors.count)
        for (index, vector) in made.vectors.enumerated() where index < kept.vectors.count {
            #expect(kept.vectors[index] == vector, "\(name) \(index)")
        }
    }

    private func bytes(_ count: Int, _ start: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 * 3 + start) }
    }

    @Test func `contexts are encoded as documented, and keyed and derived with`() throws {
        let key = bytes(32, 1)
        func vector(_ context: Context, _ label: String, _ fields: String) throws -> Vector {
            let master = try Key<MasterPurpose>.holding(key)
            let mac = master.mac(context).bytes
            let derived = try master.derive(RingPurpose.self, context: context).copied()
            #expect(mac == derived)
            return [
                "label": label, "fields": fields, "encoded": context.bytes.hex, "key": key.hex,
                "mac": mac.hex,
            ]
        }
        let empty = Context("strongroom/example/v1")
        var numbers = empty
        numbers.append(UInt64(0))
        numbers.append(UInt64.max)
        numbers.append(UInt128(1) << 100)
        var texts = empty
        texts.append("")
        texts.append("grüße")
        texts.append([UInt8]())
        texts.append(bytes(300, 5))
        try hold(
            "contexts.json", "schema/contexts.md",
            [
                try vector(empty, "strongroom/example/v1", ""),
                try vector(
                    numbers, "strongroom/example/v1",
                    "u64:0 u64:\(UInt64.max) u128:\((UInt128(1) << 100).hex)"),
                try vector(
                    texts, "strongroom/example/v1",
                    "text: text:grüße bytes: bytes:\(bytes(300, 5).hex)"),
            ])
    }

    @Test func `token texts and verifiers are made as documented`() throws {
        let key = try Key<TokenPurpose>.holding(bytes(32, 2))
        let places: [(TokenTextKind, UInt8, UInt128, [UInt8])] = [
            (.organization, 1, 0, [UInt8](repeating: 0, count: 32)),
            (.account, 1, (1 << 96) - 1, [UInt8](repeating: 255, count: 32)),
            (.integration, 1, 0x0102_0304_0506_0708_090A_0B0C, bytes(32, 9)),
            (.refresh, 2, 0x0102_0304_0506_0708_090A_0B0C, bytes(32, 10)),
        ]
        let vectors = try places.map { kind, secretKind, selector, secret -> Vector in
            let organization = UInt128(1) << 120 | 7
            let account: UInt128 = kind == .organization ? 0 : 1 << 100
            let integration: UInt128 = kind == .integration ? .max : 0
            let mac = unsafe key.verifier(
                kind: secretKind, organization: organization, account: account,
                integration: integration, selector: SelectorBytes(selector),
                secret: secret.span.bytes)
            let text = try TokenText.make(
                kind, selector: SelectorBytes(selector), secret: try Secret.holding(secret))
            return [
                "prefix": kind.prefix.description, "selector": String(selector.hex.dropFirst(8)),
                "secret": secret.hex, "text": String(decoding: text.copied(), as: UTF8.self),
                "kind": "\(secretKind)", "organization": organization.hex,
                "account": account.hex, "integration": integration.hex, "key": key.copied().hex,
                "verifier": mac.bytes.hex,
            ]
        }
        try hold("token-text.json", "schema/token-text.md", vectors)
    }

    @Test func `a passphrase is stretched as documented`() throws {
        let passphrase = Array("correct horse battery staple".utf8)
        let salt = bytes(16, 4)
        let key = try PasswordDerivation.masterKey(
            from: try Secret.holding(passphrase), salt: salt,
            opsLimit: PasswordDerivation.opsLimitMin,
            memoryBytes: PasswordDerivation.memoryBytesMin)
        try hold(
            "passphrase.json", "schema/key-ring.md",
            [
                [
                    "passphrase": passphrase.hex, "salt": salt.hex, "ops_limit": "2",
                    "memory_bytes": "\(64 << 20)", "key": key.copied().hex,
                ]
            ])
    }

    @Test func `key ring files are made as documented`() throws {
        let entropy = DeterministicEntropy(seed: 41)
        let ring = try KeyRing.generate(entropy: entropy, at: Instant(microseconds: 1_800_000_000))
        let derivations: [MasterDerivation] = [
            .given,
            .argon2id(
                salt: bytes(16, 6), opsLimit: PasswordDerivation.opsLimitDefault,
                memoryBytes: PasswordDerivation.memoryBytesDefault),
        ]
        let master = bytes(32, 3)
        let vectors = try derivations.map { derivation -> Vector in
            let file = try KeyRingFile.seal(
                ring, under: try Key.holding(master), derivation: derivation, entropy: entropy)
            let opened = try KeyRingFile.open(
                try KeyRingFile.header(of: file), with: try Key.holding(master))
            #expect(opened.vault == ring.vault)
            return [
                "master": master.hex, "file": file.hex, "vault": ring.vault.hex,
                "epoch": "\(ring.epoch)", "created_at": "1800000000",
                "wrapping": copied(ring.wrapping.newest),
                "recording": copied(ring.recording.newest),
                "verifying": copied(ring.verifying.newest), "rows": copied(ring.rows.newest),
                "idempotency": copied(ring.idempotency), "pseudonym": copied(ring.pseudonym),
                "audit_signing": copied(ring.auditSigning),
            ]
        }
        try hold("key-ring.json", "schema/key-ring.md", vectors)
    }

    private func copied<P>(_ box: KeyBox<P>?) -> String {
        box?.key.withBytes { $0.copied.hex } ?? ""
    }

    @Test func `private keys are wrapped as documented`() throws {
        let world = try World(seed: 42)
        let grant = try world.fixture.operatorGrant()
        let owners = [
            KeyOwner(organization: world.organization.id, account: nil), world.scope.keyOwner,
        ]
        let vectors = try owners.map { owner -> Vector in
            let pair = try world.vault.sealingKey(grant, of: owner)
            return [
                "organization": owner.organization.value.hex,
                "account": (owner.account?.value ?? 0).hex, "version": "\(pair.version)",
                "epoch": "\(pair.epoch)", "public_key": pair.publicKey.bytes.hex,
                "wrapping_key": copied(world.fixture.ring.wrapping[pair.epoch]),
                "wrapped": pair.wrappedPrivateKey.hex,
            ]
        }
        try hold("key-wrap.json", "schema/contexts.md", vectors)
    }

    /// The inner box holds a key of libsodium's own choosing: it is kept, and opened here.
    @Test func `credentials are sealed as documented`() throws {
        let world = try World(seed: 43)
        guard let id = world.integration.credential,
            var credential = try world.fixture.store.credential(id, in: world.scope.keyOwner)
        else { throw Refusal.absent }
        let pair = try world.vault.sealingKey(
            try world.fixture.operatorGrant(), of: world.scope.keyOwner)
        var sealed = credential.sealed.bytes
        if !VectorFile.isWriting {
            sealed = [UInt8](
                hex: try VectorFile.read("credential.json").vectors.first?["sealed"] ?? "")
        }
        credential.sealed = SealedCredential(keyVersion: 1, epoch: 1, bytes: sealed)
        try world.fixture.store.apply(.updateCredential(credential))
        try hold(
            "credential.json", "schema/contexts.md",
            [
                [
                    "organization": world.organization.id.value.hex,
                    "account": world.account.id.value.hex, "owner_kind": "6",
                    "owner": world.integration.id.value.hex, "credential": id.value.hex,
                    "version": "1", "key_version": "1", "epoch": "1",
                    "recording_key": copied(world.fixture.ring.recording.newest),
                    "wrapping_key": copied(world.fixture.ring.wrapping.newest),
                    "public_key": pair.publicKey.bytes.hex,
                    "wrapped": pair.wrappedPrivateKey.hex, "sealed": sealed.hex,
                    "type": "1", "fields": try released(world),
                ]
            ])
    }

    /// What the vault opens the kept value to: tag and content of each part.
    private func released(_ world: World) throws -> String {
        let place = Resource.integration(
            world.organization.id, AccountFacts(world.account),
            world.vault.facts(of: world.integration))
        let grant = try world.grant(world.text(world.leaf), .data(.credentialsUse), on: place)
        var fields: [String] = []
        try world.vault.release(grant).value.payload.forEachField { field, bytes in
            fields.append("\(field.rawValue):\(bytes.copied.hex)")
        }
        return fields.joined(separator: " ")
    }

    @Test func `remembered secrets are sealed as documented`() throws {
        let world = try World(seed: 44)
        let actor = try world.actor(world.text(world.root))
        let body = Array("{\"permission_set\": \"viewer\"}".utf8)
        let target: [UInt128] = [1, .max]
        let request = unsafe world.vault.idempotency(
            "key-1", actor: actor, operation: "mint", target: target, body: body.span.bytes)
        let minted = try world.mint(.viewer, by: world.root, remembering: request)
        guard let found = try Self.remembered(in: world, minted) else { throw Refusal.absent }
        try hold(
            "idempotency.json", "schema/contexts.md",
            [
                [
                    "idempotency_key": copied(world.fixture.ring.idempotency),
                    "actor": world.root.token.id.value.hex, "operation": "mint",
                    "target": target.map(\.hex).joined(separator: " "), "key": "key-1",
                    "body": body.hex, "key_digest": found.key.bytes.hex,
                    "request_digest": found.request.bytes.hex,
                    "organization": found.organization.value.hex, "token": found.token.value.hex,
                    "object": found.object.hex, "generation": "\(found.generation)",
                    "sealed": found.sealedSecrets.hex,
                    "access": String(decoding: world.text(minted), as: UTF8.self),
                    "refresh": String(decoding: world.refreshText(minted), as: UTF8.self),
                ]
            ])
    }

    /// By the digest that the documented context gives.
    private static func remembered(
        in world: World, _ minted: MintedToken
    ) throws -> IdempotencyRecord? {
        var context = Context("strongroom/idempotency-key/v1")
        context.append(world.root.token.id.value)
        context.append("mint")
        context.append(UInt128(1))
        context.append(UInt128.max)
        context.append("key-1")
        return try world.fixture.store.remembered(
            Digest(world.fixture.ring.idempotency.key.mac(context)))
    }
}
