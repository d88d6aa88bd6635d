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
        var places: [SelectorBytes: Int] = [:]
        var records: [TokenRecord?] = []
        var wasUsed: [Bool] = []
        /// Places without a record, to be taken before another one is made.
        var free: [Int] = []
        var hand = 0
        var byteCount = 0
        let byteCountMax: Int
        var evictionCount = 0
        var freshness: [OrganizationID: Freshness] = [:]
        /// At so many organizations those without a record are forgotten.
        var organizationsMax = TokenCache.organizationsMin
    }

    package init(byteCount: Int) {
        let least = Self.recordsMin * TokenRecord.usualByteCount
        state = Mutex(State(byteCountMax: max(least, byteCount)))
    }

    /// The record for a selector, unless it is not here or no longer true.
    package func record(_ selector: SelectorBytes) -> TokenRecord? {
        state.withLock { state in
            guard let place = state.places[selector], let record = state.records[place],
                record.isCurrent
            else { return nil }
            state.wasUsed[place] = true
            return record
        }
    }

    package var count: Int { state.withLock { $0.places.count } }

    package var usage: Usage {
        state.withLock { state in
            Usage(
                records: state.places.count, bytes: state.byteCount,
                organizations: state.freshness.count, evictions: state.evictionCount)
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
        state.withLock { state in
            state.remove(record.selector)
            guard record.byteCount <= state.byteCountMax else { return }
            while state.byteCount > state.byteCountMax - record.byteCount { state.evict() }
            state.add(record)
        }
    }

    package func drop(_ selector: SelectorBytes) {
        state.withLock { state in state.remove(selector) }
    }

    func removeAll() {
        state.withLock { state in
            state.places = [:]
            state.records = []
            state.wasUsed = []
            state.free = []
            state.hand = 0
            state.byteCount = 0
        }
    }
}

extension TokenCache.State {
    mutating func add(_ record: TokenRecord) {
        let place = free.popLast() ?? records.count
        if place == records.count {
            records.append(nil)
            wasUsed.append(true)
        }
        records[place] = record
        wasUsed[place] = true
        places[record.selector] = place
        byteCount += record.byteCount
    }

    mutating func remove(_ selector: SelectorBytes) {
        if let place = places[selector] { vacate(place) }
    }

    /// Second chance: the hand passes over what was used since it last came by.
    mutating func evict() {
        while true {
            let place = hand
            hand = (hand + 1) % records.count
            guard records[place] != nil else { continue }
            if wasUsed[place] {
                wasUsed[place] = false
                continue
            }
            evictionCount += 1
            return vacate(place)
        }
    }

    private mutating func vacate(_ place: Int) {
        guard let record = records[place] else { return }
        places[record.selector] = nil
        records[place] = nil
        wasUsed[place] = false
        byteCount -= record.byteCount
        free.append(place)
    }

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
