import Audit
import Crypto
import StrongroomClient
import Vault
import Wire

/// What a verification found, for people and for programs.
enum ProofText {
    static func pairs(
        _ report: AuditReport, _ key: VerifierKey
    ) -> [(name: String, value: String)] {
        [
            ("verdict", sentence(report)),
            ("records", count(report)),
            (
                "pieces",
                Text.count(report.segmentCount, "segment") + ", "
                    + Text.count(report.batchCount, "batch", "batches")
            ),
            ("from", time(report.earliest)),
            ("until", time(report.latest)),
            ("set back", times(report.timeRegressionCount)),
            ("root", root(report)),
            ("checkpoint", report.checkpoint.map { "of \($0.size) records" } ?? "none"),
            ("key", key.text),
        ]
    }

    /// The members that the daemon's own verification has, and more.
    static func json(_ report: AuditReport, _ key: VerifierKey) -> SecretText {
        var writer = JSONWriter(WipedBuffer())
        writer.beginObject()
        writer.member("result")
        writer.beginObject()
        writer.member("outcome")
        writer.string(report.verdict.text)
        let numbers: [(StaticString, UInt64)] = [
            ("records", report.recordCount), ("first", report.first), ("size", report.size),
            ("uncovered", report.uncovered), ("finding_count", UInt64(report.findingCount)),
            ("time_regressions", report.timeRegressionCount),
            ("segments", UInt64(report.segmentCount)), ("batches", UInt64(report.batchCount)),
        ]
        for (name, value) in numbers {
            writer.member(name)
            writer.integer(value)
        }
        writer.member("checkpoint_size")
        if let checkpoint = report.checkpoint {
            writer.integer(checkpoint.size)
        } else {
            writer.null()
        }
        writer.member("root")
        writer.string(root(report))
        writer.member("key")
        writer.string(key.text)
        writer.member("findings")
        writer.beginArray()
        for finding in report.findings { writer.string(finding.sentence) }
        writer.endArray()
        writer.endObject()
        writer.endObject()
        return writer.finish().take()
    }

    private static func sentence(_ report: AuditReport) -> String {
        switch report.verdict {
        case .proved: "proved: every record is under a signed checkpoint"
        case .uncovered(let count):
            "not proved: the last \(count) records are under no checkpoint yet, as after a kill"
        case .refused: "not proved: " + Text.count(report.findingCount, "finding")
        }
    }

    private static func count(_ report: AuditReport) -> String {
        guard report.recordCount > 0 else { return "none" }
        return "\(report.recordCount), from number \(report.first) to \(report.size - 1)"
    }

    /// How often a time is before the last one: clocks are set, and threads take turns.
    private static func times(_ count: UInt64) -> String {
        switch count {
        case 0: "never"
        case 1: "once"
        default: "\(count) times"
        }
    }

    private static func time(_ instant: Instant?) -> String {
        instant.map { Timestamp.text(microseconds: $0.microseconds) } ?? "-"
    }

    private static func root(_ report: AuditReport) -> String {
        String(decoding: unsafe Base64.encode(report.root.bytes.span.bytes), as: UTF8.self)
    }
}
