package import Crypto
package import Vault

/// What a verification has seen and found.
package struct AuditReport: Sendable {
    /// The first of them; `findingCount` says how many there were.
    package internal(set) var findings: [AuditFinding] = []
    package internal(set) var findingCount = 0
    /// The sequence number of the first record that was looked at.
    package internal(set) var first: UInt64 = 0
    package internal(set) var recordCount: UInt64 = 0
    package internal(set) var segmentCount = 0
    package internal(set) var batchCount = 0
    /// Records in the tree up to the last that was looked at, and their root.
    package internal(set) var size: UInt64 = 0
    package internal(set) var root = MerkleFrontier.emptyRoot
    /// The newest checkpoint of the log that holds.
    package internal(set) var checkpoint: Checkpoint?
    /// Records after that checkpoint.
    package internal(set) var uncovered: UInt64 = 0
    package internal(set) var earliest: Instant?
    package internal(set) var latest: Instant?
    /// How often a record's time was before the one of the record before it.
    package internal(set) var timeRegressionCount: UInt64 = 0

    /// The verdict, the best first.
    package enum Verdict: Equatable, Sendable {
        /// Every record is under a checkpoint that this key has signed.
        case proved
        /// All that is signed for holds; this many records at the end are not signed for yet, as
        /// when a vault runs or was killed. It is not a proof, and does not count as one.
        case uncovered(UInt64)
        case refused

        /// The one word for it, which programs read.
        package var text: String {
            switch self {
            case .proved: "proved"
            case .uncovered: "uncovered"
            case .refused: "refused"
            }
        }
    }

    package var verdict: Verdict {
        guard findingCount == 0 else { return .refused }
        return uncovered == 0 ? .proved : .uncovered(uncovered)
    }

    mutating func note(_ finding: AuditFinding) {
        findingCount += 1
        if findings.count < AuditLimits.findingsMax { findings.append(finding) }
    }
}
