import Audit
package import Crypto
import Linux
package import Vault
import Wire

/// RFC 7662 and RFC 7009, for gateways that cache what they are told.
enum Introspection {
    @Sendable static func introspect(_ call: Call) throws(Refusal) -> Reply {
        let form = try TokenForm(call)
        guard call.desk.introspection.admits(call.request.basic, form) else {
            call.event.outcome = .deny
            call.event.reason = .clientUnauthenticated
            var reply = Reply(protocolOwn: 401, OAuthError.body("invalid_client"))
            reply.fields.append(line: "WWW-Authenticate: Basic realm=\"strongroom\"")
            return reply
        }
        guard let token = form.token else { return inactive(call, .malformedToken) }
        let judgement = try call.vault.judge(token, .none)
        guard case .allow(let slot) = judgement.verdict, let record = judgement.record else {
            if let record = judgement.record { call.event.describe(record, nil) }
            if case .deny(let refusal, _) = judgement.verdict { return inactive(call, refusal) }
            return inactive(call, .badRequirement)
        }
        call.event.describe(record, slot)
        call.vault.note(record, slot)
        return Reply(protocolOwn: 200, active(record, slot, call))
    }

    /// `{"active":false}` and nothing else, whatever the reason.
    private static func inactive(_ call: Call, _ refusal: Refusal) -> Reply {
        call.refuse(refusal)
        var body = WipedBytes(capacity: 64)
        body.append("{\"active\":false}")
        return Reply(protocolOwn: 200, body)
    }

    /// Gateways cache until `exp`: it is never further away than a revocation may take to bite.
    private static func active(
        _ record: TokenRecord, _ slot: GenerationSlot, _ call: Call
    ) -> WipedBytes {
        let real = record.expires(slot)
        let bound = call.request.receivedAt.advanced(by: call.desk.introspection.revocationBound)
        var json = JSONWriter(WipedBytes(capacity: 1024))
        json.beginObject()
        json.member("active")
        json.bool(true)
        json.member("scope", record.permissions.scope)
        json.member("client_id", record.organization.text)
        json.member("sub", record.subject)
        json.member("jti", record.token.text)
        json.member("iat", number: record.createdAt.microseconds / 1_000_000)
        json.member("exp", number: min(real, bound).microseconds / 1_000_000)
        json.member("token_expires", number: real.microseconds / 1_000_000)
        json.member("token_type", "Bearer")
        json.member("level", record.level.text)
        json.member("organization_id", record.organization.text)
        json.member("account_id", record.account?.id.text)
        json.member("integration_id", record.integration?.id.text)
        json.endObject()
        return json.finish()
    }

    /// Always 200: a client learns nothing from what was not there to revoke.
    @Sendable static func revoke(_ call: Call) throws(Refusal) -> Reply {
        let form = try TokenForm(call)
        guard let token = form.token else {
            call.refuse(.malformedToken)
            return Reply(protocolOwn: 200)
        }
        do {
            let ended = try call.vault.revoke(token)
            call.event.describe(ended)
        } catch .storageFailed(let code) {
            throw .storageFailed(code: code)
        } catch .storeFull {
            throw .storeFull
        } catch .integrity(let table) {
            throw .integrity(table: table)
        } catch {
            call.refuse(error)
        }
        return Reply(protocolOwn: 200)
    }
}

extension TokenRecord {
    /// The object that the token speaks for.
    var subject: String {
        integration?.id.text ?? account?.id.text ?? organization.text
    }
}

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

enum OAuthError {
    static func body(_ code: StaticString) -> WipedBytes {
        var json = JSONWriter(WipedBytes(capacity: 64))
        json.beginObject()
        json.member("error")
        json.string(code)
        json.endObject()
        return json.finish()
    }
}

/// Who may introspect beyond being a peer of the socket, and for how long an answer may be kept.
package struct IntrospectionPolicy: Sendable {
    package let clients: [IntrospectionClient]
    package let revocationBound: TimeSpan

    package init(clients: [IntrospectionClient] = [], revocationBound: TimeSpan = .seconds(30)) {
        self.clients = clients
        self.revocationBound = revocationBound
    }

    /// client_secret_basic or client_secret_post; not asked for when no clients are configured.
    func admits(_ basic: BasicCredentials?, _ form: TokenForm) -> Bool {
        guard !clients.isEmpty else { return true }
        if let basic { return clients.contains { $0.admits(basic) } }
        guard let id = form.clientID, let secret = form.clientSecret else { return false }
        return clients.contains { client in
            secret.bytes.withSpan { client.admits(id: Array(id.utf8).span, secret: $0) }
        }
    }
}

/// A client's name and secret, in locked memory.
package final class IntrospectionClient: Sendable {
    private let id: [UInt8]
    private let secret: Secret

    package init(id: String, secret: consuming Secret) {
        self.id = Array(id.utf8)
        self.secret = secret
    }

    func admits(_ basic: BasicCredentials) -> Bool {
        basic.encoded.withSpan { encoded in
            guard var pair = unsafe Base64.decode(encoded.bytes) else { return false }
            defer { Wiping.wipe(&pair) }
            guard let colon = pair.firstIndex(of: 58) else { return false }
            let span = pair.span
            return admits(
                id: span.extracting(0..<colon), secret: span.extracting(colon + 1..<span.count))
        }
    }

    func admits(id: Span<UInt8>, secret: Span<UInt8>) -> Bool {
        guard id.count == self.id.count else { return false }
        for index in id.indices where id[index] != self.id[index] { return false }
        guard let presented = unsafe try? Secret(copying: secret.bytes) else {
            // Without room to compare in, nobody is let in.
            return false
        }
        return presented.isEqual(self.secret)
    }
}
