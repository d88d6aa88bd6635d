package import StrongroomClient

/// What `top` shows: how the vault did between two moments.
package enum TopText {
    /// Reasons that are named; the others are one number.
    private static let reasonsMax = 4

    package static func lines(
        from earlier: MetricSnapshot, to later: MetricSnapshot
    ) -> [String] {
        let change = MetricChange(earlier, later)
        return Table.pairs([
            ("state", state(later)),
            ("verifications", verifications(change)),
            ("latency", quantiles(change, "strongroom_verification_seconds")),
            ("commits", commits(change)),
            ("commit time", quantiles(change, "strongroom_commit_seconds")),
            ("cache", cache(change)),
            ("refusals", refusals(change)),
            ("queues", queues(later)),
            ("connections", connections(change)),
            ("audit log", audit(change)),
        ])
    }

    private static func state(_ now: MetricSnapshot) -> String {
        switch now["strongroom_store_full"] {
        case nil: "-"
        case 0: "serving"
        default: "FULL: no room on the disk; only ending an authority goes on"
        }
    }

    private static func verifications(_ change: MetricChange) -> String {
        let allowed = change.rate("strongroom_verifications_allowed_total")
        let denied = change.rate("strongroom_verifications_denied_total")
        let sum = allowed.flatMap { allowed in denied.map { $0 + allowed } }
        return "\(Amount.rate(sum)): \(Amount.rate(allowed)) allowed, \(Amount.rate(denied)) denied"
    }

    private static func quantiles(_ change: MetricChange, _ family: String) -> String {
        let buckets = change.buckets(family)
        guard let half = MetricSnapshot.quantile(0.5, of: buckets),
            let most = MetricSnapshot.quantile(0.99, of: buckets)
        else { return "-" }
        return "p50 \(Amount.time(half)), p99 \(Amount.time(most))"
    }

    private static func commits(_ change: MetricChange) -> String {
        let count = change.growth("strongroom_commit_records_count")
        let records = change.growth("strongroom_commit_records_sum")
        let rate = Amount.rate(change.rate("strongroom_commit_records_count"))
        guard let count, let records, count > 0 else { return rate }
        return rate + ", \(Amount.number(records / count)) records each"
    }

    private static func cache(_ change: MetricChange) -> String {
        let hits = change.growth("strongroom_cache_hits_total") ?? 0
        let misses = change.growth("strongroom_cache_misses_total") ?? 0
        let ratio =
            hits + misses > 0 ? Amount.percent(hits / (hits + misses)) + " hits" : "not asked"
        let now = change.later
        let held = Amount.number(now["strongroom_cache_records"]) + " records"
        let room = Amount.bytes(now["strongroom_cache_bytes"])
        let evictions = Amount.rate(change.rate("strongroom_cache_evictions_total"))
        return "\(ratio), \(held), \(room), \(evictions) evicted"
    }

    /// The most frequent reasons first.
    private static func refusals(_ change: MetricChange) -> String {
        let reasons = change.later.labels(of: "strongroom_refusals_total").compactMap {
            (word, name) in change.rate(name).map { (word: word, rate: $0) }
        }.filter { $0.rate > 0 }.sorted { ($0.rate, $1.word) > ($1.rate, $0.word) }
        guard !reasons.isEmpty else { return "none" }
        var texts = reasons.prefix(reasonsMax).map { "\($0.word) \(Amount.rate($0.rate))" }
        let rest = reasons.dropFirst(reasonsMax).reduce(0) { $0 + $1.rate }
        if rest > 0 { texts.append("others \(Amount.rate(rest))") }
        return texts.joined(separator: ", ")
    }

    private static func queues(_ now: MetricSnapshot) -> String {
        let depths = now.labels(of: "strongroom_queue_depth").map { word, name in
            "\(word) \(Amount.number(now[name]))"
        }
        return depths.isEmpty ? "-" : depths.joined(separator: ", ")
    }

    private static func connections(_ change: MetricChange) -> String {
        let open = Amount.number(change.later["strongroom_open_connections"])
        let made = Amount.rate(change.rate("strongroom_connections_total"))
        let refused = Amount.rate(change.rate("strongroom_connections_refused_total"))
        return "\(open) open, \(made) new, \(refused) refused"
    }

    private static func audit(_ change: MetricChange) -> String {
        let now = change.later
        let size = Amount.number(now["strongroom_audit_size"])
        let sealed = Amount.number(now["strongroom_audit_sealed_size"])
        let age = now["strongroom_checkpoint_age_seconds"]
        let checkpoint =
            age.map { "checkpoint \(Text.count(Int($0), "second")) ago" } ?? "no checkpoint yet"
        return "\(size) records, \(sealed) of them sealed, \(checkpoint)"
    }
}

/// Two snapshots, asked together.
struct MetricChange {
    let earlier: MetricSnapshot
    let later: MetricSnapshot

    init(_ earlier: MetricSnapshot, _ later: MetricSnapshot) {
        self.earlier = earlier
        self.later = later
    }

    func rate(_ name: String) -> Double? { later.rate(of: name, since: earlier) }
    func growth(_ name: String) -> Double? { later.growth(of: name, since: earlier) }

    func buckets(_ family: String) -> [MetricSnapshot.Bucket] {
        later.buckets(of: family, since: earlier)
    }
}
