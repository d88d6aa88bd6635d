import Audit
import Crypto
import Linux
package import Schema
import SQLite
package import Vault

/// The vault's state and the hot end of its audit log, in one SQLite database.
///
/// Laws:
/// 1. One connection for the life of the process, and one thread that uses it.
/// 2. No row is believed before its MAC was checked, and found to be the one that was asked for.
/// 3. A batch that could not be written is gone as a whole; until `abandon` nothing else is
///    written.
package final class SQLiteStore {
    let connection: Connection
    let path: String
    let tables: StoreTables
    private let control: BatchControl
    /// As of the open batch.
    var census: Census
    private var durableCensus: Census
    private var censusBeforeStep: Census?
    private var isOpen = false
    /// Why the batch is lost; cleared by `abandon`.
    private var loss: StoreError?

    /// 4 MiB of log, in pages of 8 KiB. Everybody waits while it is moved, for some 5 ms; a longer
    /// one is moved less often, which saves a few hundredths of the work and costs the slowest of a
    /// thousand answers 20 ms.
    private static let logPageCountMax = 512

    /// Opens a database that is there.
    ///
    /// `.failed` where it is not a database, or another connection has it; `.foreign` where it is
    /// another's. The file is as it was in those cases.
    package convenience init(
        opening path: String, ring: KeyRing, migrations: [Migration] = Migration.shipped
    ) throws(StoreError) {
        try self.init(InspectedDatabase(path, migrations: migrations), ring: ring)
    }

    /// From here on the file is used.
    init(_ database: InspectedDatabase, ring: KeyRing) throws(StoreError) {
        let connection = database.connection
        try database.bringUpToDate(ring)
        let tables = try StoreTables(on: connection, ring: ring)
        let standing = try tables.standing()
        guard standing.vault == ring.vault else {
            throw .foreign("the database and the key ring belong to different vaults")
        }
        try tables.register.load(standing)
        try engine { () throws(SQLiteError) in
            try connection.makeDurable()
            try connection.keepLogOnClose(false)
        }
        self.connection = connection
        path = database.path
        self.tables = tables
        control = try BatchControl(on: connection)
        census = try tables.census()
        durableCensus = census
    }

    /// Makes the database of a new vault where there is no file yet; durable when this returns.
    package static func create(
        at path: String, ring: KeyRing, migrations: [Migration] = Migration.shipped
    ) throws(StoreError) {
        do {
            // Its side files take their modes from it, whatever the umask is.
            try DurableFile.create(path, with: RawSpan(), mode: 0o600)
        } catch {
            throw .failed(code: error.code)
        }
        let connection = try connect(.file(path))
        try engine { () throws(SQLiteError) in try connection.setPageSize() }
        try Migrator(connection: connection, migrations: migrations).create()
        let tables = try StoreTables(on: connection, ring: ring)
        try engine { () throws(SQLiteError) in
            try connection.makeDurable()
            try connection.execute("BEGIN IMMEDIATE")
        }
        try tables.standings.insert(Standing(vault: ring.vault, generation: 0, epoch: 0))
        try tables.censuses.insert(Census())
        try tables.auditHeads.insert(AuditHead())
        try tables.register.putRoot()
        try engine { () throws(SQLiteError) in
            try connection.execute("COMMIT")
            try connection.checkpoint(emptying: true)
        }
    }

    /// A connection that leaves the file and its log as they are, however it ends.
    ///
    /// Where there is no log the engine makes an empty one, which it then has to take away again.
    static func connectUnchanging(_ path: String) throws(StoreError) -> Connection {
        let hasLog: Bool
        do {
            hasLog = try FileStatus.of(path + "-wal") != nil
        } catch {
            throw .failed(code: error.code)
        }
        let connection = try connect(.file(path))
        try engine { () throws(SQLiteError) in try connection.keepLogOnClose(hasLog) }
        return connection
    }

    private static func connect(_ place: Connection.Place) throws(StoreError) -> Connection {
        try engine { () throws(SQLiteError) in
            let connection = try Connection(place)
            try connection.harden()
            return connection
        }
    }
}

/// The open batch.
extension SQLiteStore {
    /// Runs one change within the batch; a batch that lost a part is lost.
    func change(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        if let loss { throw loss }
        do {
            if !isOpen {
                try control.begin()
                isOpen = true
            }
            try body()
        } catch {
            throw lose(error)
        }
    }

    /// A row that does not check out spoils the operation, not what others put into the batch.
    private func lose(_ error: StoreError) -> StoreError {
        switch error {
        case .integrity, .foreign: return error
        case .full, .failed: break
        }
        loss = error
        // The first failure is what the caller has to know; `abandon` tries again.
        try? rollBack()
        return error
    }

    private func rollBack() throws(StoreError) {
        census = durableCensus
        censusBeforeStep = nil
        tables.register.rollBack()
        isOpen = false
        // Some errors make the engine roll back by itself.
        guard connection.isInTransaction else { return }
        try control.rollBack()
    }

    package func beginStep() throws(StoreError) {
        try change { () throws(StoreError) in
            guard censusBeforeStep == nil else { throw StoreError(.misuse) }
            try control.beginStep()
            censusBeforeStep = census
            tables.register.beginStep()
        }
    }

    package func keepStep() throws(StoreError) {
        try change { () throws(StoreError) in
            guard censusBeforeStep != nil else { throw StoreError(.misuse) }
            try control.keepStep()
            censusBeforeStep = nil
            tables.register.keepStep()
        }
    }

    package func undoStep() throws(StoreError) {
        try change { () throws(StoreError) in
            guard let before = censusBeforeStep else { throw StoreError(.misuse) }
            try control.undoStep()
            census = before
            censusBeforeStep = nil
            tables.register.undoStep()
        }
    }

    package func commit() throws(StoreError) {
        if let loss { throw loss }
        guard isOpen else { return }
        try change { () throws(StoreError) in
            guard censusBeforeStep == nil else { throw StoreError(.misuse) }
            if census.counts != durableCensus.counts { try tables.censuses.put(census) }
            try tables.register.seal()
            try control.commit()
        }
        isOpen = false
        durableCensus = census
        tables.register.settle()
    }

    package func abandon() throws(StoreError) {
        try rollBack()
        loss = nil
    }

    package func scrub() throws(StoreError) {
        guard !isOpen else { throw StoreError(.misuse) }
        try engine { () throws(SQLiteError) in try connection.checkpoint(emptying: true) }
    }

    /// From here on the database takes no more than `pageCount` pages beyond what it has.
    package func limitGrowth(pageCount: Int) throws(StoreError) {
        try engine { () throws(SQLiteError) in
            let now = try connection.pragmaInteger("page_count") ?? 0
            _ = try connection.pragmaInteger("max_page_count=\(now + Int64(pageCount))")
        }
    }

    /// Between batches only; the engine refuses it within one.
    package func setSyncsOnCommit(_ syncs: Bool) throws(StoreError) {
        try engine { () throws(SQLiteError) in try connection.setSyncsOnCommit(syncs) }
    }

    /// Moves a log that has grown large into the database; between batches.
    package func checkpointIfLarge() throws(StoreError) {
        guard !isOpen, connection.logPageCount > Self.logPageCountMax else { return }
        try engine { () throws(SQLiteError) in try connection.checkpoint(emptying: false) }
    }
}

/// The statements that open and end batches and steps.
private struct BatchControl {
    private let beginning: Statement
    private let commitment: Statement
    private let rollback: Statement
    private let step: Statement
    private let stepRelease: Statement
    private let stepRollback: Statement

    init(on connection: Connection) throws(StoreError) {
        func made(_ sql: String) throws(StoreError) -> Statement {
            try engine { () throws(SQLiteError) in try Statement(sql, on: connection) }
        }
        beginning = try made("BEGIN IMMEDIATE")
        commitment = try made("COMMIT")
        rollback = try made("ROLLBACK")
        step = try made("SAVEPOINT step")
        stepRelease = try made("RELEASE step")
        stepRollback = try made("ROLLBACK TO step")
    }

    private func run(_ statement: Statement) throws(StoreError) {
        try engine { () throws(SQLiteError) in try statement.run() }
    }

    func begin() throws(StoreError) { try run(beginning) }
    func commit() throws(StoreError) { try run(commitment) }
    func rollBack() throws(StoreError) { try run(rollback) }
    func beginStep() throws(StoreError) { try run(step) }
    func keepStep() throws(StoreError) { try run(stepRelease) }

    /// Rolling back to a step leaves it open.
    func undoStep() throws(StoreError) {
        try run(stepRollback)
        try run(stepRelease)
    }
}
