import Audit
import Crypto
import Wire

/// What a verification of the whole log has found, as its asker is told.
enum VerifyAnswer {
    static func make(_ report: AuditReport, _ requestID: UInt128) -> Answer {
        var json = JSONWriter(WipedBytes(capacity: 1024))
        json.beginObject()
        json.member("result")
        json.beginObject()
        json.member("outcome", report.verdict.text)
        json.member("records", number: report.recordCount)
        json.member("size", number: report.size)
        json.member("root")
        json.string(bytes: unsafe Base64.encode(report.root.bytes.span.bytes).span)
        json.member("segments", number: report.segmentCount)
        json.member("batches", number: report.batchCount)
        json.member("checkpoint_size")
        if let checkpoint = report.checkpoint { json.integer(checkpoint.size) } else { json.null() }
        json.member("uncovered", number: report.uncovered)
        json.member("findings", strings: report.findings.map(\.sentence))
        json.endObject()
        json.endObject()
        var answer = Answer(status: 200, requestID: requestID)
        answer.body = AnswerBody(json.finish())
        return answer
    }
}
