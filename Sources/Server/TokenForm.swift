import Audit
import Crypto
import Vault
import Wire

/// `token=...` of a form; its value goes from the wiped body into locked memory.
struct TokenForm {
    /// Nil for a text that is no token's.
    private(set) var token: DetachedToken?
    private(set) var clientID: String?
    private(set) var clientSecret: AnswerBody?

    init(_ call: Call) throws(Refusal) {
        guard let body = call.request.body else {
            throw .malformedRequest("the form needs a token")
        }
        let values = try body.bytes.withSpan { (bytes) throws(Refusal) in
            try Self.values(bytes)
        }
        guard let text = values["token"] else {
            throw .malformedRequest("the form needs a token")
        }
        clientID = values["client_id"].map { $0.bytes.withSpan(Self.text) }
        clientSecret = values["client_secret"]
        do {
            var presented = try PresentedToken()
            let isToken = text.bytes.withSpan { presented.read($0) }
            if isToken {
                token = try presented.detached()
            } else {
                call.event.detail = text.bytes.withSpan {
                    unsafe call.vault.ring.pseudonym.key.pseudonym($0.bytes)
                }
            }
        } catch {
            throw Refusal.secretMemoryExhausted
        }
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        var copy: [UInt8] = []
        for index in bytes.indices { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }

    private static func values(_ bytes: Span<UInt8>) throws(Refusal) -> [String: AnswerBody] {
        var values: [String: AnswerBody] = [:]
        var fields = FormFields(in: 0..<bytes.count)
        do throws(FieldPairFault) {
            while let field = try fields.next(bytes) {
                var decoded: [UInt8] = []
                decoded.reserveCapacity(field.value.count)
                defer { Wiping.wipe(&decoded) }
                try FormFields.decode(field.value, bytes, into: &decoded)
                let value = AnswerBody(WipedBytes(copying: decoded.span))
                if values.updateValue(value, forKey: field.name) != nil {
                    throw FieldPairFault.malformed
                }
            }
        } catch {
            throw Refusal.malformedRequest("the form is malformed or has a field twice")
        }
        return values
    }
}
