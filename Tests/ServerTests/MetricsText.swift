import Server
import Support
import Testing

/// What `/metrics` says, read as strictly as its format is (OpenMetrics 1.0).
struct MetricsText {
    struct Malformed: Error { let line: String }

    /// Types by family.
    private(set) var types: [String: String] = [:]
    private(set) var helps: [String: String] = [:]
    /// Values by name and label, as they stand there.
    private(set) var samples: [String: Double] = [:]
    /// Names in the order of the text.
    private(set) var order: [String] = []
    private(set) var labels: Set<String> = []

    init(_ text: String) throws {
        var family = ""
        var hasEnded = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let line = String(line)
            guard !hasEnded else { throw Malformed(line: line) }
            if line == "# EOF" {
                hasEnded = true
            } else if line.hasPrefix("# ") {
                family = try comment(line)
            } else {
                try sample(line, in: family)
            }
        }
        guard hasEnded, text.hasSuffix("\n") else { throw Malformed(line: "the end") }
    }

    private mutating func comment(_ line: String) throws -> String {
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        guard words.count == 4, words[2].wholeMatch(of: #/strongroom_[a-z_]+/#) != nil else {
            throw Malformed(line: line)
        }
        switch words[1] {
        case "TYPE" where types[words[2]] == nil: types[words[2]] = words[3]
        case "HELP" where helps[words[2]] == nil: helps[words[2]] = words[3]
        default: throw Malformed(line: line)
        }
        return words[2]
    }

    private mutating func sample(_ line: String, in family: String) throws {
        let form = #/(strongroom_[a-z_]+)(\{([a-z]+)="([a-zA-Z0-9_.+]+)"\})? ([0-9]+(\.[0-9]+)?)/#
        guard let match = line.wholeMatch(of: form), let type = types[family],
            let value = Double(match.output.5)
        else { throw Malformed(line: line) }
        let suffixes = [
            "gauge": [""], "counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"],
        ]
        let names = (suffixes[type] ?? []).map { family + $0 }
        guard names.contains(String(match.output.1)) else { throw Malformed(line: line) }
        if let label = match.output.3 { labels.insert(String(label)) }
        let name = String(line.prefix { $0 != " " })
        guard samples.updateValue(value, forKey: name) == nil else { throw Malformed(line: line) }
        order.append(name)
    }

    subscript(_ name: String) -> Double { samples[name] ?? -1 }

    /// Cumulative counts of a histogram, in the order of the text.
    func buckets(_ family: String) -> [(bound: String, count: Double)] {
        let start = family + "_bucket{le=\""
        return order.filter { $0.hasPrefix(start) }.map { name in
            (String(name.dropFirst(start.count).dropLast(2)), self[name])
        }
    }
}

extension DaemonUnderTest {
    func metrics() throws -> MetricsText {
        try MetricsText(ask(.admin, Ask("GET", "/metrics")).text)
    }

    /// Once it says so: a loop counts a batch's answers when the last of them has left.
    func metrics(when isReached: (MetricsText) -> Bool) throws -> MetricsText {
        var metrics = try metrics()
        for _ in 0..<200 where !isReached(metrics) {
            waitAMoment()
            metrics = try self.metrics()
        }
        return metrics
    }
}
