package import Audit
package import Crypto
package import Vault

/// Records to store, each with identifiers of its own; what they say is made up.
package struct Specimens {
    private let entropy: DeterministicEntropy
    package let start = Instant(microseconds: 1_800_000_000_000_000)

    package init(seed: UInt64 = 11) { entropy = DeterministicEntropy(seed: seed) }

    package func id<Kind>() -> Identifier<Kind> { Identifier(entropy.uint128()) }

    package func mac() -> MAC {
        // 32 bytes are what it takes: no other length is refused.
        (try? unsafe MAC(copying: bytes(32).span.bytes)) ?? .zero
    }

    package func digest() -> Digest { Digest(mac()) }

    package func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        entropy.fill(&raw)
        return bytes
    }

    package func organization(
        _ name: String, contact: String? = "ops@example.test"
    ) -> Organization {
        Organization(
            id: id(), name: Name(stored: name), fullname: "The \(name)", contact: contact,
            state: .enabled, defaultToken: id(), createdAt: start, updatedAt: start, revision: 1)
    }

    package func account(_ name: String, in organization: OrganizationID) -> Account {
        Account(
            organization: organization, id: id(), name: Name(stored: name),
            fullname: "The \(name)", environment: .test, labels: ["gold", "", "été"],
            createdAt: start, updatedAt: start, revision: 1)
    }

    package func integration(
        _ name: String, in account: Account, at point: IntegrationPoint? = nil
    ) -> Integration {
        Integration(
            organization: account.organization, account: account.id, id: id(),
            name: Name(stored: name), fullname: "The \(name)", provider: ProviderID("jira"),
            integrationPoint: point?.id, providerConfig: Array(#"{"site":"a"}"#.utf8),
            credential: id(), state: .enabled, defaultToken: id(), createdAt: start,
            updatedAt: start, revision: 1)
    }

    package func integrationPoint(
        _ name: String, in organization: OrganizationID
    ) -> IntegrationPoint {
        var rules = ProviderRules()
        rules[.prod] = ProviderRule(
            allow: .all, deny: .only([ProviderID("jira"), ProviderID("asana")]))
        return IntegrationPoint(
            organization: organization, id: id(), name: Name(stored: name),
            fullname: "The \(name)", connector: ConnectorID("ticketing"), environments: rules,
            createdAt: start, updatedAt: start, revision: 1)
    }

    package func credential(
        _ name: String, in owner: KeyOwner, of holder: CredentialOwner
    ) -> Credential {
        Credential(
            organization: owner.organization, account: owner.account, owner: holder, id: id(),
            name: Name(stored: name), fullname: "The \(name)", type: .basic, version: 1,
            expires: nil, createdAt: start, updatedAt: start, revision: 1,
            sealed: SealedCredential(keyVersion: 1, epoch: 1, bytes: bytes(360)))
    }

    package func role(
        _ name: String, in organization: OrganizationID, resources: Resources? = nil
    ) -> Role {
        Role(
            organization: organization, id: id(), name: Name(stored: name),
            fullname: "The \(name)", permissionSet: .accountManager, resources: resources,
            createdAt: start, updatedAt: start, revision: 1)
    }

    package func member(
        _ name: String, in organization: OrganizationID, roles: [RoleID] = []
    ) -> Member {
        let cost = SecretCost(salt: bytes(16), opsLimit: 2, memoryBytes: 64 << 20)
        return Member(
            organization: organization, id: id(), name: Name(stored: name),
            fullname: "The \(name)", kind: .service, state: .enabled, roles: roles,
            timeToLive: .hours(2), secret: MemberSecret(cost: cost, epoch: 1, mac: mac()),
            secretSetAt: start, createdAt: start, updatedAt: start, revision: 1)
    }

    package func generation(_ number: UInt32) -> Generation {
        Generation(
            number: number, epoch: 1, access: mac(), refresh: mac(), createdAt: start,
            expires: start.advanced(by: .days(1)))
    }

    package func token(
        in organization: OrganizationID, account: AccountID? = nil,
        integration: IntegrationID? = nil, parent: TokenID? = nil, member: MemberID? = nil,
        resources: Resources? = nil
    ) -> Token {
        let id: TokenID = id()
        return Token(
            id: id, selector: SelectorBytes(entropy.uint128()), organization: organization,
            account: account, integration: integration,
            level: integration != nil ? .integration : account != nil ? .account : .organization,
            origin: parent == nil ? .byDefault : .adhoc, parent: parent, parentLineage: 3,
            member: member, name: Name(stored: id.text), fullname: "A token",
            permissionSet: .viewer,
            resources: resources
                ?? Resources(
                    accounts: Resources.Accounts(
                        ids: [self.id()], labels: [], environments: [.prod]),
                    integrations: Resources.Integrations(
                        ids: nil, connectors: [ConnectorID("siem")])),
            timeToLive: .hours(1), end: start.advanced(by: .days(2)), createdAt: start,
            updatedAt: start, revision: 1, lineage: 2, revokedAt: nil, primary: generation(2),
            secondary: generation(1))
    }

    package func keyPair(of owner: KeyOwner, version: UInt32 = 1) throws -> KeyPairRecord {
        KeyPairRecord(
            owner: owner, version: version, id: entropy.uint128(), epoch: 1,
            publicKey: try PublicKey(bytes(32)), wrappedPrivateKey: bytes(72), createdAt: start)
    }

    package func use(of token: Token, count: UInt64 = 1) -> Use {
        Use(
            organization: token.organization, object: token.id.value,
            generation: token.primary.number, count: count, lastUsedAt: start)
    }

    package func answer(about token: Token, expires: Instant? = nil) -> IdempotencyRecord {
        IdempotencyRecord(
            key: digest(), request: digest(), organization: token.organization, token: token.id,
            object: 0, generation: token.primary.number, sealedSecrets: bytes(104),
            createdAt: start, expires: expires ?? start.advanced(by: .minutes(10)))
    }

    /// Records that are no events: storage does not look into them.
    package func batch(_ range: ClosedRange<UInt64>) -> AuditBatch {
        AuditBatch(
            first: range.lowerBound, last: range.upperBound, firstTime: start, lastTime: start,
            root: digest(), records: bytes(range.count * AuditRecord.byteCount))
    }

    package func head(size: UInt64) -> AuditHead {
        var head = AuditHead()
        head.size = size
        head.root = digest()
        head.frontier = [digest(), digest()]
        head.lastTime = start
        head.lastGeneration = 9
        head.checkpoint = bytes(180)
        return head
    }
}
