import Audit
import Crypto
import Vault
import Wire

/// The gateway's socket, but for the verifications that the cache answers.
enum GatewayRoutes {
    static let verify = Route(
        .get, "/v1/verify", on: [.gateway], .protocolOwn, .tokenVerify, verified)

    static let table: [Route] = [
        Route(
            .post, "/v1/introspect", on: [.gateway], .protocolOwn, .tokenIntrospect, body: .form,
            Introspection.introspect),
        Route(
            .post, "/v1/revoke", on: [.gateway], .protocolOwn, .tokenRevoke, body: .form,
            Introspection.revoke),
        Route(
            .post, "/v1/credential", on: [.gateway], .operation(.data(.credentialsUse)),
            .credentialRelease, body: .optionalJSON, credential),
        BatchVerification.route,
        EpochFeed.route,
        Route(
            .get, "/healthz", on: [.gateway], .protocolOwn, .statusRead, isRecorded: false, health),
    ]

    /// What the loop could not decide: unknown selectors, and requirements that name objects.
    @Sendable private static func verified(_ call: Call) throws(Refusal) -> Reply {
        let token = try call.bearer()
        let requirement = call.request.requirement ?? .none
        let judgement = try call.vault.judge(token, requirement)
        if case .deny(let refusal, let slot) = judgement.verdict {
            if let record = judgement.record { call.event.describe(record, slot) }
            throw refusal
        }
        guard case .allow(let slot) = judgement.verdict, let record = judgement.record else {
            throw .badRequirement
        }
        call.event.describe(record, slot)
        var fields = AllowHeaders.block(record, slot)
        fields.append(line: "X-Strongroom-Epoch: \(call.desk.published.epoch)")
        var reply = Reply(protocolOwn: 200)
        if requirement.injectsAuthorization {
            guard let line = try injection(call, record, slot) else { return call.openLater() }
            reply.secretFields = AnswerBody(line)
        }
        call.vault.note(record, slot)
        reply.fields = fields
        return reply
    }

    /// The provider's credential as a ready header value; recorded as a release (rule 6). Nil where
    /// it is to be opened first.
    private static func injection(
        _ call: Call, _ record: TokenRecord, _ slot: GenerationSlot
    ) throws(Refusal) -> WipedBytes? {
        guard call.desk.mayInject(call.request.peer) else { throw .notInjectable }
        guard
            let (_, released) = try call.grantedRelease(.token(record.principal(slot)))
        else { return nil }
        guard let line = Injection.line(released) else { throw .notInjectable }
        call.event.kind = .credentialRelease
        return line
    }

    @Sendable private static func credential(_ call: Call) throws(Refusal) -> Reply {
        if call.request.body != nil { try call.fields().finish() }
        guard let (grant, released) = try call.grantedRelease(try call.actor()) else {
            return call.openLater()
        }
        return Reply(grant) { json in
            json.beginObject()
            json.member("credential_id", released.credential.text)
            json.member("version", number: released.version)
            json.member("type", released.value.payload.type.text)
            released.value.payload.forEachField { field, bytes in
                json.member(field.name)
                if field.isObject { json.rawSecret(bytes) } else { json.secretString(bytes) }
            }
            json.endObject()
        }
    }

    /// Whether a verification could be recorded durably; the loop's batch has come this far.
    @Sendable private static func health(_ call: Call) throws(Refusal) -> Reply {
        Reply(protocolOwn: call.desk.published.isFull ? 503 : 200)
    }
}

extension Call {
    /// The decision and the release; everything but the token comes from the token itself. Nil where
    /// the value is to be opened before the handler is called again.
    func grantedRelease(_ actor: Actor) throws(Refusal) -> (Grant, Vault.Released)? {
        if case .refreshSecret = actor { throw .wrongKind }
        guard let principal = actor.principal, let accountID = principal.account,
            let integrationID = principal.integration
        else { throw .wrongPlane }
        let scope = AccountScope(organization: principal.organization, account: accountID)
        guard let account = try vault.known(accountID, in: principal.organization),
            let integration = try vault.known(integrationID, in: scope)
        else { throw .ownerGone }
        let grant = try authorize(
            actor, .data(.credentialsUse),
            on: .integration(
                principal.organization, AccountFacts(account), vault.facts(of: integration)))
        if preparation == nil, desk.opensAside {
            let opening = try vault.opening(grant, of: integration)
            if opening.byteCount <= ServerLimits.openedAsideByteCountMax {
                deferred = .open(opening, principal.organization)
                return nil
            }
        }
        let released = try vault.release(grant, of: integration, opened: opened)
        note(object: .credential, released.credential.value)
        desk.published.counters.add(1, to: .released)
        return (grant, released)
    }

    /// In place of an answer, when `deferred` says what is to be opened.
    func openLater() -> Reply { Reply(protocolOwn: 202) }
}

extension JSONWriter where Sink == WipedBytes {
    mutating func rawSecret(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { buffer in
            let octets = unsafe buffer.bindMemory(to: UInt8.self)
            raw(unsafe octets.span)
        }
    }
}
