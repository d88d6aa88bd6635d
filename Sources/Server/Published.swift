import Synchronization

/// What the store thread tells everybody else, and what everybody counts.
package final class Published: Sendable {
    private let epochNumber: Atomic<UInt64>
    private let isFullFlag = Atomic<Bool>(false)
    private let isDrainingFlag = Atomic<Bool>(false)
    private let unrecordedCount = Atomic<Int>(0)
    package let counters = Counters()

    package init(epoch: UInt64) { epochNumber = Atomic(epoch) }

    /// Goes up with every change that may end an authority.
    package var epoch: UInt64 {
        get { epochNumber.load(ordering: .acquiring) }
        set { epochNumber.store(newValue, ordering: .releasing) }
    }

    /// The last commit found no room: nothing can be verified durably.
    package var isFull: Bool {
        get { isFullFlag.load(ordering: .acquiring) }
        set { isFullFlag.store(newValue, ordering: .releasing) }
    }

    package var isDraining: Bool {
        get { isDrainingFlag.load(ordering: .acquiring) }
        set { isDrainingFlag.store(newValue, ordering: .releasing) }
    }

    /// A loop has turned a request away that the log would have had a record of.
    package func noteUnrecorded() { unrecordedCount.wrappingAdd(1, ordering: .relaxed) }

    /// How many were turned away since this was last asked.
    package func takeUnrecorded() -> Int { unrecordedCount.exchange(0, ordering: .relaxed) }
}

/// Monotone counters and gauges of the running daemon; `/metrics` and `status` read them.
package final class Counters: Sendable {
    package enum Name: Int, CaseIterable, Sendable {
        case requests, verifyAllowed, verifyDenied, cacheMisses, malformed, connections
        case connectionsRefused, batches, records, commitNanoseconds, suppressed, integrityAlarms
        case openConnections, segmentsSealed, released, recordsLost

        var text: StaticString {
            switch self {
            case .requests: "strongroom_requests"
            case .verifyAllowed: "strongroom_verifications_allowed"
            case .verifyDenied: "strongroom_verifications_denied"
            case .cacheMisses: "strongroom_cache_misses"
            case .malformed: "strongroom_requests_malformed"
            case .connections: "strongroom_connections"
            case .connectionsRefused: "strongroom_connections_refused"
            case .batches: "strongroom_commits"
            case .records: "strongroom_audit_records"
            case .commitNanoseconds: "strongroom_commit_nanoseconds"
            case .suppressed: "strongroom_refusals_suppressed"
            case .integrityAlarms: "strongroom_integrity_alarms"
            case .openConnections: "strongroom_open_connections"
            case .segmentsSealed: "strongroom_audit_segments_sealed"
            case .released: "strongroom_credentials_released"
            case .recordsLost: "strongroom_audit_records_lost"
            }
        }

        var isGauge: Bool { self == .openConnections }
    }

    /// Guards all of them; loops add once per wake-up, not once per request.
    private let values = Mutex([Int64](repeating: 0, count: Name.allCases.count))

    package func add(_ amount: Int, to name: Name) {
        values.withLock { $0[name.rawValue] += Int64(amount) }
    }

    package func value(_ name: Name) -> Int64 { values.withLock { $0[name.rawValue] } }
}
