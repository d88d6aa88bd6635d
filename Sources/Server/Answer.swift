import Audit
package import Crypto
import Vault
import Wire

/// A body on its way out; wiped when the last byte is gone.
package final class AnswerBody: Sendable {
    package let bytes: WipedBytes

    package init(_ bytes: consuming WipedBytes) { self.bytes = bytes }
}

/// What goes back for one request.
package struct Answer: Sendable {
    package var status: Int
    package var contentType: StaticString = "application/json"
    package var body: AnswerBody?
    /// Complete lines, each with its line end.
    package var fields: [UInt8] = []
    /// The same, where a secret is in them.
    package var secretFields: AnswerBody?
    package var requestID: UInt128
    /// Further bytes of this connection cannot be told apart from a body: it ends here.
    package var closes = false
    /// The answer comes later, from a background job, by the request's id.
    package var isDeferred = false

    package init(status: Int, requestID: UInt128) {
        self.status = status
        self.requestID = requestID
    }

    /// None yet: a job of its own gives it.
    static func later(_ request: Request) -> Answer {
        var answer = Answer(status: 200, requestID: request.id)
        answer.isDeferred = true
        return answer
    }

    /// A problem document (RFC 9457).
    package init(_ problem: Problem, requestID: UInt128) {
        self.init(status: problem.status, requestID: requestID)
        contentType = "application/problem+json"
        body = AnswerBody(ProblemDocument.render(problem, requestID: requestID))
        switch problem.challenge {
        case nil: break
        case .plain: fields.append(line: "WWW-Authenticate: Bearer realm=\"strongroom\"")
        case .invalidToken:
            fields.append(
                line: "WWW-Authenticate: Bearer realm=\"strongroom\", error=\"invalid_token\"")
        case .insufficientScope:
            fields.append(
                line: "WWW-Authenticate: Bearer realm=\"strongroom\", error=\"insufficient_scope\"")
        }
        if let seconds = problem.retryAfterSeconds {
            fields.append(line: "Retry-After: \(seconds)")
        }
    }
}

/// `ByteSink` can do most of it, more slowly: a generic function of another module has to look its
/// types up at every call, and these run for every answer.
extension [UInt8] {
    mutating func append(decimal number: UInt64) {
        var digits = InlineArray<20, UInt8>(repeating: 48)
        var rest = number
        var start = 20
        repeat {
            start -= 1
            digits[start] = UInt8(truncatingIfNeeded: rest % 10) + 48
            rest /= 10
        } while rest > 0
        for index in start..<20 { append(digits[index]) }
    }

    mutating func append(text: String) { append(contentsOf: text.utf8) }

    mutating func append(text: StaticString) {
        text.withUTF8Buffer { buffer in unsafe append(contentsOf: buffer) }
    }

    mutating func append(line: String) {
        append(contentsOf: line.utf8)
        append(contentsOf: [13, 10])
    }
}

extension WipedBytes: ByteSink {}

enum ProblemDocument {
    static func render(_ problem: Problem, requestID: UInt128) -> WipedBytes {
        var json = JSONWriter(WipedBytes(capacity: 256))
        json.beginObject()
        json.member("type")
        json.string("about:blank")
        json.member("title")
        json.string(problem.title.description)
        json.member("status")
        json.integer(Int64(problem.status))
        json.member("detail")
        json.string(problem.detail)
        json.member("request_id")
        json.string(RequestID.text(requestID))
        json.endObject()
        return json.finish()
    }
}

/// Writes the head and body of an answer behind what a connection already has to send.
enum AnswerEncoding {
    static func append(
        _ answer: Answer, isHead: Bool, _ persistence: Persistence, date: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        let byteCount = answer.body?.bytes.count ?? 0
        let secretCount = byteCount + (answer.secretFields?.bytes.count ?? 0)
        // Exact room: an array that grew would leave a copy of a secret behind.
        output.reserveCapacity(output.count + 512 + answer.fields.count + secretCount)
        appendStatus(answer.status, date: date, to: &output)
        if answer.body != nil {
            output.append(text: "Content-Type: " as StaticString)
            output.append(text: answer.contentType)
            output.append(text: "\r\n" as StaticString)
        }
        output.append(text: "Content-Length: \(byteCount)\r\nCache-Control: no-store\r\n")
        output.append(text: "X-Request-Id: " as StaticString)
        RequestID.append(answer.requestID, to: &output)
        output.append(text: "\r\n" as StaticString)
        output.append(contentsOf: answer.fields)
        if let fields = answer.secretFields { append(fields, to: &output) }
        persistence.append(to: &output)
        output.append(text: "\r\n" as StaticString)
        if !isHead, let body = answer.body { append(body, to: &output) }
    }

    private static func append(_ body: AnswerBody, to output: inout [UInt8]) {
        body.bytes.withSpan { bytes in
            for index in bytes.indices { output.append(bytes[index]) }
        }
    }

    static func appendStatus(_ status: Int, date: Span<UInt8>, to output: inout [UInt8]) {
        output.append(text: "HTTP/1.1 \(status) ")
        output.append(text: Problem.title(status))
        output.append(text: "\r\nDate: " as StaticString)
        for index in date.indices { output.append(date[index]) }
        output.append(text: "\r\n" as StaticString)
    }
}
