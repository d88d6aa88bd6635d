import Audit
import Crypto
import Vault
import Wire

/// Many verifications in one request: one answer and one event for each, in order.
///
/// `/v1/verify` and everything below it is forward authentication, whatever the method, and some
/// gateways put their client's own path and method there. What is a batch must therefore be
/// nothing that a client could have sent through such a gateway: see `isMeant`.
enum BatchVerification {
    static let route = Route(
        .post, "/v1/verify/batch", on: [.gateway], .protocolOwn, .tokenVerify, body: .json,
        verified)

    /// Whether a request below `/v1/verify` is a batch, and not a client's to be judged itself.
    ///
    /// A batch brings its tokens in its body: with a credential of its own, or with a word on whom
    /// it was forwarded for, it is somebody's request. Taken for a batch, that would be answered
    /// 200 whatever its sender may do.
    static func isMeant(by head: RequestHead, _ bytes: Span<UInt8>) -> Bool {
        guard head.method == .post, bytes.extracting(head.path).equals(route.pattern),
            head.authorizationCount == 0, head.forwardedFor == nil, head.realIP == nil,
            let type = head.contentType
        else { return false }
        return MediaType.matches(bytes.extracting(type), "application/json")
    }

    private struct Question {
        /// Nil where a request had none.
        let token: JSONValue?
        let requirement: Requirement
    }

    fileprivate enum Decision {
        case allow(TokenRecord, GenerationSlot)
        case deny(Refusal)
    }

    @Sendable private static func verified(_ call: Call) throws(Refusal) -> Reply {
        // All of it is read before anything is judged: a batch is malformed as a whole.
        let questions = try questions(call)
        let epoch = call.desk.published.epoch
        var json = JSONWriter(WipedBytes(capacity: 256 + 384 * questions.count))
        json.beginObject()
        json.member("result")
        json.beginArray()
        var allowedCount = 0
        for question in questions {
            let decision = try decide(question, call)
            if case .allow = decision { allowedCount += 1 }
            json.decision(decision)
        }
        json.endArray()
        json.endObject()
        let counters = call.desk.published.counters
        counters.add(allowedCount, to: .verifyAllowed)
        counters.add(questions.count - allowedCount, to: .verifyDenied)
        var reply = Reply(protocolOwn: 200, json.finish())
        reply.fields.append(line: "X-Strongroom-Epoch: \(epoch)")
        return reply
    }

    private static func questions(_ call: Call) throws(Refusal) -> [Question] {
        var fields = try call.fields()
        let list = fields.optionalValue("tokens")
        try fields.finish()
        guard let list, list.kind == .array else {
            throw .malformedRequest("the body needs tokens, an array")
        }
        guard (1...ServerLimits.batchCountMax).contains(list.count) else {
            throw .invalidValue("a batch has 1 to 256 tokens")
        }
        var questions: [Question] = []
        questions.reserveCapacity(list.count)
        for element in list.elements {
            questions.append(try question(try BodyFields(fields.body, element, isNullAbsent: true)))
        }
        return questions
    }

    private static func question(_ element: BodyFields) throws(Refusal) -> Question {
        var fields = element
        var parsed = ParsedRequirement()
        for name in demands {
            guard let value = try fields.optionalString(name) else { continue }
            parsed.take(name.description, value)
        }
        let token = fields.optionalValue("token")
        try fields.finish()
        guard token == nil || token?.kind == .string || token?.isNull == true else {
            throw .malformedRequest("a token is a string")
        }
        let isThere = token.map { !$0.isNull } ?? false
        return Question(token: isThere ? token : nil, requirement: parsed.requirement)
    }

    /// What a batch may demand; a credential is released one at a time.
    private static let demands: [StaticString] = [
        "level", "permission", "account", "integration", "connector", "provider",
    ]

    /// One decision with its event; only a failure of the storage ends the whole batch.
    private static func decide(_ question: Question, _ call: Call) throws(Refusal) -> Decision {
        var event = call.event
        defer { call.verifications.append(event) }
        do throws(Refusal) {
            let token = try token(question, call, &event)
            let judgement = try call.vault.judge(token, question.requirement)
            return try settle(judgement, call, &event)
        } catch {
            switch error {
            case .storageFailed, .storeFull: throw error
            default: break
            }
            event.outcome = error.isOurs ? .error : .deny
            event.reason = AuditEvent.Reason(error)
            return .deny(error)
        }
    }

    private static func settle(
        _ judgement: Vault.Judgement, _ call: Call, _ event: inout AuditEvent
    ) throws(Refusal) -> Decision {
        switch judgement.verdict {
        case .deny(let refusal, let slot):
            if let record = judgement.record { event.describe(record, slot) }
            throw refusal
        case .lookup: throw .badRequirement
        case .allow(let slot):
            guard let record = judgement.record else { throw .unknownToken }
            event.describe(record, slot)
            call.vault.note(record, slot)
            return .allow(record, slot)
        }
    }

    /// From the wiped body into locked memory; what is on the way is wiped too.
    private static func token(
        _ question: Question, _ call: Call, _ event: inout AuditEvent
    ) throws(Refusal) -> DetachedToken {
        guard let value = question.token, let body = call.request.body else { throw .noToken }
        var text = body.bytes.withSpan { bytes in
            var text = [UInt8](repeating: 0, count: value.stringByteCount(bytes) ?? 0)
            var span = text.mutableSpan
            var target = unsafe span.mutableBytes
            value.decodeString(bytes, into: &target, at: 0)
            return text
        }
        defer { Wiping.wipe(&text) }
        do throws(CryptoError) {
            var presented = try PresentedToken()
            if presented.read(text.span) { return try presented.detached() }
        } catch {
            throw .secretMemoryExhausted
        }
        event.detail = unsafe call.vault.ring.pseudonym.key.pseudonym(text.span.bytes)
        throw .malformedToken
    }
}

extension JSONWriter where Sink == WipedBytes {
    /// What the identity headers of a single verification say, or its status alone.
    fileprivate mutating func decision(_ decision: BatchVerification.Decision) {
        beginObject()
        switch decision {
        case .deny(let refusal):
            member("status", number: Problem.onGateway(refusal).status)
        case .allow(let record, let slot):
            member("status", number: 200)
            member("organization_id", record.organization.text)
            member("account_id", record.account?.id.text)
            member("integration_id", record.integration?.id.text)
            member("token_id", record.token.text)
            member("level", record.level.text)
            member("scope", record.scope.text)
            member("connector", record.integration?.connector.text)
            member("provider", record.provider?.text)
            member("expires", time: record.expires(slot))
        }
        endObject()
    }
}
