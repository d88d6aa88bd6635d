import Audit
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
        case requests, verifyAllowed, verifyDenied, cacheHits, cacheMisses, malformed
        case connections, connectionsRefused, batches, records, commitNanoseconds, suppressed
        case integrityAlarms, openConnections, batchesUnderWay, segmentsSealed, released
        case recordsLost

        var text: StaticString {
            switch self {
            case .requests: "strongroom_requests"
            case .verifyAllowed: "strongroom_verifications_allowed"
            case .verifyDenied: "strongroom_verifications_denied"
            case .cacheHits: "strongroom_cache_hits"
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
            case .batchesUnderWay: "strongroom_batches_under_way"
            case .segmentsSealed: "strongroom_audit_segments_sealed"
            case .released: "strongroom_credentials_released"
            case .recordsLost: "strongroom_audit_records_lost"
            }
        }

        var help: StaticString {
            switch self {
            case .requests: "Requests that were whole."
            case .verifyAllowed: "Verifications that were allowed."
            case .verifyDenied: "Verifications that were not."
            case .cacheHits: "Verifications whose token's record was in the cache."
            case .cacheMisses: "Verifications whose token's record was not."
            case .malformed: "Bytes that were no request, or came too slowly."
            case .connections: "Connections that were made."
            case .connectionsRefused: "Connections that were turned away or cut off."
            case .batches: "Commits, of records or of none."
            case .records: "Audit records that were committed."
            case .commitNanoseconds: "Time that commits took."
            case .suppressed: "Refusals of a flood, of which the audit log has the number only."
            case .integrityAlarms: "Objects that were found changed in the database."
            case .openConnections: "Connections that are open."
            case .batchesUnderWay: "Batches of the loops whose commit is not over."
            case .segmentsSealed: "Segments of the audit log that were sealed."
            case .released: "Credentials that were released."
            case .recordsLost: "Audit records that a full disk had no room for."
            }
        }

        var isGauge: Bool { self == .openConnections || self == .batchesUnderWay }
    }

    private struct State {
        var values = [Int64](repeating: 0, count: Name.allCases.count)
        var histograms = Histogram.Name.allCases.map { Histogram($0) }
        var refusals = RefusalCounts()
    }

    /// Guards all of them; loops add once per wake-up, not once per request.
    private let state = Mutex(State())

    package func add(_ amount: Int, to name: Name) {
        state.withLock { $0.values[name.rawValue] += Int64(amount) }
    }

    package func value(_ name: Name) -> Int64 { state.withLock { $0.values[name.rawValue] } }

    func add(_ tally: Tally) {
        state.withLock { state in
            state.values[Name.requests.rawValue] += Int64(tally.requests)
            state.values[Name.verifyAllowed.rawValue] += Int64(tally.allowed)
            state.values[Name.verifyDenied.rawValue] += Int64(tally.denied)
            state.values[Name.cacheHits.rawValue] += Int64(tally.hits)
            state.values[Name.cacheMisses.rawValue] += Int64(tally.misses)
            state.values[Name.malformed.rawValue] += Int64(tally.malformed)
            state.refusals.add(tally.refused)
        }
    }

    func refused(_ reason: AuditEvent.Reason) {
        state.withLock { $0.refusals.add(reason) }
    }

    package var refusals: RefusalCounts { state.withLock(\.refusals) }

    /// - Parameter count: how many had this value.
    package func add(_ value: UInt64, to name: Histogram.Name, count: Int = 1) {
        guard count > 0 else { return }
        state.withLock { $0.histograms[name.rawValue].add(value, count: count) }
    }

    func histogram(_ name: Histogram.Name) -> Histogram {
        state.withLock { $0.histograms[name.rawValue] }
    }
}
