package import Audit

/// What one wake-up of a loop counted; added to the shared counters once.
struct Tally {
    var requests = 0
    var allowed = 0
    var denied = 0
    var hits = 0
    var misses = 0
    var malformed = 0
    var refused = RefusalCounts()

    var isEmpty: Bool { requests == 0 && malformed == 0 && refused.isEmpty }

    /// Keeps the room for the next wake-up.
    mutating func empty() {
        requests = 0
        allowed = 0
        denied = 0
        hits = 0
        misses = 0
        malformed = 0
        refused.empty()
    }
}

/// Refusals by reason, recorded or suppressed.
package struct RefusalCounts: Sendable {
    private static let reasonMax = AuditEvent.Reason.allCases.map { Int($0.rawValue) }.max() ?? 0

    private var counts = [Int](repeating: 0, count: RefusalCounts.reasonMax + 1)
    private(set) var isEmpty = true

    package subscript(_ reason: AuditEvent.Reason) -> Int { counts[Int(reason.rawValue)] }

    mutating func add(_ reason: AuditEvent.Reason) {
        counts[Int(reason.rawValue)] += 1
        isEmpty = false
    }

    mutating func add(_ other: RefusalCounts) {
        guard !other.isEmpty else { return }
        for index in counts.indices { counts[index] += other.counts[index] }
        isEmpty = false
    }

    mutating func empty() {
        guard !isEmpty else { return }
        for index in counts.indices { counts[index] = 0 }
        isEmpty = true
    }
}
