import Linux
import SQLite
package import Vault

/// Everything of one vault on disk, below one directory of mode 0700:
///
///     key-ring          the vault's keys, sealed; made last, so that without it there is no vault
///     anchor            how far the database has come, so that an older one shows
///     strongroom.db     state and the hot end of the audit log (and -wal beside it)
///     audit/            sealed segments
///     audit-key.pub     the log's public key, for whoever verifies it
///     reserve           room for revocations on a full disk
///     lock              held by the one daemon that uses the directory
package struct VaultDirectory {
    /// Absolute, without symbolic links.
    package let path: String

    var ring: String { path + "/key-ring" }
    var anchor: String { path + "/anchor" }
    var database: String { path + "/strongroom.db" }
    package var segments: String { path + "/audit" }
    package var auditKey: String { path + "/audit-key.pub" }
    var lock: String { path + "/lock" }

    init(path: String) { self.path = path }

    /// A vault's directory as it is; whether its parts are sound is not looked at.
    package init(existing given: String) throws(VaultDirectoryError) {
        do throws(Errno) {
            path = try Path.resolved(given)
        } catch .noEntry {
            throw .absent(path: given)
        } catch {
            throw .system("\(given) cannot be looked at: \(error)")
        }
        guard let status = try lookedUp({ () throws(Errno) in try FileStatus.of(path) }),
            status.isDirectory
        else {
            throw .foreign("\(given) is not a directory: correct --data")
        }
        guard status.permissions & 0o022 == 0 else {
            throw .foreign("others may write in \(given): chmod it to 0700, then look who did")
        }
        guard try exists(ring) else {
            throw try exists(database) ? .unfinished(path: given) : .absent(path: given)
        }
    }

    func exists(_ file: String) throws(VaultDirectoryError) -> Bool {
        try lookedUp { () throws(Errno) in try FileStatus.of(file) != nil }
    }

    func lookedUp<T>(_ body: () throws(Errno) -> T) throws(VaultDirectoryError) -> T {
        do {
            return try body()
        } catch {
            throw .system("\(path) cannot be used: \(error)")
        }
    }

    /// A daemon that has just ended, or a program that is just being started by its holder, has
    /// the lock for an instant longer.
    private static let lockAttempts = 50

    /// Held until the holder lets go or the process ends.
    func locked() throws(VaultDirectoryError) -> DirectoryLock {
        for _ in 0..<Self.lockAttempts {
            do {
                return try DirectoryLock(lock)
            } catch {
                guard error == .wouldBlock else {
                    throw .system("\(lock) cannot be locked: \(error)")
                }
                SystemTime.sleep(milliseconds: 20)
            }
        }
        throw .locked(path: path)
    }
}

/// A vault's storage, opened; the directory is this process's until it is let go.
package final class OpenedVault {
    package let directory: VaultDirectory
    package let ring: KeyRing
    package let store: SQLiteStore
    package let segments: SegmentDirectory
    package let anchor: AnchorFile
    /// What was accepted when it was opened, to be put on the log.
    package let rollback: Rollback?
    private let lock: DirectoryLock

    init(
        directory: VaultDirectory, ring: KeyRing, store: SQLiteStore, anchor: AnchorFile,
        rollback: Rollback?, lock: consuming DirectoryLock
    ) {
        self.directory = directory
        self.ring = ring
        self.store = store
        self.anchor = anchor
        self.rollback = rollback
        self.lock = lock
        segments = SegmentDirectory(path: directory.segments)
    }
}

extension VaultDirectory {
    /// Opens a vault. Whatever is refused, the directory is left as it was, but that an accepted database
    /// without its register stays refused until it is accepted again.
    ///
    /// The lock comes first; the database is opened only by who has the master key.
    ///
    /// - Parameter acceptsRollback: goes on from an older database, which must be one.
    package static func open(
        at path: String, unseal: UnsealMethod,
        passphrases: any PassphraseSource = StandardPassphraseSource(),
        acceptsRollback: Bool = false
    ) throws(VaultDirectoryError) -> OpenedVault {
        let directory = try VaultDirectory(existing: path)
        let lock = try directory.locked()
        let source = MasterKeySource(method: unseal, passphrases: passphrases)
        let ring = try directory.unlockedRing(source)
        for part in [directory.database, directory.segments, directory.auditKey]
        where try !directory.exists(part) {
            throw .damaged("\(part) is missing: restore a backup")
        }
        let database = try directory.used { () throws(StoreError) in
            try InspectedDatabase(directory.database)
        }
        let (anchor, rollback) = try directory.used { () throws(StoreError) in
            try directory.anchored(database, ring)
        }
        if let rollback, !acceptsRollback { throw .rolledBack(rollback) }
        if rollback == nil, acceptsRollback { throw .nothingToAccept }
        if let rollback, rollback.lacksRegister, let remembered = rollback.remembered {
            // The register is made below, before the acceptance is on the log: until it is, the
            // database must not be taken for one that needs none.
            try directory.used { () throws(StoreError) in
                try anchor.hold(
                    HighWaterMark(
                        generation: remembered.generation,
                        epoch: max(rollback.found.epoch, remembered.epoch) + 1,
                        recordCount: remembered.recordCount))
            }
        }
        let store = try directory.used { () throws(StoreError) in
            try SQLiteStore(database, ring: ring)
        }
        return OpenedVault(
            directory: directory, ring: ring, store: store, anchor: anchor, rollback: rollback,
            lock: lock)
    }

    /// Holds a database against what was remembered of it.
    private func anchored(
        _ database: InspectedDatabase, _ ring: KeyRing
    ) throws(StoreError) -> (AnchorFile, Rollback?) {
        let found = try database.mark(ring)
        guard let file = try AnchorFile(opening: anchor, ring: ring) else {
            let rollback = Rollback(found: found, remembered: nil)
            return (AnchorFile(replacing: anchor, ring: ring), rollback)
        }
        // Every vault with an anchor has had a register: without one, any row could be an older one.
        let rollback = Rollback(
            found: found, remembered: file.mark, lacksRegister: !database.hasRegister)
        let isRolledBack = found.isBehind(file.mark) || rollback.lacksRegister
        return (file, isRolledBack ? rollback : nil)
    }

    private func used<T>(
        _ body: () throws(StoreError) -> T
    ) throws(VaultDirectoryError) -> T {
        do {
            return try body()
        } catch {
            throw refusal(error)
        }
    }

    private func unlockedRing(_ source: MasterKeySource) throws(VaultDirectoryError) -> KeyRing {
        let file: [UInt8]
        do throws(DurableFile.Failure) {
            file = try DurableFile.read(ring, byteCountMax: KeyRingFile.byteCountMax)
        } catch .system(let errno) {
            throw .system("\(ring) cannot be read: \(errno)")
        } catch {
            throw .damaged("\(ring) is not a key ring: restore it from a backup")
        }
        let header = try decoded { () throws(KeyRingError) in try KeyRingFile.header(of: file) }
        let master = try source.key(header.derivation)
        return try decoded { () throws(KeyRingError) in
            try KeyRingFile.open(header, with: master)
        }
    }

    private func decoded<T>(
        _ body: () throws(KeyRingError) -> T
    ) throws(VaultDirectoryError) -> T {
        do {
            return try body()
        } catch {
            throw refusal(error)
        }
    }

    private func refusal(_ error: KeyRingError) -> VaultDirectoryError {
        switch error {
        case .unsupportedVersion:
            .foreign("\(ring) was made by a newer version of this program: use that one")
        case .wrongMasterKey: .wrongKey
        case .notAKeyRing, .damaged:
            .damaged("\(ring) is damaged: restore it from a backup")
        case .crypto: .system("no locked memory for the key ring: raise RLIMIT_MEMLOCK")
        }
    }

    func refusal(_ error: StoreError) -> VaultDirectoryError {
        switch error {
        case .foreign(let sentence): return .foreign("\(database): \(sentence)")
        case .integrity(let table):
            return .damaged(
                "\(database): table \(table) was changed by something else: restore a backup")
        case .full: return .system("\(database): no room on the disk: make some")
        case .failed(let code):
            let engine = SQLiteError(extendedCode: code)
            if engine.isBusy { return .locked(path: path) }
            if engine.isDamage {
                return .damaged("\(database) is not a sound database: restore a backup")
            }
            return .system("\(database) cannot be used: \(engine)")
        }
    }
}
