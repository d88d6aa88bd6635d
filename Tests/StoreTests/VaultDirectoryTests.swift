import Audit
import Crypto
import Foundation
import Linux
import Store
import Support
import Testing
import Vault

/// Making and opening a data directory; whatever is refused is left as it was.
@Suite struct `A vault directory` {
    let root: TemporaryDirectory
    let clock = FixedClock()

    init() throws { root = try TemporaryDirectory() }

    private var path: String { root.file("vault") }
    private var keyFile: UnsealMethod { .keyFile(path: root.file("master.key")) }

    @discardableResult
    private func make(
        _ path: String? = nil, _ unseal: UnsealMethod? = nil, seed: UInt64 = 5
    ) throws -> VaultDirectory.New {
        try VaultDirectory.create(
            at: path ?? self.path, unseal: unseal ?? keyFile,
            entropy: DeterministicEntropy(seed: seed), clock: clock, passphrases: NoPassphrase())
    }

    private func open(
        _ path: String? = nil, _ unseal: UnsealMethod? = nil
    ) throws -> OpenedVault {
        try VaultDirectory.open(
            at: path ?? self.path, unseal: unseal ?? keyFile, passphrases: NoPassphrase())
    }

    /// Opening is refused with such an error, in one sentence, and nothing was touched.
    private func expectRefused(
        _ path: String? = nil, _ unseal: UnsealMethod? = nil,
        sourceLocation: SourceLocation = #_sourceLocation,
        where matches: (VaultDirectoryError) -> Bool
    ) throws {
        let before = try root.contents()
        #expect(sourceLocation: sourceLocation) {
            _ = try open(path, unseal)
        } throws: { error in
            guard let error = error as? VaultDirectoryError else { return false }
            return matches(error) && error.description.contains(/: |use|restore|stop/)
        }
        #expect(try root.contents() == before, sourceLocation: sourceLocation)
    }

    private func change(_ file: String, _ body: (inout Data) -> Void) throws {
        let file = path + "/" + file
        var content = try #require(FileManager.default.contents(atPath: file))
        body(&content)
        try content.write(to: URL(fileURLWithPath: file))
    }

    @Test func `there is no vault where there is nothing`() throws {
        try expectRefused { $0 == .absent(path: path) }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        try expectRefused { $0 == .absent(path: path) }
        try Data("hello".utf8).write(to: URL(fileURLWithPath: path + "/notes.txt"))
        try expectRefused { $0 == .absent(path: path) }
        try expectRefused(path + "/notes.txt") { error in
            if case .foreign = error { true } else { false }
        }
    }

    @Test func `a vault is not opened with another's key`() throws {
        try make()
        let other = root.file("other.key")
        try make(root.file("other"), .keyFile(path: other), seed: 6)
        try expectRefused(nil, .keyFile(path: other)) { $0 == .wrongKey }
        try expectRefused(nil, .passphrase) { error in
            if case .unseal = error { true } else { false }
        }
    }

    @Test func `the parts of two vaults do not make one`() throws {
        try make()
        try make(root.file("other"), .keyFile(path: root.file("other.key")), seed: 6)
        try FileManager.default.removeItem(atPath: path + "/strongroom.db")
        try FileManager.default.copyItem(
            atPath: root.file("other") + "/strongroom.db", toPath: path + "/strongroom.db")
        try expectRefused { error in if case .damaged = error { true } else { false } }
    }

    @Test func `a second opener is locked out until the first lets go`() throws {
        try make()
        let first = try open()
        try expectRefused { $0 == .locked(path: path) }
        #expect(throws: VaultDirectoryError.locked(path: path)) {
            _ = try OfflineAudit(of: path)
        }
        #expect(try first.store.counts() == StoreCounts())
    }

    @Test(arguments: ["strongroom.db", "audit", "audit-key.pub"])
    func `a missing part is missed`(_ part: String) throws {
        try make()
        try FileManager.default.removeItem(atPath: path + "/" + part)
        try expectRefused { error in if case .damaged = error { true } else { false } }
    }

    @Test func `a damaged key ring is not opened, wherever the damage is`() throws {
        try make()
        let whole = try #require(FileManager.default.contents(atPath: path + "/key-ring"))
        for offset in stride(from: 0, to: whole.count, by: 13) {
            try change("key-ring") { $0[offset] ^= 0x40 }
            try expectRefused { error in
                switch error {
                case .damaged, .foreign, .wrongKey, .unseal: true
                default: false
                }
            }
            try change("key-ring") { $0 = whole }
        }
        try change("key-ring") { $0.removeLast() }
        try expectRefused { error in if case .damaged = error { true } else { false } }
    }

    @Test func `a file that is no database is not opened`() throws {
        try make()
        try change("strongroom.db") { $0 = Data(repeating: 0x41, count: 8192) }
        try expectRefused { error in if case .damaged = error { true } else { false } }
    }

    @Test func `a directory that others may write in is not used`() throws {
        try make()
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
        try expectRefused { error in if case .foreign = error { true } else { false } }
    }

    @Test func `a vault is not made where something is`() throws {
        try make()
        let before = try root.contents()
        #expect(throws: VaultDirectoryError.occupied(path: path)) { try make() }
        #expect(try root.contents() == before)
        let other = root.file("documents")
        try FileManager.default.createDirectory(
            atPath: other, withIntermediateDirectories: false)
        try Data("hello".utf8).write(to: URL(fileURLWithPath: other + "/notes.txt"))
        #expect(throws: VaultDirectoryError.occupied(path: other)) { try make(other) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: other) == ["notes.txt"])
    }

    @Test func `a failed making leaves nothing behind`() throws {
        for unseal in [
            UnsealMethod.passphrase, .keyFile(path: root.file("absent/master.key")),
            .credential(name: "strongroom"),
        ] {
            #expect(throws: VaultDirectoryError.self) { try make(nil, unseal) }
            #expect(try root.contents().isEmpty)
        }
        // What was there before stays.
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
        #expect(throws: VaultDirectoryError.self) { try make(nil, .passphrase) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
    }

    @Test func `a crash before the key ring leaves no vault`() throws {
        try make()
        try FileManager.default.removeItem(atPath: path + "/key-ring")
        try expectRefused { $0 == .unfinished(path: path) }
        #expect(throws: VaultDirectoryError.occupied(path: path)) { try make() }
    }

    @Test func `nobody else may read what is made, whatever the umask`() throws {
        let before = umask(0)
        defer { umask(before) }
        let new = try make(nil, .standard(for: path))
        #expect(new.warning?.contains("stolen disk") == true)
        let opened = try open(nil, .standard(for: path))
        try opened.store.apply(.putStanding(try opened.store.standing()))
        try opened.store.commit()
        let name = try #require(SegmentName(first: 0, last: 1))
        try opened.segments.create(name, [[1, 2], [3]])
        var names = Set<String>()
        for (file, _) in try root.contents() {
            let status = try #require(try FileStatus.of(root.file(file)))
            #expect(status.permissions == (status.isDirectory ? 0o700 : 0o600), "\(file)")
            names.insert(file)
        }
        #expect(names.contains("vault/strongroom.db-wal"))
        #expect(names.contains("vault/master.key"))
        #expect(!names.contains("vault/strongroom.db-shm"))
    }

    @Test func `what is made can be opened, again and again`() throws {
        let new = try make()
        for generation in 0..<3 {
            let opened = try open()
            #expect(opened.ring.vault == new.vault)
            #expect(opened.ring.auditVerifierKey == new.auditKey)
            var standing = try opened.store.standing()
            #expect(standing.generation == UInt64(generation))
            standing.generation += 1
            try opened.store.apply(.putStanding(standing))
            try opened.store.commit()
        }
        #expect(new.auditKey.name.hasPrefix("strongroom.log/"))
    }

    @Test func `a stopped vault's log is read without its keys`() throws {
        let new = try make()
        let batch = Specimens().batch(0...4)
        do {
            let opened = try open()
            try opened.store.append(batch, head: Specimens().head(size: 5))
            try opened.store.commit()
        }
        try FileManager.default.removeItem(atPath: root.file("master.key"))
        let before = try root.contents()
        do {
            let log = try OfflineAudit(of: path)
            #expect(try log.ownKey() == new.auditKey)
            #expect(try log.auditHead().size == 5)
            #expect(try log.auditBatches(from: 2, byteCountMax: 1) == [batch])
            #expect(try log.segments.list().isEmpty)
            #expect(throws: StoreError.self) { try log.putHead(AuditHead()) }
        }
        #expect(try root.contents() == before)
    }

    @Test func `a log is read by who brings its key, whatever became of the one beside it`() throws
    {
        try make()
        try FileManager.default.removeItem(atPath: path + "/audit-key.pub")
        let log = try OfflineAudit(of: path)
        #expect(throws: VaultDirectoryError.self) { try log.ownKey() }
        #expect(try log.auditHead() == AuditHead())
    }
}

/// Where nobody is there to be asked.
struct NoPassphrase: PassphraseSource {
    func passphrase(isNew: Bool) throws(VaultDirectoryError) -> Secret {
        throw .unseal("there is nobody to ask: use a key file")
    }
}
