package import Audit
import Crypto
import Glibc
import Synchronization
package import Vault

/// The storage contract in dictionaries: what the real engines are held against.
package final class MemoryStore {
    /// Everything that is stored; a value, so that a batch or step can be forgotten.
    struct State {
        var organizations: [OrganizationID: Organization] = [:]
        var accounts: [AccountID: Account] = [:]
        var integrations: [IntegrationID: Integration] = [:]
        var points: [IntegrationPointID: IntegrationPoint] = [:]
        var credentials: [CredentialID: Credential] = [:]
        var tokens: [TokenID: Token] = [:]
        var members: [MemberID: Member] = [:]
        var roles: [RoleID: Role] = [:]
        var keyPairs: [KeyPairKey: KeyPairRecord] = [:]
        var uses: [UseKey: Use] = [:]
        var histories: [TokenID: UseHistory] = [:]
        var answers: [Digest: IdempotencyRecord] = [:]
        var standing: Standing
        var batches: [AuditBatch] = []
        var head = AuditHead()
    }

    struct KeyPairKey: Hashable {
        let owner: KeyOwner
        let version: UInt32
    }

    struct UseKey: Hashable {
        let organization: OrganizationID
        let object: UInt128
        let generation: UInt32
    }

    var state: State
    private var durable: State
    private var beforeStep: State?
    private var isOpen = false
    private var loss: StoreError?
    package let room: Room
    private var changeCount = 0
    /// Rows that lists look up for what they show, one by one.
    package internal(set) var lookUpCount = 0

    /// How many changes a batch may hold before the store is full; for tests of that.
    package var changeCountMax: Int {
        get { room.changeCountMax }
        set { room.changeCountMax = newValue }
    }

    /// - Parameter room: lets another thread than the store's owner fill the store.
    package init(vault: UInt128, room: Room = Room()) {
        self.room = room
        state = State(standing: Standing(vault: vault, generation: 0, epoch: 0))
        durable = state
    }

    /// The same number that SQLite gives for a broken rule and for calls out of order.
    static let constraint = StoreError.failed(code: 19)
    static let misuse = StoreError.failed(code: 21)

    func change(_ body: (inout State) throws(StoreError) -> Void) throws(StoreError) {
        if let loss { throw loss }
        isOpen = true
        do throws(StoreError) {
            changeCount += 1
            room.waitWhileHeld()
            guard changeCount <= changeCountMax else { throw StoreError.full }
            try body(&state)
        } catch {
            loss = error
            rollBack()
            throw error
        }
    }

    private func rollBack() {
        state = durable
        beforeStep = nil
        isOpen = false
        changeCount = 0
    }
}

/// How much a store takes before it is full, and what it takes beyond that from a reserve.
package final class Room: Sendable {
    private let count = Atomic<Int>(.max)
    private let reserve = Atomic<Int>(0)
    private let syncs = Atomic<Bool>(true)
    private let synced = Atomic<UInt64>(0)
    private let held = Atomic<Bool>(false)
    private let waiting = Atomic<Bool>(false)

    package init() {}

    /// Lets a test do what is to come while the store's owner is busy with a change.
    package var isHeld: Bool {
        get { held.load(ordering: .sequentiallyConsistent) }
        set { held.store(newValue, ordering: .sequentiallyConsistent) }
    }

    /// Whether a change waits for that to be over.
    package var isHolding: Bool { waiting.load(ordering: .sequentiallyConsistent) }

    func waitWhileHeld() {
        guard isHeld else { return }
        waiting.store(true, ordering: .sequentiallyConsistent)
        while isHeld { sched_yield() }
        waiting.store(false, ordering: .sequentiallyConsistent)
    }

    /// Whether a commit is one that a loss of power leaves behind.
    package var syncsOnCommit: Bool {
        get { syncs.load(ordering: .sequentiallyConsistent) }
        set { syncs.store(newValue, ordering: .sequentiallyConsistent) }
    }

    /// Records of the audit log that a loss of power would leave.
    package var syncedRecordCount: UInt64 { synced.load(ordering: .sequentiallyConsistent) }

    func noteCommit(of recordCount: UInt64) {
        if syncsOnCommit { synced.store(recordCount, ordering: .sequentiallyConsistent) }
    }

    package var changeCountMax: Int {
        get { count.load(ordering: .sequentiallyConsistent) }
        set { count.store(newValue, ordering: .sequentiallyConsistent) }
    }

    /// Nothing until a test says how much.
    package var reserveCount: Int {
        get { reserve.load(ordering: .sequentiallyConsistent) }
        set { reserve.store(newValue, ordering: .sequentiallyConsistent) }
    }

    package var isThere: Bool { changeCountMax == .max }

    package func giveUpReserve() {
        if changeCountMax < reserveCount { changeCountMax = reserveCount }
    }
}

extension MemoryStore {
    package func beginStep() throws(StoreError) {
        guard beforeStep == nil || loss != nil else { return try refuse() }
        try change { _ in }
        beforeStep = state
    }

    package func keepStep() throws(StoreError) {
        guard beforeStep != nil || loss != nil else { return try refuse() }
        if let loss { throw loss }
        beforeStep = nil
    }

    package func undoStep() throws(StoreError) {
        guard let before = beforeStep else { return try refuse() }
        if let loss { throw loss }
        state = before
        beforeStep = nil
    }

    private func refuse() throws(StoreError) {
        try change { (_) throws(StoreError) in throw Self.misuse }
    }

    package func commit() throws(StoreError) {
        if let loss { throw loss }
        guard isOpen else { return }
        guard beforeStep == nil else { return try refuse() }
        durable = state
        room.noteCommit(of: durable.head.size)
        isOpen = false
        changeCount = 0
    }

    package func abandon() throws(StoreError) {
        rollBack()
        loss = nil
    }

    package func scrub() throws(StoreError) {
        guard !isOpen else { throw Self.misuse }
    }
}

extension MemoryStore: AuditStorage {
    package func auditHead() throws(StoreError) -> AuditHead { state.head }

    package func append(_ batch: AuditBatch, head: AuditHead) throws(StoreError) {
        try change { state in
            state.batches.append(batch)
            state.head = head
        }
    }

    package func putHead(_ head: AuditHead) throws(StoreError) {
        try change { state in state.head = head }
    }

    package func auditBatches(
        from sequence: UInt64, byteCountMax: Int
    ) throws(StoreError) -> [AuditBatch] {
        guard let start = state.batches.firstIndex(where: { $0.last >= sequence }),
            state.batches[start].first <= sequence
        else { return [] }
        var byteCount = 0
        let rest = state.batches[start...]
        let fitting = rest.prefix { batch in
            byteCount += batch.records.count
            return byteCount <= byteCountMax
        }
        return fitting.isEmpty ? Array(rest.prefix(1)) : Array(fitting)
    }

    package func removeAuditBatches(
        through sequence: UInt64, head: AuditHead
    ) throws(StoreError) {
        try change { state in
            state.batches.removeAll { $0.last <= sequence }
            state.head = head
        }
    }
}
