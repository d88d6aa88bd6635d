/// How far a vault has come. None of these numbers goes down, so a database that says less than
/// was said before is an older one.
package struct HighWaterMark: Equatable, Sendable {
    package let generation: UInt64
    package let epoch: UInt64
    /// Records in the audit log.
    package let recordCount: UInt64

    package init(generation: UInt64, epoch: UInt64, recordCount: UInt64) {
        self.generation = generation
        self.epoch = epoch
        self.recordCount = recordCount
    }

    package init(_ standing: Standing, recordCount: UInt64) {
        self.init(
            generation: standing.generation, epoch: standing.epoch, recordCount: recordCount)
    }

    /// A new vault's.
    package static let zero = HighWaterMark(generation: 0, epoch: 0, recordCount: 0)

    package func isBehind(_ other: HighWaterMark) -> Bool {
        generation < other.generation || epoch < other.epoch || recordCount < other.recordCount
    }
}

/// Remembers a vault's mark outside its database, so that putting the database back shows.
package protocol RollbackAnchor: AnyObject {
    /// What is remembered.
    var mark: HighWaterMark { get }
    /// Durable when it returns. `.full` changes nothing, and it may be tried again.
    func hold(_ mark: HighWaterMark) throws(StoreError)
}

/// A database that is older than the vault once was, or of which nothing shows that it is not.
package struct Rollback: Equatable, Sendable {
    package let found: HighWaterMark
    /// What was remembered; nil when the anchor is not there or not as the vault wrote it.
    package let remembered: HighWaterMark?
    /// Whether nothing in the database says which version of a row is the last one.
    package let lacksRegister: Bool

    package init(found: HighWaterMark, remembered: HighWaterMark?, lacksRegister: Bool = false) {
        self.found = found
        self.remembered = remembered
        self.lacksRegister = lacksRegister
    }

    /// Whether a vault that has come so far has gone on from it, on disk.
    package func isAccepted(at mark: HighWaterMark) -> Bool {
        mark.epoch > max(found.epoch, remembered?.epoch ?? 0)
    }
}

extension Vault {
    /// Goes on from an older database, at an operator's word: with numbers above all that were
    /// ever told, so that nobody who remembers one takes an old answer for a new one.
    ///
    /// Joins the open batch; the record that tells of it belongs into the same.
    package func accept(_ rollback: Rollback) {
        let remembered = rollback.remembered ?? rollback.found
        standing.generation = max(standing.generation, remembered.generation)
        standing.epoch = max(standing.epoch, remembered.epoch) + 1
        restartRevocations()
    }
}
