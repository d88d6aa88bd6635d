import Audit
import Linux

/// Counts refusals of bad tokens by peer, so that a flood costs the log one event a second.
///
/// A peer is a user here: whoever floods could take a new process for every connection.
struct RefusalMeter {
    private struct Count {
        var recorded = 0
        var suppressed = 0
    }

    private let recordedMax: Int
    private var counts: [UInt32: Count] = [:]

    init(recordedMax: Int) { self.recordedMax = recordedMax }

    /// Whether this refusal is recorded by itself.
    mutating func mayRecord(_ peer: PeerCredentials) -> Bool {
        var count = counts[peer.uid] ?? Count()
        defer { counts[peer.uid] = count }
        guard count.recorded < recordedMax else {
            count.suppressed += 1
            return false
        }
        count.recorded += 1
        return true
    }

    /// Ends the second: the peers with more refusals than were recorded.
    mutating func takeSuppressed() -> [(uid: UInt32, count: Int)] {
        defer { counts.removeAll(keepingCapacity: true) }
        return counts.compactMap { uid, count in
            count.suppressed > 0 ? (uid, count.suppressed) : nil
        }
    }
}

extension AuditEvent.Reason {
    /// Whether whoever was refused had not shown a good secret.
    var isOfUnprovenSecret: Bool {
        switch self {
        case .noToken, .multipleCredentials, .malformedToken, .unknownToken, .wrongSecret,
            .wrongKind, .clientUnauthenticated:
            true
        default: false
        }
    }
}
