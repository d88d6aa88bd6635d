import Crypto
import Foundation
import Store
import Support
import Testing
import Vault

/// What was deleted is not in any file of the database: neither the keys nor what they open.
@Suite struct `Shredding` {
    private let subject: StoreUnderTest
    private let vault: Vault

    init() throws {
        subject = try StoreUnderTest(.sqlite)
        vault = try Vault(
            store: subject.store, ring: subject.ring, clock: FixedClock(),
            entropy: DeterministicEntropy(seed: 3), lifetimes: Lifetimes(), catalogue: .small,
            cache: TokenCache(byteCount: 1 << 20))
    }

    private func step<T>(_ body: () throws(Refusal) -> T) throws -> T {
        let made = try vault.step(body)
        try vault.commit()
        return made
    }

    /// The database and its log, as somebody finds them who takes the disk.
    private func isOnDisk(_ bytes: [UInt8]) throws -> Bool {
        let directory = try #require(subject.directory)
        for file in ["strongroom.db", "strongroom.db-wal"] {
            let content = try Data(contentsOf: URL(filePath: directory.file(file)))
            if content.range(of: Data(bytes)) != nil { return true }
        }
        return false
    }

    private func makeTenant(_ operators: Grant) throws -> (Account, Integration) {
        let made = try step { () throws(Refusal) in
            try vault.createOrganization(
                operators, name: Name("acme"), fullname: nil, contact: nil, remembering: nil)
        }
        let account = try step { () throws(Refusal) in
            try vault.createAccount(operators, in: made.organization.id, Vault.NewAccount())
        }
        let scope = account.scope
        let integration = try step { () throws(Refusal) in
            let payload: CredentialPayload
            do {
                payload = try CredentialPayload.basic(username: "robot", secret: "swordfish")
            } catch {
                throw .secretMemoryExhausted
            }
            return try vault.createIntegration(
                operators, in: scope, Vault.NewIntegration(provider: ProviderID("jira")),
                credential: .inline(payload), remembering: nil)
        }
        return (account, integration.integration)
    }

    @Test func `a deleted account's wrapped key and sealed credentials are in no file`() throws {
        let operators = try authorize(.peer(uid: 0), .operators, on: .vault)
        let (account, integration) = try makeTenant(operators)
        let owner = account.scope.keyOwner
        let id = try #require(integration.credential)
        let pair = try #require(try subject.store.newestKeyPair(of: owner))
        let credential = try #require(try subject.store.credential(id, in: owner))
        let own = KeyOwner.shared(account.organization)
        let kept = try #require(try subject.store.newestKeyPair(of: own)).wrappedPrivateKey
        // A value that was replaced is as dead as one that was deleted.
        let newer = try CredentialPayload.basic(username: "robot", secret: "xyzzy")
        let replaced = try step { () throws(Refusal) in
            try vault.replace(operators, credential, with: newer, expires: nil)
        }
        let secrets = [
            pair.wrappedPrivateKey, credential.sealed.bytes, replaced.sealed.bytes,
        ]
        for secret in secrets { #expect(try isOnDisk(secret)) }
        try step { () throws(Refusal) in try vault.delete(operators, account) }
        #expect(vault.needsScrub)
        try vault.scrub()
        for secret in secrets { #expect(try !isOnDisk(secret)) }
        #expect(try isOnDisk(kept))
        #expect(try subject.store.newestKeyPair(of: owner) == nil)
        #expect(!vault.needsScrub)
    }
}
