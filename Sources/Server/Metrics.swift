import Audit
import Crypto
import Vault

/// `GET /metrics` (OpenMetrics 1.0): what the daemon does, and nothing of whom it does it for.
///
/// Labels are the names of reasons, queues and buckets only; none comes from a request.
enum Metrics {
    static func text(_ call: Call) -> [UInt8] {
        var writer = MetricWriter()
        let counters = call.desk.published.counters
        for name in Counters.Name.allCases {
            let type: MetricWriter.Kind = name.isGauge ? .gauge : .counter
            writer.family(name.text, type, name.help)
            writer.sample(UInt64(clamping: counters.value(name)))
        }
        write(counters.refusals, to: &writer)
        for name in Histogram.Name.allCases {
            write(counters.histogram(name), as: name, to: &writer)
        }
        write(call.vault.cache.usage, to: &writer)
        writer.gauge(
            "strongroom_known_row_bytes", "What rows kept beside the cache are reckoned to take.",
            call.vault.knownByteCount)
        write(call.desk.queueDepths(), to: &writer)
        writeLog(call, to: &writer)
        writeVault(call, to: &writer)
        return writer.finish()
    }

    private static func write(_ refusals: RefusalCounts, to writer: inout MetricWriter) {
        writer.family(
            "strongroom_refusals", .counter,
            "Refusals by the reason that the audit log has, suppressed ones included.")
        for reason in AuditEvent.Reason.allCases where reason != .replayed {
            guard let text = reason.text else { continue }
            writer.sample("reason", text, UInt64(refusals[reason]))
        }
    }

    private static func write(
        _ histogram: Histogram, as name: Histogram.Name, to writer: inout MetricWriter
    ) {
        writer.family(name.text, .histogram, name.help)
        var count: UInt64 = 0
        for (bound, number) in zip(name.bounds, histogram.counts) {
            count += number
            writer.bucket(name.isTime ? .nanoseconds(bound) : .whole(bound), count)
        }
        count += histogram.counts.last ?? 0
        writer.bucket(nil, count)
        writer.summary(
            sum: name.isTime ? .nanoseconds(histogram.sum) : .whole(histogram.sum), count)
    }

    private static func write(_ usage: TokenCache.Usage, to writer: inout MetricWriter) {
        writer.gauge("strongroom_cache_records", "Token records in the cache.", usage.records)
        writer.gauge(
            "strongroom_cache_bytes", "What the cache's records are reckoned to take.", usage.bytes)
        writer.gauge(
            "strongroom_cache_organizations", "Organizations that the cache keeps a number of.",
            usage.organizations)
        writer.family(
            "strongroom_cache_evictions", .counter, "Records let go of to keep the cache's bound.")
        writer.sample(UInt64(usage.evictions))
    }

    private static func write(_ depths: QueueDepths, to writer: inout MetricWriter) {
        writer.family(
            "strongroom_queue_depth", .gauge, "What waits at the moment, by what it waits for.")
        for (name, depth) in depths.all { writer.sample("queue", name, UInt64(depth)) }
    }

    private static func writeLog(_ call: Call, to writer: inout MetricWriter) {
        let head = call.desk.log.head
        writer.gauge("strongroom_audit_size", "Records of the audit log.", head.size)
        writer.gauge(
            "strongroom_audit_sealed_size", "Records of it that are in segments.", head.sealedSize)
        guard let signedAt = call.desk.checkpointAt else { return }
        let age = max(0, call.request.receivedAt.microseconds - signedAt.microseconds)
        writer.family(
            "strongroom_checkpoint_age_seconds", .gauge,
            "Time since the newest checkpoint was signed; absent before this run's first.")
        writer.sample(.nanoseconds(UInt64(age) * 1000))
    }

    private static func writeVault(_ call: Call, to writer: inout MetricWriter) {
        let standing = call.vault.standing
        writer.gauge("strongroom_epoch", "Goes up with what may end an authority.", standing.epoch)
        writer.gauge(
            "strongroom_generation", "Goes up with each commit of a change.", standing.generation)
        writer.gauge(
            "strongroom_store_full", "1 while there is no room on the disk.",
            call.desk.published.isFull ? 1 : 0)
        writer.gauge(
            "strongroom_secret_memory_bytes", "Locked memory in use.",
            SecretMemory.usedByteCount)
    }
}

/// How much waits at each place where something can.
package struct QueueDepths: Sendable {
    /// Messages to the store's owner that he has not taken yet.
    package var store = 0
    /// Requests that he has taken and that have not had their turn.
    package var requests = 0
    /// Batches of the loops whose commit is not over.
    package var batches = 0
    /// Lists and counts that go on between batches.
    package var reads = 0
    package var searches = 0
    /// Members' secrets that are being hashed, or wait for it.
    package var hashing = 0
    /// Credentials that are being opened, or wait for it.
    package var openings = 0
    /// Connections that wait for the next epoch.
    package var epochs = 0

    package init() {}

    var all: [(name: StaticString, depth: Int)] {
        [
            ("store", store), ("requests", requests), ("batches", batches), ("reads", reads),
            ("searches", searches), ("hashing", hashing), ("openings", openings),
            ("epochs", epochs),
        ]
    }
}
