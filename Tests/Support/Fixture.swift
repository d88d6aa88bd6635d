package import Crypto
package import Store
package import Vault

/// A vault to test with: its own clock and randomness, a small catalogue, either store below.
package final class Fixture {
    package enum Engine: CaseIterable, Sendable { case memory, sqlite }

    package let vault: Vault
    package let store: any Store
    package let ring: KeyRing
    package let clock: FixedClock
    package let entropy: DeterministicEntropy
    private let directory: TemporaryDirectory?

    /// - Parameter rowByteCount: none where a test changes rows behind the vault's back.
    package init(
        _ engine: Engine = .memory, seed: UInt64 = 1, lifetimes: Lifetimes = Lifetimes(),
        rowByteCount: Int = 0
    ) throws {
        clock = FixedClock()
        entropy = DeterministicEntropy(seed: seed)
        ring = try KeyRing.generate(entropy: entropy, at: clock.now())
        switch engine {
        case .memory:
            directory = nil
            store = MemoryStore(vault: ring.vault)
        case .sqlite:
            let directory = try TemporaryDirectory()
            self.directory = directory
            store = try SQLiteStore.makeTemporary(in: directory, ring: ring)
        }
        vault = try Vault(
            store: store, ring: ring, clock: clock, entropy: entropy, lifetimes: lifetimes,
            catalogue: .small, cache: TokenCache(byteCount: 1 << 20), rowByteCount: rowByteCount)
    }

    /// What an operator's socket gives; operations that ask for no principal take it.
    package func operatorGrant() throws -> Grant {
        try authorize(.peer(uid: 0), .operators, on: .vault)
    }

    package func makeOrganization(_ name: String) throws -> Vault.MadeOrganization {
        let grant = try operatorGrant()
        return try vault.step { () throws(Refusal) in
            try vault.createOrganization(
                grant, name: Name(name), fullname: nil, contact: nil, remembering: nil)
        }
    }

    package func makeAccount(
        _ name: String, in organization: OrganizationID, labels: [String] = []
    ) throws -> Account {
        var new = Vault.NewAccount()
        new.name = Name(name)
        new.labels = labels
        let grant = try operatorGrant()
        return try vault.step { () throws(Refusal) in
            try vault.createAccount(grant, in: organization, new)
        }
    }

    /// With a credential of its own whose secret is `secret`.
    package func makeIntegration(
        _ name: String, in account: Account, secret: String = "swordfish"
    ) throws -> Vault.MadeIntegration {
        var new = Vault.NewIntegration(provider: ProviderID("jira"))
        new.name = Name(name)
        let scope = account.scope
        let grant = try operatorGrant()
        return try vault.step { () throws(Refusal) in
            let source: Vault.CredentialSource
            do {
                source = .inline(try CredentialPayload.basic(username: "robot", secret: secret))
            } catch {
                throw .secretMemoryExhausted
            }
            return try vault.createIntegration(
                grant, in: scope, new, credential: source, remembering: nil)
        }
    }

    /// The verified holder of a minted token's access secret.
    package func principal(_ minted: MintedToken) throws -> Principal {
        guard let record = try vault.record(minted.token.selector) else {
            throw Refusal.unknownToken
        }
        return record.principal(.primary)
    }
}

extension SQLiteStore {
    /// A new database in an empty directory.
    package static func makeTemporary(
        in directory: TemporaryDirectory, ring: KeyRing
    ) throws -> SQLiteStore {
        let path = directory.file("strongroom.db")
        try SQLiteStore.create(at: path, ring: ring)
        return try SQLiteStore(opening: path, ring: ring)
    }
}

extension CredentialPayload {
    package static func basic(
        username: String, secret: String
    ) throws(CryptoError) -> CredentialPayload {
        let values: [CredentialField: [UInt8]] = [
            .username: Array(username.utf8), .secret: Array(secret.utf8),
        ]
        return try CredentialPayload(
            type: .basic,
            parts: [(.username, username.utf8.count), (.secret, secret.utf8.count)]
        ) { field, bytes, offset in
            for (index, byte) in (values[field] ?? []).enumerated() {
                bytes.setByte(byte, at: offset + index)
            }
        }
    }
}

extension Catalogue {
    /// Two categories, three providers.
    package static var small: Catalogue {
        Catalogue(
            connectors: [
                Connector(id: ConnectorID("ticketing"), fullname: "Ticketing", summary: "Tickets."),
                Connector(id: ConnectorID("siem"), fullname: "SIEM", summary: "Events."),
            ],
            providers: [
                Provider(
                    id: ProviderID("jira"), fullname: "Jira", connector: ConnectorID("ticketing"),
                    credentialTypes: [.basic, .oAuthClient]),
                Provider(
                    id: ProviderID("servicenow"), fullname: "ServiceNow",
                    connector: ConnectorID("ticketing"), credentialTypes: [.basic, .token]),
                Provider(
                    id: ProviderID("splunk"), fullname: "Splunk", connector: ConnectorID("siem"),
                    credentialTypes: [.token]),
            ])
    }
}
