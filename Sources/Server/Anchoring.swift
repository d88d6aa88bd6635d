package import Vault

/// When the vault's mark is written outside the database.
///
/// Law: never before what it says is on disk, or a crash would make the newest database an older
/// one. A change that may end an authority is anchored before anybody hears of it; all else within
/// a second, which is the window in which putting the database back does not show.
package struct Anchoring {
    private static let intervalNanoseconds: UInt64 = 1_000_000_000

    private let anchor: any RollbackAnchor
    private var last: UInt64 = 0

    package init(anchor: any RollbackAnchor) { self.anchor = anchor }

    /// After a commit, before its answers leave.
    func noteEpoch(_ mark: HighWaterMark) throws(StoreError) {
        if mark.epoch != anchor.mark.epoch { try hold(mark) }
    }

    func owes(_ mark: HighWaterMark) -> Bool { mark != anchor.mark }

    /// Asked between batches; says yes once a second at the most.
    mutating func isDue(_ mark: HighWaterMark, _ ticks: UInt64) -> Bool {
        guard owes(mark), ticks &- last > Self.intervalNanoseconds else { return false }
        last = ticks
        return true
    }

    func hold(_ mark: HighWaterMark) throws(StoreError) {
        do {
            try anchor.hold(mark)
        } catch .full {
            // The file is as long as it will ever be; where the disk wants room all the same, the
            // anchor stays behind, which refuses nobody, until there is some.
        }
    }
}
