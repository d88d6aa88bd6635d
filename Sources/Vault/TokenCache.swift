package import Crypto
import Synchronization

/// Verified token records by selector, bounded; shared by the loops and the store's owner.
///
/// Only the store's owner inserts and drops, in the order of its batches, so that a record made
/// before a change can never be put back after it.
package final class TokenCache: Sendable {
    /// What the cache holds, and what it has let go of to keep its bound.
    package struct Usage: Hashable, Sendable {
        package var records = 0
        /// As records are reckoned; never above the bound.
        package var bytes = 0
        /// Organizations whose freshness is known.
        package var organizations = 0
        /// Since the start; what was dropped for a change does not count.
        package var evictions = 0
    }

    /// However small it is made, a cache holds so many records of the usual size.
    private static let recordsMin = 64
    /// Fewer organizations than this are not worth looking through.
    fileprivate static let organizationsMin = 1024

    /// Guards the table and the ring of eviction; held for a look-up or a change, never longer.
    private let state: Mutex<State>

    fileprivate struct State {
        var records: BoundedTable<SelectorBytes, TokenRecord>
        var freshness: [OrganizationID: Freshness] = [:]
        /// At so many organizations those without a record are forgotten.
        var organizationsMax = TokenCache.organizationsMin
    }

    package init(byteCount: Int) {
        let least = Self.recordsMin * TokenRecord.usualByteCount
        let records = BoundedTable<SelectorBytes, TokenRecord>(byteCountMax: max(least, byteCount))
        state = Mutex(State(records: records))
    }

    /// The record for a selector, unless it is not here or no longer true.
    package func record(_ selector: SelectorBytes) -> TokenRecord? {
        state.withLock { state in
            guard let record = state.records.value(selector), record.isCurrent else { return nil }
            return record
        }
    }

    package var count: Int { state.withLock { $0.records.count } }

    package var usage: Usage {
        state.withLock { state in
            Usage(
                records: state.records.count, bytes: state.records.byteCount,
                organizations: state.freshness.count, evictions: state.records.evictionCount)
        }
    }

    /// The number that every record of an organization depends on.
    package func freshness(of organization: OrganizationID) -> Freshness {
        state.withLock { state in
            if let known = state.freshness[organization] { return known }
            if state.freshness.count >= state.organizationsMax { state.forgetOrganizations() }
            let made = Freshness()
            state.freshness[organization] = made
            return made
        }
    }

    /// A record that is larger than the whole cache is not kept.
    package func insert(_ record: TokenRecord) {
        state.withLock { $0.records.insert(record.selector, record, byteCount: record.byteCount) }
    }

    package func drop(_ selector: SelectorBytes) {
        state.withLock { $0.records.remove(selector) }
    }

    func removeAll() { state.withLock { $0.records.removeAll() } }
}

extension TokenCache.State {
    /// Those that only this table refers to: no record depends on their number, so that it can
    /// begin anew. The next time is at twice what is left, so that each one is looked at a few
    /// times at most.
    mutating func forgetOrganizations() {
        for organization in Array(freshness.keys) {
            guard let index = freshness.index(forKey: organization) else { continue }
            if isKnownUniquelyReferenced(&freshness.values[index]) {
                freshness.remove(at: index)
            }
        }
        organizationsMax = max(TokenCache.organizationsMin, 2 * freshness.count)
    }
}
