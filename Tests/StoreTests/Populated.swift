import Audit
import Crypto
import Foundation
import SQLite
import Store
import Support
import Testing
import Vault

/// A database with three organizations and some of the log in it, closed, to be copied and harmed.
final class Populated: Sendable {
    let directory: TemporaryDirectory
    let ring: KeyRing
    let seed: UInt64

    init(seed: UInt64 = 23) throws {
        self.seed = seed
        directory = try TemporaryDirectory()
        ring = try KeyRing.generate(
            entropy: DeterministicEntropy(seed: seed), at: Instant(microseconds: 0))
        let store = try SQLiteStore.makeTemporary(in: directory, ring: ring)
        try Self.fill(store, seed)
    }

    /// The same things for the same seed, so that a copy's reader knows what to ask for.
    @discardableResult
    static func fill(_ store: any Store & AuditStorage, _ seed: UInt64) throws -> [Tenant] {
        let specimens = Specimens(seed: seed)
        let tenants = try ["acme", "globex", "initech"].map {
            try Tenant(specimens, $0, in: store)
        }
        try store.append(specimens.batch(0...4), head: specimens.head(size: 5))
        try store.append(specimens.batch(5...9), head: specimens.head(size: 10))
        try store.commit()
        return tenants
    }

    var path: String { directory.file("strongroom.db") }

    /// Who to ask for: made anew in memory, where nothing is harmed.
    func tenants() throws -> [Tenant] {
        try Self.fill(MemoryStore(vault: ring.vault), seed)
    }

    /// A copy that `harm` has changed behind the vault's back, in a directory of its own.
    func harmed(_ harm: (Connection) throws -> Void) throws -> HarmedCopy {
        let copy = try TemporaryDirectory()
        let path = copy.file("strongroom.db")
        try FileManager.default.copyItem(atPath: self.path, toPath: path)
        let connection = try Connection(.file(path))
        // An attacker is not held by the checks of the schema.
        try connection.execute("PRAGMA ignore_check_constraints = ON")
        try harm(connection)
        return HarmedCopy(directory: copy, ring: ring)
    }
}

extension Connection {
    /// Makes the database one of before there was a register, as whoever can write the file may.
    func takeRegisterAway() throws {
        try execute("DROP TABLE register_bucket")
        try execute("DROP TABLE register_root")
        try execute("DROP INDEX token_of_integration")
        try execute("DROP INDEX token_of_name")
        try execute("DELETE FROM migration WHERE number >= 5")
    }
}

/// What the vault makes of a harmed copy.
struct HarmedCopy {
    let directory: TemporaryDirectory
    let ring: KeyRing

    enum Outcome: Equatable {
        /// Refused, by an integrity alarm or as a foreign file.
        case alarm(StoreError)
        /// No alarm; so many of the things that were there were not found.
        case missing(Int)
    }

    /// Opens the copy and reads everything by every way that leads to it.
    func read(_ tenants: [Tenant], alsoAsk: (SQLiteStore) throws -> Void = { _ in }) -> Outcome {
        do {
            let store = try SQLiteStore(opening: directory.file("strongroom.db"), ring: ring)
            _ = try store.standing()
            _ = try store.auditHead()
            let batches = try store.auditBatches(from: 0, byteCountMax: 1 << 20)
            try alsoAsk(store)
            var missing = batches.count == 2 ? 0 : 1
            for tenant in tenants {
                let seen = try tenant.read(from: store)
                missing += seen.asked - seen.found
            }
            return .missing(missing)
        } catch let error as StoreError {
            return .alarm(error)
        } catch {
            Issue.record("an error of another kind: \(error)")
            return .missing(0)
        }
    }
}

extension HarmedCopy.Outcome {
    /// Whether the vault noticed that somebody had been at the file.
    var isTamperAlarm: Bool {
        switch self {
        case .alarm(.integrity), .alarm(.foreign): true
        case .alarm(.full), .alarm(.failed), .missing: false
        }
    }
}
