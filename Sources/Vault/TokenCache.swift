package import Crypto
import Synchronization

/// Verified token records by selector, bounded; shared by the loops and the store's owner.
///
/// Only the store's owner inserts and drops, in the order of its batches, so that a record made
/// before a change can never be put back after it.
package final class TokenCache: Sendable {
    /// What one record is reckoned to take, with its place in the table.
    static let recordByteCount = 640

    /// Guards the table and the ring of eviction; held for a look-up or a change, never longer.
    private let state: Mutex<State>

    private struct State {
        var places: [SelectorBytes: Int] = [:]
        var records: [TokenRecord?] = []
        var wasUsed: [Bool] = []
        var hand = 0
        var freshness: [OrganizationID: Freshness] = [:]
        var capacity: Int
    }

    package init(byteCount: Int) {
        let capacity = max(64, byteCount / Self.recordByteCount)
        state = Mutex(State(capacity: capacity))
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

    /// The number that every record of an organization depends on.
    func freshness(of organization: OrganizationID) -> Freshness {
        state.withLock { state in
            if let known = state.freshness[organization] { return known }
            let made = Freshness()
            state.freshness[organization] = made
            return made
        }
    }

    func insert(_ record: TokenRecord) {
        state.withLock { state in
            if let place = state.places[record.selector] {
                state.records[place] = record
            } else if state.records.count < state.capacity {
                state.places[record.selector] = state.records.count
                state.records.append(record)
                state.wasUsed.append(true)
            } else {
                let place = Self.evict(&state)
                state.places[record.selector] = place
                state.records[place] = record
                state.wasUsed[place] = true
            }
        }
    }

    func drop(_ selector: SelectorBytes) {
        state.withLock { state in
            guard let place = state.places.removeValue(forKey: selector) else { return }
            state.records[place] = nil
            state.wasUsed[place] = false
        }
    }

    func removeAll() {
        state.withLock { state in
            state.places = [:]
            state.records = []
            state.wasUsed = []
            state.hand = 0
        }
    }

    /// Second chance: the hand passes over what was used since it last came by.
    private static func evict(_ state: inout State) -> Int {
        while true {
            let place = state.hand
            state.hand = (state.hand + 1) % state.records.count
            if state.wasUsed[place] {
                state.wasUsed[place] = false
                continue
            }
            if let old = state.records[place] { state.places[old.selector] = nil }
            return place
        }
    }
}
