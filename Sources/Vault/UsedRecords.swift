import Crypto

/// Records with uses that are not in the store yet, found by their token's selector.
///
/// A token has more than one when its record was made anew in between.
///
/// Law: what was taken for the open batch, or let go with what it deletes, comes back where that is not
/// kept.
struct UsedRecords {
    private var records: [SelectorBytes: [TokenRecord]] = [:]
    private(set) var count = 0
    /// Of what was there when the writing began, the last one first; what comes meanwhile waits for the
    /// next one.
    private var queue: [Place] = []
    private var taken: [Taken] = []
    private var stepStart = 0

    private struct Taken {
        let record: TokenRecord
        var slot = GenerationSlot.primary
        var count: UInt64 = 0
    }

    /// Where a token's use is stored: neighbours share a page, which is written once for them.
    private struct Place: Comparable {
        let organization: OrganizationID
        let token: TokenID
        let selector: SelectorBytes

        static func < (left: Place, right: Place) -> Bool {
            guard left.organization == right.organization else {
                return left.organization.value < right.organization.value
            }
            return left.token.value < right.token.value
        }
    }

    var isDraining: Bool { !queue.isEmpty }

    mutating func append(_ record: TokenRecord) {
        records[record.selector, default: []].append(record)
        count += 1
    }

    func of(_ selector: SelectorBytes) -> [TokenRecord] { records[selector] ?? [] }

    /// Takes a token's records off the list.
    mutating func take(_ selector: SelectorBytes) -> [TokenRecord] {
        let found = records.removeValue(forKey: selector) ?? []
        count -= found.count
        for record in found { unlist(record) }
        return found
    }

    private mutating func unlist(_ record: TokenRecord) {
        record.uses.unlist()
        taken.append(Taken(record: record))
    }

    /// Takes the uses of a record that is off the list.
    mutating func takeUse(
        of record: TokenRecord, _ slot: GenerationSlot
    ) -> (count: UInt64, last: Instant)? {
        guard let use = record.uses.take(slot) else { return nil }
        taken.append(Taken(record: record, slot: slot, count: use.count))
        return use
    }

    mutating func beginDraining() {
        queue = records.compactMap { selector, records in
            records.first.map {
                Place(organization: $0.organization, token: $0.token, selector: selector)
            }
        }
        queue.sort(by: >)
    }

    /// At most about `limit` of those that were there when draining began.
    mutating func drain(atMost limit: Int) -> [TokenRecord] {
        var drained: [TokenRecord] = []
        while drained.count < limit, let place = queue.popLast() {
            drained += take(place.selector)
        }
        return drained
    }

    /// Of records that are deleted with what they speak for.
    mutating func removeAll(where isGone: (TokenRecord) -> Bool) {
        let gone = records.values.flatMap { $0.filter(isGone) }
        for record in gone {
            unlist(record)
            records[record.selector]?.removeAll { $0 === record }
            if records[record.selector]?.isEmpty == true { records[record.selector] = nil }
        }
        count -= gone.count
    }

    // MARK: - What becomes of what was taken

    /// What is taken from here on is undone with the step.
    mutating func beginStep() { stepStart = taken.count }

    mutating func undoStep() { giveBack(from: stepStart) }

    mutating func commit() { taken.removeAll(keepingCapacity: true) }

    mutating func abandon() { giveBack(from: 0) }

    private mutating func giveBack(from start: Int) {
        for taken in taken[start...] {
            // The count first: whoever is on the list may be taken from it.
            taken.record.uses.giveBack(taken.count, taken.slot)
            if taken.record.uses.list() { append(taken.record) }
        }
        taken.removeSubrange(start...)
    }
}
