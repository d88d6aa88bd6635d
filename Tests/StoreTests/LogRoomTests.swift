import Crypto
import Foundation
import Store
import Support
import Testing
import Vault

/// Blocks that the engine's log is given beforehand.
@Suite struct `Room in the log` {
    private static let files = ["strongroom.db", "strongroom.db-wal"]

    /// Both files as they are while the store is open.
    private func whatAKillLeaves(of directory: TemporaryDirectory) throws -> TemporaryDirectory {
        let copy = try TemporaryDirectory()
        for name in Self.files {
            try FileManager.default.copyItem(
                atPath: directory.file(name), toPath: copy.file(name))
        }
        return copy
    }

    @Test func `what was committed is there when the process ends without closing`() throws {
        let directory = try TemporaryDirectory()
        let ring = try KeyRing.generate(
            entropy: DeterministicEntropy(seed: 3), at: Instant(microseconds: 0))
        let store = try SQLiteStore.makeTemporary(in: directory, ring: ring)
        try store.makeLogRoom()
        let log = directory.file("strongroom.db-wal")
        let room = try #require(
            try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int)
        #expect(room == 8 << 20)
        let tenant = try Tenant(Specimens(seed: 9), "acme", in: store)
        try store.commit()
        let copy = try whatAKillLeaves(of: directory)
        let recovered = try SQLiteStore(opening: copy.file("strongroom.db"), ring: ring)
        #expect(try recovered.organization(tenant.organization.id) == tenant.organization)
        #expect(try recovered.account(tenant.account.id, in: tenant.organization.id) != nil)
    }

    @Test func `what was deleted before a kill is in no file when the log has its room`() throws {
        let directory = try TemporaryDirectory()
        let ring = try KeyRing.generate(
            entropy: DeterministicEntropy(seed: 5), at: Instant(microseconds: 0))
        let store = try SQLiteStore.makeTemporary(in: directory, ring: ring)
        let tenant = try Tenant(Specimens(seed: 4), "acme", in: store)
        try store.commit()
        try store.apply(.deleteOrganization(tenant.organization.id))
        try store.commit()
        let copy = try whatAKillLeaves(of: directory)
        func isThere() throws -> Bool {
            try Self.files.contains { name in
                try Data(contentsOf: URL(filePath: copy.file(name)))
                    .range(of: Data(tenant.credential.sealed.bytes)) != nil
            }
        }
        #expect(try isThere())
        let next = try SQLiteStore(opening: copy.file("strongroom.db"), ring: ring)
        try next.makeLogRoom()
        #expect(try !isThere())
    }

    @Test func `a log that holds commits keeps them and grows behind them`() throws {
        let directory = try TemporaryDirectory()
        let ring = try KeyRing.generate(
            entropy: DeterministicEntropy(seed: 4), at: Instant(microseconds: 0))
        let store = try SQLiteStore.makeTemporary(in: directory, ring: ring)
        let first = try Tenant(Specimens(seed: 1), "acme", in: store)
        try store.commit()
        try store.makeLogRoom()
        let second = try Tenant(Specimens(seed: 2), "globex", in: store)
        try store.commit()
        try store.scrub()
        for tenant in [first, second] {
            #expect(try store.organization(tenant.organization.id) == tenant.organization)
        }
    }
}
