/// Values by key, bounded by what they are reckoned to take: whatever was not used for longest, or
/// nearly, goes first (second chance).
struct BoundedTable<Key: Hashable, Value> {
    private var places: [Key: Int] = [:]
    private var values: [Value?] = []
    private var keys: [Key] = []
    private var sizes: [Int] = []
    private var wasUsed: [Bool] = []
    /// Places without a value, to be taken before another one is made.
    private var free: [Int] = []
    private var hand = 0
    /// Never above the bound.
    private(set) var byteCount = 0
    let byteCountMax: Int
    /// Values that had to go for others; what was removed does not count.
    private(set) var evictionCount = 0

    init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

    var count: Int { places.count }

    /// Counts as a use.
    mutating func value(_ key: Key) -> Value? {
        guard let place = places[key] else { return nil }
        wasUsed[place] = true
        return values[place]
    }

    /// In place of one with the same key; one that is larger than the whole table is not kept.
    mutating func insert(_ key: Key, _ value: Value, byteCount size: Int) {
        remove(key)
        guard size <= byteCountMax else { return }
        while byteCount > byteCountMax - size { evict() }
        let place = free.popLast() ?? values.count
        if place == values.count {
            values.append(nil)
            keys.append(key)
            sizes.append(size)
            wasUsed.append(true)
        }
        (values[place], keys[place], sizes[place], wasUsed[place]) = (value, key, size, true)
        places[key] = place
        byteCount += size
    }

    mutating func remove(_ key: Key) {
        if let place = places[key] { vacate(place) }
    }

    mutating func removeAll(where isGone: (Value) -> Bool) {
        for place in values.indices {
            if let value = values[place], isGone(value) { vacate(place) }
        }
    }

    mutating func removeAll() { self = BoundedTable(emptied: self) }

    private init(emptied other: BoundedTable) {
        byteCountMax = other.byteCountMax
        evictionCount = other.evictionCount
    }

    /// The hand passes over what was used since it last came by.
    private mutating func evict() {
        while true {
            let place = hand
            hand = (hand + 1) % values.count
            guard values[place] != nil else { continue }
            if wasUsed[place] {
                wasUsed[place] = false
                continue
            }
            evictionCount += 1
            return vacate(place)
        }
    }

    private mutating func vacate(_ place: Int) {
        places[keys[place]] = nil
        values[place] = nil
        wasUsed[place] = false
        byteCount -= sizes[place]
        free.append(place)
    }
}
