import Synchronization

/// What a gateway has been told of a vault, held against everything that it is told next.
///
/// Epoch and audit log only ever grow: a vault that says less than before was put back to an older
/// state of itself, and its word on a token may be from before a revocation. Keep `seen` where the
/// vault's machine cannot change it to notice that over a restart of the gateway too.
public final class VaultMemory: Sendable {
    /// The most that was told.
    public struct Seen: Sendable, Equatable {
        /// The highest epoch.
        public var epoch: Int64
        /// The audit log's checkpoint with the most records, a C2SP signed note; verify with it
        /// (`strongroom audit verify --checkpoint`) what the log says later.
        public var checkpoint: String?

        /// Nothing yet, or what was kept.
        public init(epoch: Int64 = 0, checkpoint: String? = nil) {
            self.epoch = epoch
            self.checkpoint = checkpoint
        }
    }

    /// Guards what was seen; calls on several connections note their answers.
    private let memory: Mutex<Seen>

    /// Goes on from what was kept.
    public init(_ seen: Seen = Seen()) { memory = Mutex(seen) }

    /// The most that was told so far.
    public var seen: Seen { memory.withLock { $0 } }

    /// Begins anew, when the vault's operator has accepted the older state.
    public func forget() { memory.withLock { $0 = Seen() } }

    /// - Parameter before: what was seen when the request left; answers may overtake each other.
    func note(epoch: Int64, since before: Seen) throws(ClientError) {
        guard epoch >= before.epoch else {
            throw .wentBack("epoch \(epoch) after \(before.epoch)")
        }
        memory.withLock { $0.epoch = max($0.epoch, epoch) }
    }

    /// Signatures are for an auditor, who has the log's key; here the sizes are compared.
    func note(checkpoint text: String, since before: Seen) throws(ClientError) {
        guard let told = LogSize(text) else {
            throw .protocolViolation("a checkpoint that is none")
        }
        if let kept = before.checkpoint.flatMap({ LogSize($0) }), !told.mayFollow(kept) {
            throw .wentBack("a log of \(told.recordCount) records after \(kept.recordCount)")
        }
        memory.withLock { seen in
            let newest = seen.checkpoint.flatMap { LogSize($0)?.recordCount }
            if newest ?? 0 <= told.recordCount { seen.checkpoint = text }
        }
    }
}

/// The first three lines of a checkpoint: whose log, how many records, and what they come to.
private struct LogSize {
    let origin: Substring
    let recordCount: UInt64
    let root: Substring

    init?(_ checkpoint: String) {
        let lines = checkpoint.split(
            separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
        guard lines.count == 4, let count = UInt64(lines[1]) else { return nil }
        (origin, recordCount, root) = (lines[0], count, lines[2])
    }

    func mayFollow(_ earlier: LogSize) -> Bool {
        guard origin == earlier.origin else { return false }
        return recordCount > earlier.recordCount
            || recordCount == earlier.recordCount && root == earlier.root
    }
}
