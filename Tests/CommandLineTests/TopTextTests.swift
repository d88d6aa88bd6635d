import StrongroomClient
import Testing
import strongroom

@Suite struct TopTextTests {
    private static func snapshot(_ values: [String: Int], time: Double) -> MetricSnapshot {
        let lines = values.sorted { $0.key < $1.key }.map { "strongroom_\($0.key) \($0.value)" }
        return MetricSnapshot(lines.joined(separator: "\n") + "\n# EOF\n", time: time)
    }

    /// The line of a name, without the name.
    private static func line(
        _ name: String, _ before: [String: Int], _ after: [String: Int], seconds: Double = 2
    ) -> String? {
        let lines = TopText.lines(
            from: snapshot(before, time: 100), to: snapshot(after, time: 100 + seconds))
        guard let line = lines.first(where: { $0.hasPrefix(name + " ") }) else { return nil }
        return String(line.dropFirst(name.count).drop { $0 == " " })
    }

    @Test func `a daemon that says nothing known is shown as unknown, not as idle`() {
        let names = [
            "state", "verifications", "latency", "commits", "commit time", "cache", "refusals",
            "queues", "connections", "audit log",
        ]
        let lines = TopText.lines(
            from: MetricSnapshot("", time: 0), to: MetricSnapshot("garbage\n\n# x", time: 1))
        #expect(lines.count == names.count)
        #expect(zip(lines, names).allSatisfy { $0.hasPrefix($1) })
        #expect(Self.line("state", [:], [:]) == "-")
        #expect(Self.line("verifications", [:], [:]) == "-/s: -/s allowed, -/s denied")
        #expect(Self.line("latency", [:], [:]) == "-")
    }

    @Test func `counters that went back are no rate: the daemon began anew`() {
        let allowed = "verifications_allowed_total"
        let denied = "verifications_denied_total"
        #expect(
            Self.line("verifications", [allowed: 500, denied: 1], [allowed: 20, denied: 3])
                == "-/s: -/s allowed, 1/s denied")
    }

    @Test func `verifications are counted by the second, by outcome`() {
        let allowed = "verifications_allowed_total"
        let denied = "verifications_denied_total"
        #expect(
            Self.line("verifications", [allowed: 0, denied: 0], [allowed: 246_912, denied: 3])
                == "123,458/s: 123,456/s allowed, 1.5/s denied")
    }

    @Test func `quantiles are of what came in between alone`() {
        func bucket(_ bound: String) -> String { "verification_seconds_bucket{le=\"\(bound)\"}" }
        let before = [bucket("0.001"): 1000, bucket("0.01"): 1000, bucket("+Inf"): 1000]
        let after = [bucket("0.001"): 1000, bucket("0.01"): 1100, bucket("+Inf"): 1100]
        #expect(Self.line("latency", before, after) == "p50 5.5 ms, p99 9.9 ms")
        #expect(Self.line("latency", before, before) == "-")
    }

    @Test func `what is above every bound is shown as the greatest bound`() {
        let buckets = [
            MetricSnapshot.Bucket(bound: 1, count: 1), .init(bound: 2, count: 0),
            .init(bound: .infinity, count: 99),
        ]
        #expect(MetricSnapshot.quantile(0.99, of: buckets) == 2)
        #expect(MetricSnapshot.quantile(0.005, of: buckets) == 0.5)
        #expect(MetricSnapshot.quantile(0.5, of: []) == nil)
    }

    @Test func `the most frequent refusals are named, the others are one number`() {
        let reasons = ["a", "b", "c", "d", "e", "f", "g"]
        func counts(_ value: (Int) -> Int) -> [String: Int] {
            Dictionary(
                uniqueKeysWithValues: reasons.enumerated().map { index, reason in
                    ("refusals_total{reason=\"\(reason)\"}", value(index))
                })
        }
        #expect(
            Self.line("refusals", counts { _ in 0 }, counts { $0 * 20 })
                == "g 60/s, f 50/s, e 40/s, d 30/s, others 30/s")
        #expect(Self.line("refusals", counts { $0 }, counts { $0 }) == "none")
    }

    @Test func `a full disk is said first, and where the cache stands`() {
        #expect(Self.line("state", [:], ["store_full": 1])?.hasPrefix("FULL") == true)
        #expect(Self.line("state", [:], ["store_full": 0]) == "serving")
        let names = ["cache_hits_total", "cache_misses_total", "cache_evictions_total"]
        let before = Dictionary(uniqueKeysWithValues: names.map { ($0, 0) })
        let after = [
            names[0]: 999, names[1]: 1, names[2]: 0, "cache_records": 1204,
            "cache_bytes": 770_560,
        ]
        #expect(
            Self.line("cache", before, after)
                == "99.9 % hits, 1,204 records, 752.5 KiB, 0/s evicted")
    }
}
