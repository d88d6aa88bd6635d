import Vault

/// How far the removal of long dead tokens has come, and when it goes on.
struct DeadSweep {
    private(set) var position: DeadPosition?
    /// Whether there is more than one piece to be done.
    private(set) var isBehind = false
    private var isStopped = false
    private var lastPiece: UInt64 = 0
    private var lastStart: UInt64 = 0

    func isDue(_ ticks: UInt64) -> Bool {
        guard !isStopped else { return false }
        let milliseconds = isBehind ? UInt64(ServerLimits.sweepMilliseconds) : 1000
        return ticks &- lastPiece > milliseconds * 1_000_000
    }

    mutating func note(_ removal: Vault.Removal, _ ticks: UInt64) {
        lastPiece = ticks
        isBehind = removal.isMore
        position = removal.position
        // What had to stay, because of its children, is looked at again.
        let isOld = ticks &- lastStart > UInt64(ServerLimits.sweepSeconds) * 1_000_000_000
        guard !isBehind, isOld else { return }
        lastStart = ticks
        position = nil
    }

    /// After an alarm: somebody has to look first.
    mutating func stop() {
        isStopped = true
        isBehind = false
    }
}
