import Audit
import Crypto
import Vault
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
        json.member("scope", record.scope.text)
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
