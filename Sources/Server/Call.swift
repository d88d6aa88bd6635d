package import Audit
import Crypto
import Linux
package import Vault
import Wire

/// One request in the hands of the store's owner: who asks, for what, and what the log will say.
package final class Call {
    package let vault: Vault
    package let request: Request
    package let desk: AuditDesk
    /// Filled in on the way; recorded whatever comes of the call.
    package var event: AuditEvent
    /// What the log says in place of `event`: the verifications of a batch, one by one.
    package var verifications: [AuditEvent] = []
    /// What was done meanwhile, when the handler is called for the second time.
    package var preparation: Preparation?
    private var asker: Actor?
    /// What the answer waits for; what the handler returned then counts for nothing.
    package var deferred: BackgroundJob?

    package init(_ request: Request, vault: Vault, desk: AuditDesk) {
        self.vault = vault
        self.request = request
        self.desk = desk
        event = AuditEvent(kind: request.route.kind, outcome: .allow, time: request.receivedAt)
        event.peerUID = request.peer.uid
        event.peerPID = request.peer.pid
        event.remoteAddress = request.remoteAddress
        event.requestID = request.id
    }

    // MARK: - Authority

    /// Who asks: the kernel's word for operators, a verified token for everybody else.
    func actor() throws(Refusal) -> Actor {
        if let asker { return asker }
        guard case .operation(let operation) = request.route.access else { throw .wrongPlane }
        let actor: Actor
        if operation.plane == .operators {
            guard request.surface == .admin else { throw .wrongPlane }
            actor = .peer(uid: request.peer.uid)
        } else {
            actor = try vault.authenticate(
                try bearer(), isRepeated: preparation != nil
            ) { record, slot in
                event.describe(record, slot)
            }
        }
        asker = actor
        return actor
    }

    /// What has taken several turns is answered to who may still ask, and as much as then: the token
    /// is looked at once more.
    package func requireStillGood(since grant: Grant) throws(Refusal) {
        guard case .operation(let operation) = request.route.access,
            operation.plane != .operators, case .token(let token) = request.bearer
        else { return }
        let asker = try vault.authenticate(token, isRepeated: true) { record, slot in
            event.describe(record, slot)
        }
        guard let now = asker.principal, let then = grant.principal, now.mayAsMuch(as: then) else {
            throw .insufficientScope
        }
    }

    func bearer() throws(Refusal) -> DetachedToken {
        switch request.bearer {
        case .none: throw .noToken
        case .multiple: throw .multipleCredentials
        case .malformed(let pseudonym):
            event.detail = pseudonym
            throw .malformedToken
        case .token(let token): return token
        }
    }

    /// The one decision, about this route's operation.
    package func grant(on resource: Resource) throws(Refusal) -> Grant {
        guard case .operation(let operation) = request.route.access else { throw .wrongPlane }
        return try authorize(try actor(), operation, on: resource)
    }

    /// The organization that the asker's token belongs to.
    func organization() throws(Refusal) -> OrganizationID {
        guard let principal = try actor().principal else { throw .wrongPlane }
        return principal.organization
    }

    // MARK: - The request's parts

    func reference<Kind: IdentifiedKind>(_ index: Int) -> Reference<Kind>? {
        Reference(request.parameters[index])
    }

    func query(_ name: String) throws(Refusal) -> String? {
        let values = request.query.filter { $0.name == name }
        guard values.count < 2 else {
            throw .malformedRequest("a query parameter is given twice")
        }
        return values.first?.value
    }

    func flag(_ name: StaticString) throws(Refusal) -> Bool {
        switch try query(name.description) {
        case nil, "false": return false
        case "true": return true
        default: throw .malformedRequest(StaticText(about: name, "is true or false"))
        }
    }

    func limit() throws(Refusal) -> Int {
        guard let text = try query("limit") else { return ServerLimits.listDefault }
        guard let limit = Self.number(text), (1...UInt64(ServerLimits.listMax)).contains(limit)
        else {
            throw .invalidValue("limit is a number from 1 to 1000")
        }
        return Int(limit)
    }

    /// Digits alone, without a sign or zeros in front.
    static func number(_ text: String) -> UInt64? {
        guard let number = UInt64(text), String(number) == text else { return nil }
        return number
    }

    /// A lost update is refused, not silently overwritten.
    func requireMatch(revision: UInt64) throws(Refusal) {
        guard let wanted = request.ifMatch, wanted != "*" else { return }
        guard wanted == Self.etag(revision) else { throw .preconditionFailed }
    }

    /// A repeated call meets the state that the first one has left.
    func requireMatch(
        revision: UInt64, unlessRepeated request: IdempotencyRequest?
    ) throws(Refusal) {
        guard try !vault.isRemembered(request) else { return }
        try requireMatch(revision: revision)
    }

    static func etag(_ revision: UInt64) -> String { "\"\(revision)\"" }

    func fields() throws(Refusal) -> BodyFields {
        guard let body = request.body else {
            throw .malformedRequest("the body is missing")
        }
        return try BodyFields(body)
    }

    /// What makes a repeated call give the first one's answer.
    func idempotency(_ target: [UInt128] = []) throws(Refusal) -> IdempotencyRequest? {
        guard let key = request.idempotencyKey else { return nil }
        let actor = try actor()
        let operation = request.route.kind.text
        guard let body = request.body else {
            return unsafe vault.idempotency(
                key, actor: actor, operation: operation, target: target,
                body: [UInt8]().span.bytes)
        }
        return body.bytes.withSpan { bytes in
            unsafe vault.idempotency(
                key, actor: actor, operation: operation, target: target, body: bytes.bytes)
        }
    }
}
