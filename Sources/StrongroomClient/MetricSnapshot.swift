/// What `/metrics` said at one moment, and how two moments differ.
package struct MetricSnapshot: Sendable {
    /// In seconds, from any beginning; the same one for snapshots that are compared.
    package let time: Double
    /// By name, with the label where there is one, as in the text.
    private let values: [String: Double]
    private let names: [String]

    /// One bucket of a histogram: how many values were above the bucket before and not above
    /// `bound`, which is infinite for the last.
    package struct Bucket: Equatable, Sendable {
        package let bound: Double
        package let count: Double

        package init(bound: Double, count: Double) {
            self.bound = bound
            self.count = count
        }
    }

    /// What cannot be read is left out: a newer daemon may say more.
    package init(_ text: String, time: Double) {
        var values: [String: Double] = [:]
        var names: [String] = []
        for line in text.split(separator: "\n") where line.first != "#" {
            let parts = line.split(separator: " ")
            guard parts.count == 2, let value = Double(parts[1]) else { continue }
            let name = String(parts[0])
            if values.updateValue(value, forKey: name) == nil { names.append(name) }
        }
        self.time = time
        self.values = values
        self.names = names
    }

    /// Nil for what the daemon does not say.
    package subscript(_ name: String) -> Double? { values[name] }

    /// How much a counter has gone up; nil where it has gone down, for the daemon began anew.
    package func growth(of name: String, since earlier: MetricSnapshot) -> Double? {
        guard let now = values[name], let before = earlier.values[name], now >= before else {
            return nil
        }
        return now - before
    }

    package func rate(of name: String, since earlier: MetricSnapshot) -> Double? {
        guard time > earlier.time, let growth = growth(of: name, since: earlier) else { return nil }
        return growth / (time - earlier.time)
    }

    /// Values of the label of a family's samples, in the order of the text.
    package func labels(of family: String) -> [(word: String, name: String)] {
        names.compactMap { name in
            guard name.hasPrefix(family + "{"), let start = name.firstIndex(of: "\""),
                let end = name.lastIndex(of: "\""), start < end
            else { return nil }
            return (String(name[name.index(after: start)..<end]), name)
        }
    }

    /// What came into each bucket in between; empty where the daemon began anew.
    package func buckets(of family: String, since earlier: MetricSnapshot) -> [Bucket] {
        let samples = labels(of: family + "_bucket").map { word, name in
            (bound: word == "+Inf" ? .infinity : Double(word) ?? .infinity, name: name)
        }
        var buckets: [Bucket] = []
        var below = 0.0
        for (bound, name) in samples.sorted(by: { $0.bound < $1.bound }) {
            guard let growth = growth(of: name, since: earlier), growth >= below else { return [] }
            buckets.append(Bucket(bound: bound, count: growth - below))
            below = growth
        }
        return buckets
    }

    /// The value that a part of all values is not above, as if they lay evenly in their bucket.
    ///
    /// - Parameter part: between 0 and 1, such as 0.99.
    /// - Returns: nil without values; the last finite bound where it lies above that.
    package static func quantile(_ part: Double, of buckets: [Bucket]) -> Double? {
        let total = buckets.reduce(0) { $0 + $1.count }
        guard total > 0 else { return nil }
        let rank = part * total
        var seen = 0.0
        var low = 0.0
        for bucket in buckets {
            if seen + bucket.count >= rank, bucket.count > 0 {
                guard bucket.bound.isFinite else { return low }
                return low + (bucket.bound - low) * (rank - seen) / bucket.count
            }
            seen += bucket.count
            if bucket.bound.isFinite { low = bucket.bound }
        }
        return low
    }
}
