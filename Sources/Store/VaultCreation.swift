package import Audit
package import Crypto
import Linux
package import Vault

/// Making a new vault, whole or not at all.
///
/// Every file is durable before the key ring is, and the ring's rename is the moment at which the
/// vault is there: a crash before it leaves what `open` calls unfinished, never half a vault.
extension VaultDirectory {
    /// What the operator is told of a new vault.
    package struct New: Sendable {
        package let vault: UInt128
        package let directory: VaultDirectory
        /// The audit log's public key, to be kept elsewhere.
        package let auditKey: VerifierKey
        package let warning: String?
    }

    package static func create(
        at path: String, unseal: UnsealMethod? = nil, entropy: some Entropy, clock: some Clock,
        passphrases: any PassphraseSource = StandardPassphraseSource()
    ) throws(VaultDirectoryError) -> New {
        let unseal = unseal ?? .standard(for: path)
        var creation = try VaultCreation(path, unseal)
        do {
            return try creation.run(passphrases, entropy, clock)
        } catch {
            creation.undo()
            throw error
        }
    }
}

/// A vault in the making, and what has to go again if it fails.
private struct VaultCreation {
    private let directory: VaultDirectory
    private let unseal: UnsealMethod
    private let isDirectoryMade: Bool
    private var lock: DirectoryLockBox?
    /// In the order in which they were made.
    private var made: [String] = []

    init(_ given: String, _ unseal: UnsealMethod) throws(VaultDirectoryError) {
        self.unseal = unseal
        do throws(Errno) {
            isDirectoryMade = try FileStatus.of(given) == nil
            if isDirectoryMade { try DurableFile.makeDirectory(given, mode: 0o700) }
            directory = VaultDirectory(path: try Path.resolved(given))
        } catch {
            throw .system("\(given) cannot be made: \(error)")
        }
    }

    mutating func run(
        _ passphrases: any PassphraseSource, _ entropy: some Entropy, _ clock: some Clock
    ) throws(VaultDirectoryError) -> VaultDirectory.New {
        try takeDirectory()
        let source = MasterKeySource(method: unseal, passphrases: passphrases)
        let master = try source.new(entropy)
        if let file = master.madeFile { made.append(file) }
        let ring: KeyRing
        let sealed: [UInt8]
        do {
            ring = try KeyRing.generate(entropy: entropy, at: clock.now())
            sealed = try KeyRingFile.seal(
                ring, under: master.key, derivation: master.derivation, entropy: entropy)
        } catch {
            throw .system("no locked memory for the key ring: raise RLIMIT_MEMLOCK")
        }
        let auditKey = try auditKey(of: ring)
        try makeParts(ring, auditKey)
        try makeRing(sealed)
        return VaultDirectory.New(
            vault: ring.vault, directory: directory, auditKey: auditKey,
            warning: unseal.warning(for: directory.path))
    }

    /// Nothing is written before the directory was seen to be empty, and nothing is kept unless it
    /// still is when it is ours alone.
    private mutating func takeDirectory() throws(VaultDirectoryError) {
        try requireEmpty()
        let hadLock = try directory.exists(directory.lock)
        lock = DirectoryLockBox(try directory.locked())
        if !hadLock { made.append(directory.lock) }
        try requireEmpty()
        try directory.lookedUp { () throws(Errno) in
            try Path.setPermissions(0o700, of: directory.path)
        }
    }

    private func requireEmpty() throws(VaultDirectoryError) {
        let status = try directory.lookedUp { () throws(Errno) in
            try FileStatus.of(directory.path)
        }
        guard let status, status.isDirectory else {
            throw .foreign("\(directory.path) is not a directory: choose another place")
        }
        let names = try directory.lookedUp { () throws(Errno) in
            try DurableFile.names(in: directory.path)
        }
        // A key file may have been put there beforehand.
        guard names.allSatisfy({ $0 == "lock" || isKeyFile($0) }) else {
            throw .occupied(path: directory.path)
        }
    }

    private func isKeyFile(_ name: String) -> Bool {
        guard case .keyFile(let path) = unseal,
            // A parent that cannot be looked at is not this directory.
            let parent = try? Path.resolved(DurableFile.parent(of: path))
        else { return false }
        return parent == directory.path && path.hasSuffix("/" + name)
    }

    private func auditKey(of ring: KeyRing) throws(VaultDirectoryError) -> VerifierKey {
        guard let key = ring.auditVerifierKey else {
            throw .system("no locked memory for the audit log's key: raise RLIMIT_MEMLOCK")
        }
        return key
    }

    private mutating func makeParts(
        _ ring: KeyRing, _ auditKey: VerifierKey
    ) throws(VaultDirectoryError) {
        made.append(directory.database)
        do {
            try SQLiteStore.create(at: directory.database, ring: ring)
            made.append(directory.anchor)
            try AnchorFile.create(at: directory.anchor, ring: ring)
        } catch {
            throw directory.refusal(error)
        }
        try make(directory.segments) { (path) throws(Errno) in
            try DurableFile.makeDirectory(path, mode: 0o700)
        }
        let text = Array((auditKey.text + "\n").utf8)
        try make(directory.auditKey) { (path) throws(Errno) in
            try unsafe DurableFile.create(path, with: text.span.bytes, mode: 0o600)
        }
    }

    /// From here on there is a vault.
    private mutating func makeRing(_ sealed: [UInt8]) throws(VaultDirectoryError) {
        try make(directory.ring) { (path) throws(Errno) in
            try unsafe DurableFile.replace(path, with: sealed.span.bytes, mode: 0o600)
        }
    }

    private mutating func make(
        _ path: String, _ body: (String) throws(Errno) -> Void
    ) throws(VaultDirectoryError) {
        made.append(path)
        do {
            try body(path)
        } catch {
            throw .system("\(path) cannot be made: \(error)")
        }
    }

    /// Takes away what was made; what cannot be taken away is found by the next `init`.
    mutating func undo() {
        for path in made.reversed() {
            if path == directory.segments {
                try? Path.removeDirectory(path)
            } else {
                for side in ["", "-wal", "-shm", "-journal", ".new"] {
                    // Most of these are not there.
                    try? DurableFile.remove(path + side)
                }
            }
        }
        lock = nil
        // Fails where something of somebody else's has come in the meantime.
        if isDirectoryMade { try? Path.removeDirectory(directory.path) }
    }
}

/// Lets a lock be an optional part of a value.
private final class DirectoryLockBox {
    private let lock: DirectoryLock

    init(_ lock: consuming DirectoryLock) { self.lock = lock }
}

extension KeyRing {
    /// Names the vault's log in checkpoints: `strongroom.log/<the vault's id in base62>`.
    package var auditOrigin: String {
        var id: [UInt8] = []
        Base62.append(vault, width: Base62.width16, to: &id)
        return "strongroom.log/" + String(decoding: id, as: UTF8.self)
    }

    /// What the log's checkpoints are verified with; nil for want of locked memory.
    package var auditVerifierKey: VerifierKey? {
        // There is nothing else that can fail: any seed makes a key.
        guard let key = try? SigningKey(seed: auditSigning.key).publicKey else { return nil }
        return VerifierKey(name: auditOrigin, key: key)
    }
}
