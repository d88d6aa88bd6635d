import Crypto

/// Records with uses that are not in the store yet, found by their token's selector.
///
/// A token has more than one when its record was made anew in between.
struct UsedRecords {
    private var records: [SelectorBytes: [TokenRecord]] = [:]
    private(set) var count = 0
    /// Of what was there when the writing began; what comes meanwhile waits for the next one.
    private var queue: [SelectorBytes] = []

    var isDraining: Bool { !queue.isEmpty }

    var isEmpty: Bool { count == 0 }

    mutating func append(_ record: TokenRecord) {
        records[record.selector, default: []].append(record)
        count += 1
    }

    func of(_ selector: SelectorBytes) -> [TokenRecord] { records[selector] ?? [] }

    mutating func take(_ selector: SelectorBytes) -> [TokenRecord] {
        let taken = records.removeValue(forKey: selector) ?? []
        count -= taken.count
        for record in taken { record.uses.unlist() }
        return taken
    }

    mutating func beginDraining() { queue = Array(records.keys) }

    /// At most about `limit` of those that were there when draining began.
    mutating func drain(atMost limit: Int) -> [TokenRecord] {
        var taken: [TokenRecord] = []
        while taken.count < limit, let selector = queue.popLast() { taken += take(selector) }
        return taken
    }

    mutating func removeAll(where isGone: (TokenRecord) -> Bool) {
        for selector in records.keys {
            for record in records[selector] ?? [] where isGone(record) { record.uses.unlist() }
            records[selector]?.removeAll(where: isGone)
            if records[selector]?.isEmpty == true { records[selector] = nil }
        }
        count = records.values.reduce(0) { $0 + $1.count }
    }
}
