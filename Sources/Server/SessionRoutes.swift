import Audit
import Crypto
import Linux
import Vault
import Wire

/// `/v1/auth`: members log on with their secret, and whoever holds a token may end it.
enum SessionRoutes {
    static let table: [Route] = [
        Route(
            .post, "/v1/auth/logon/{organization}", on: [.admin, .management], .protocolOwn,
            .sessionLogon, body: .json, logon),
        .management(
            .post, "/v1/auth/logoff", .tokensDelete, .sessionLogoff, holderMay: true, logoff),
    ]

    /// Called twice: before and after the secret was hashed.
    @Sendable private static func logon(_ call: Call) throws(Refusal) -> Reply {
        let (request, secret) = try LogonReading.read(call)
        guard let stretched = call.stretched else {
            try call.requireHashingRoom()
            return call.stretch(secret, try call.vault.beginLogon(request))
        }
        call.event.detail = call.vault.pseudonym(of: request)
        let minted = try call.vault.finishLogon(request, stretched) { organization, member in
            call.event.organization = organization
            guard let member else { return }
            call.event.detail = 0
            call.note(object: .member, member.value)
        }
        call.event.describe(minted.token)
        call.event.generation = .primary
        let view = try TokenView(minted.token, call.vault)
        var json = JSONWriter(WipedBytes(capacity: 1024))
        json.beginObject()
        json.member("result")
        json.token(view, secrets: minted)
        json.endObject()
        return Reply(protocolOwn: 201, json.finish())
    }

    @Sendable private static func logoff(_ call: Call) throws(Refusal) -> Reply {
        guard let principal = try call.actor().principal else { throw .wrongPlane }
        let grant = try call.grant(
            on: .token(principal.token, principal.organization, nil, nil, of: principal.member))
        let token = try call.vault.logOff(grant)
        call.note(object: .token, token.id.value)
        return Reply(grant) { $0.deleted(token.id.text) }
    }
}

/// The body of a log-on; names that nobody can have are read like any other.
enum LogonReading {
    static func read(_ call: Call) throws(Refusal) -> (LogonRequest, ShownSecret) {
        var fields = try call.fields()
        let name = try fields.string("name")
        let span = try fields.span("token_ttl")
        guard let secret = try fields.secret(atLeast: 1) else {
            throw .malformedRequest("secret must be given")
        }
        try fields.finish()
        // Who guesses must not have a new address for each guess, or somebody else's.
        let peer = LogonPeer(
            uid: call.request.peer.uid, remoteAddress: call.request.nearestAddress)
        var request = LogonRequest(at: call.request.parameters[0], name: name, from: peer)
        request.timeToLive = span
        return (request, secret)
    }
}
