import Crypto
import Vault
import Wire

/// What a handler gives back; only one that was granted its operation can make one.
package struct Reply: Sendable {
    package let status: Int
    package private(set) var body: AnswerBody?
    package private(set) var contentType: StaticString = "application/json"
    package var fields: [UInt8] = []
    /// Complete lines with a secret in them.
    package var secretFields: AnswerBody?

    /// `{"result": ...}`, with the value that `write` writes.
    init(
        _ grant: Grant, status: Int = 200, revision: UInt64? = nil,
        _ write: (inout JSONWriter<WipedBytes>) -> Void
    ) {
        self.status = status
        var json = JSONWriter(WipedBytes(capacity: 1024))
        json.beginObject()
        json.member("result")
        write(&json)
        json.endObject()
        body = AnswerBody(json.finish())
        if let revision { fields.append(line: "ETag: \(Call.etag(revision))") }
    }

    /// A new object under its name; behind its value `write` may name what was made along with it.
    init(
        created name: StaticString, _ grant: Grant, revision: UInt64,
        _ write: (inout JSONWriter<WipedBytes>) -> Void
    ) {
        self.init(grant, status: 201, revision: revision) { json in
            json.beginObject()
            json.member(name)
            write(&json)
            json.endObject()
        }
    }

    /// Text of a type of its own.
    init(_ grant: Grant, _ contentType: StaticString, _ text: [UInt8]) {
        status = 200
        self.contentType = contentType
        body = AnswerBody(WipedBytes(copying: text.span))
    }

    /// The answer of a protocol of its own (RFC 7009, RFC 7662, forward authentication), where the
    /// secret in the request is what proves the right.
    init(protocolOwn status: Int) { self.status = status }

    init(protocolOwn status: Int, _ body: consuming WipedBytes) {
        self.status = status
        self.body = AnswerBody(body)
    }

    package func answer(to request: Request) -> Answer {
        var answer = Answer(status: status, requestID: request.id)
        answer.body = body
        answer.contentType = contentType
        answer.fields = fields
        answer.secretFields = secretFields
        return answer
    }
}
