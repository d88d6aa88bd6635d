import Crypto
import SQLite
import Vault

/// Says which version of a row is the last one: an older one that was put back is not believed.
///
/// Laws:
/// 1. For every row that decides there is a tag of its MAC, found by its identifier. It changes in
///    the transaction that changes the row, and goes with the row.
/// 2. All tags hang on one root, which is kept with the vault's generation: an older register does
///    not go with a newer generation, nor an older generation with the anchor.
/// 3. The leaves above the tags are in memory: what is put back while the vault runs shows too.
/// 4. The start reads the leaves alone; a bucket is held against its leaf whenever it is read.
final class RowRegister {
    /// The migration that makes its tables.
    static let migrationNumber = 5

    private let connection: Connection
    private let buckets: RowTable<RegisterBucket>
    private let bucketByNumber: RowQuery<RegisterBucket>
    private let bucketRemoval: Statement
    private let roots: RowTable<RegisterRoot>
    private var tree = RegisterTree()
    /// As of the open batch.
    private var tally = Tally()
    private var durableTally = Tally()
    private var tallyBeforeStep: Tally?
    /// Leaves that the open batch has changed, as they were before it, in the order of its changes.
    private var replaced: [(bucket: Int, leaf: Digest)] = []

    private struct Tally: Equatable {
        var generation: UInt64 = 0
        var rowCount: UInt64 = 0
        /// How many leaves were replaced.
        var changeCount = 0
    }

    /// Of a new database; `load` or `build` says what is in another one.
    init(on connection: Connection, ring: KeyRing) throws(StoreError) {
        self.connection = connection
        let access = RowAccess(connection: connection, ring: ring)
        buckets = try RowTable(access)
        bucketByNumber = try buckets.query("number = ?1")
        roots = try RowTable(access)
        bucketRemoval = try engine { () throws(SQLiteError) in
            try Statement("DELETE FROM register_bucket WHERE number = ?1", on: connection)
        }
    }

    /// How many rows there are.
    var rowCount: Int { Int(tally.rowCount) }

    /// Whether a row with this MAC is the last version of itself.
    func holds(_ name: RowName, _ mac: MAC) throws(StoreError) -> Bool {
        try bucket(name.bucket).tag(of: name) == mac.first64
    }

    func note(_ name: RowName, _ mac: MAC) throws(StoreError) {
        var bucket = try bucket(name.bucket)
        if bucket.set(mac.first64, of: name) { tally.rowCount += 1 }
        try put(bucket)
    }

    /// One that was not registered was somebody else's, and is gone as well.
    func forget(_ name: RowName) throws(StoreError) {
        var bucket = try bucket(name.bucket)
        guard bucket.remove(name) else { return }
        tally.rowCount -= 1
        try put(bucket)
    }

    /// Goes with the root from here on.
    func note(generation: UInt64) { tally.generation = generation }

    /// The bucket as it was last written; empty where none was.
    private func bucket(_ number: Int) throws(StoreError) -> RegisterBucket {
        var found: (bucket: RegisterBucket, leaf: Digest)?
        try bucketByNumber.eachWithMAC(Int64(number)) { (bucket, mac) throws(StoreError) in
            found = (bucket, Digest(mac))
            return false
        }
        guard tree[number] == found?.leaf ?? RegisterTree.emptyLeaf,
            found == nil || found?.bucket.number == number
        else { throw .integrity(table: RegisterBucket.shape.table) }
        return found?.bucket ?? RegisterBucket(number: number)
    }

    private func put(_ bucket: RegisterBucket) throws(StoreError) {
        replaced.append((bucket.number, tree[bucket.number]))
        tally.changeCount += 1
        guard bucket.rowCount > 0 else {
            try engine { () throws(SQLiteError) in
                try bucketRemoval.bind(values: Int64(bucket.number))
                try bucketRemoval.run()
            }
            tree[bucket.number] = RegisterTree.emptyLeaf
            return
        }
        tree[bucket.number] = Digest(try buckets.put(bucket))
    }
}

/// With the batches and steps of the store.
extension RowRegister {
    func beginStep() { tallyBeforeStep = tally }
    func keepStep() { tallyBeforeStep = nil }

    func undoStep() {
        guard let tallyBeforeStep else { return }
        goBack(to: tallyBeforeStep)
    }

    /// Before the engine commits: the root belongs to the same batch.
    func seal() throws(StoreError) {
        if tally != durableTally { try putRoot() }
    }

    func putRoot() throws(StoreError) {
        try roots.put(
            RegisterRoot(
                generation: tally.generation, rowCount: tally.rowCount, root: tree.root()))
    }

    /// After the engine has committed.
    func settle() {
        tally.changeCount = 0
        durableTally = tally
        replaced.removeAll(keepingCapacity: true)
    }

    func rollBack() { goBack(to: durableTally) }

    private func goBack(to earlier: Tally) {
        while replaced.count > earlier.changeCount, let last = replaced.popLast() {
            tree[last.bucket] = last.leaf
        }
        tally = earlier
        tallyBeforeStep = nil
    }
}

/// What a database that is there says.
extension RowRegister {
    /// Reads every leaf, and holds what they come to against the root and the vault's row.
    func load(_ standing: Standing) throws(StoreError) {
        let root = try roots.query("id = 1").only()
        try readLeaves()
        guard tree.root() == root.root, root.generation == standing.generation else {
            throw .integrity(table: RegisterRoot.shape.table)
        }
        tally = Tally(generation: root.generation, rowCount: root.rowCount)
        durableTally = tally
    }

    /// From an index that has nothing else in it.
    private func readLeaves() throws(StoreError) {
        let leaves = try engine { () throws(SQLiteError) in
            try Statement(
                "SELECT number, mac FROM register_bucket INDEXED BY register_leaf",
                on: connection)
        }
        while try engine({ () throws(SQLiteError) in try leaves.step() }) {
            guard let number = Int64.read(0, of: leaves), let mac = MAC.read(1, of: leaves),
                (0..<Int64(RegisterTree.leafCount)).contains(number)
            else { throw .integrity(table: RegisterBucket.shape.table) }
            tree[Int(number)] = Digest(mac)
        }
    }

    /// Reads every bucket: what no single look-up can see.
    func check() throws(StoreError) {
        var rowCount: UInt64 = 0
        try buckets.query("true").eachWithMAC { (bucket, mac) throws(StoreError) in
            guard (0..<RegisterTree.leafCount).contains(bucket.number),
                tree[bucket.number] == Digest(mac)
            else { throw .integrity(table: RegisterBucket.shape.table) }
            rowCount += UInt64(bucket.rowCount)
            return true
        }
        guard rowCount == tally.rowCount else {
            throw .integrity(table: RegisterRoot.shape.table)
        }
    }

    /// Of a database that has none yet, whose rows are taken for what they say they are.
    static func build(on connection: Connection, ring: KeyRing) throws(StoreError) {
        let access = RowAccess(connection: connection, ring: ring)
        let register = try RowRegister(on: connection, ring: ring)
        try register.noteAll(Organization.self, access)
        try register.noteAll(Member.self, access)
        try register.noteAll(Role.self, access)
        try register.noteAll(Account.self, access)
        try register.noteAll(IntegrationPoint.self, access)
        try register.noteAll(Integration.self, access)
        try register.noteAll(Credential.self, access)
        try register.noteAll(Token.self, access)
        try register.noteAll(KeyPairRecord.self, access)
        let standing: Standing = try RowQuery("id = 1", access).only()
        register.note(generation: standing.generation)
        try register.putRoot()
    }

    private func noteAll<Record: StoredRow>(
        _: Record.Type, _ access: RowAccess
    ) throws(StoreError) {
        try RowQuery<Record>("true", access).eachWithMAC { (record, mac) throws(StoreError) in
            if let name = record.registeredName { try note(name, mac) }
            return true
        }
    }
}
