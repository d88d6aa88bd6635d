import Audit
import Crypto
import Vault
import Wire

/// `/v1/operator/...`: authority is the peer's uid, as the kernel reports it.
enum OperatorRoutes {
    static let table: [Route] = [
        route(.post, "organizations", .organizationCreate, body: .json, create),
        route(
            .get, "organizations", .organizationList, query: Call.listQuery, list),
        route(.get, "organizations/{organization}", .organizationGet, get),
        route(
            .patch, "organizations/{organization}", .organizationUpdate, body: .json, update),
        route(.delete, "organizations/{organization}", .organizationDelete, delete),
        route(
            .post, "organizations/{organization}/token/rotate", .tokenRotate,
            body: .optionalJSON, rotate),
        route(
            .post, "organizations/{organization}/token/reset", .tokenReset, body: .optionalJSON,
            reset),
        route(
            .get, "organizations/{organization}/token", .tokenGet, token),
        route(
            .delete, "organizations/{organization}/token/secondary", .tokenRemoveSecondary,
            query: ["force"], removeSecondary),
        route(.get, "status", .statusRead, status),
        Route(
            .get, "/metrics", on: [.admin], .operation(.operators), .statusRead,
            isRecorded: false, metrics),
    ]

    static func route(
        _ method: HTTPMethod, _ path: String, _ kind: AuditEvent.Kind, body: BodyForm = .none,
        query: Set<String> = [], _ handler: @escaping Route.Handler
    ) -> Route {
        Route(
            method, "/v1/operator/" + path, on: [.admin], .operation(.operators), kind,
            body: body, query: query, handler)
    }

    @Sendable private static func create(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .vault)
        var fields = try call.fields()
        let name = try fields.name()
        let fullname = try fields.fullname()
        let contact = fields.isNull("contact") ? nil : try fields.contact()
        try fields.finish()
        guard name != nil || fullname != nil else {
            throw .malformedRequest("name or fullname must be given")
        }
        let made = try call.vault.createOrganization(
            grant, name: name, fullname: fullname, contact: contact,
            remembering: try call.idempotency())
        call.note(made.organization)
        call.note(minted: made.token)
        let view = try TokenView(made.token.token, call.vault)
        return Reply(created: "organization", grant, revision: made.organization.revision) { json in
            json.organization(made.organization)
            json.member("token")
            json.token(view, secrets: made.token)
        }
    }

    @Sendable private static func list(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .vault)
        let organizations = call.vault.organizations(grant)
        return try call.list(grant, .organizations, organizations) { $1.organization($0) }
    }

    @Sendable private static func get(_ call: Call) throws(Refusal) -> Reply {
        let (grant, organization) = try call.operatedOrganization()
        return Reply(grant, revision: organization.revision) { $0.organization(organization) }
    }

    @Sendable private static func update(_ call: Call) throws(Refusal) -> Reply {
        let (grant, organization) = try call.operatedOrganization()
        var fields = try call.fields()
        let change = try change(organization, by: &fields, mayChangeState: true)
        try fields.finish()
        try call.requireMatch(revision: organization.revision)
        let changed = try call.vault.update(grant, organization, change)
        return Reply(grant, revision: changed.revision) { $0.organization(changed) }
    }

    /// A merge patch (RFC 7396) of an organization.
    static func change(
        _ organization: Organization, by fields: inout BodyFields, mayChangeState: Bool
    ) throws(Refusal) -> Vault.OrganizationChange {
        var change = Vault.OrganizationChange()
        change.fullname = try fields.fullname(orElse: organization.name)
        if fields.isNull("contact") {
            change.contact = .some(nil)
        } else if let contact = try fields.contact() {
            change.contact = contact
        }
        if mayChangeState { change.state = try fields.state() }
        return change
    }

    @Sendable private static func delete(_ call: Call) throws(Refusal) -> Reply {
        let (grant, organization) = try call.operatedOrganization()
        try call.requireMatch(revision: organization.revision)
        try call.vault.delete(grant, organization)
        return Reply(grant) { $0.deleted(organization.id.text) }
    }

    // MARK: - The organization's default token

    @Sendable private static func token(_ call: Call) throws(Refusal) -> Reply {
        let (grant, token) = try call.operatedToken()
        let view = try TokenView(token, call.vault)
        return Reply(grant, revision: token.revision) { $0.token(view) }
    }

    @Sendable private static func rotate(_ call: Call) throws(Refusal) -> Reply {
        let (grant, token) = try call.operatedToken()
        return try TokenRoutes.rotate(call, grant, token)
    }

    @Sendable private static func reset(_ call: Call) throws(Refusal) -> Reply {
        let (grant, token) = try call.operatedToken()
        return try TokenRoutes.reset(call, grant, token)
    }

    @Sendable private static func removeSecondary(_ call: Call) throws(Refusal) -> Reply {
        let (grant, token) = try call.operatedToken()
        return try TokenRoutes.removeSecondary(call, grant, token)
    }

    // MARK: - The vault

    @Sendable private static func status(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .vault)
        let status = try StatusView(call)
        return Reply(grant) { status.write(&$0) }
    }

    @Sendable private static func metrics(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .vault)
        return Reply(
            grant, "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Metrics.text(call))
    }
}

extension Call {
    func note(_ organization: Organization) {
        event.organization = organization.id
        note(object: .organization, organization.id.value)
    }

    func note(object kind: ObjectKind, _ value: UInt128) {
        event.objectKind = kind
        event.object = value
    }

    func note(minted: MintedToken) {
        if minted.isReplay { event.reason = .replayed }
    }

    func operatedOrganization() throws(Refusal) -> (Grant, Organization) {
        let found: Organization?
        if let reference: Reference<OrganizationKind> = reference(0) {
            found = try vault.find(reference)
        } else {
            found = nil
        }
        let grant = try grant(on: found == nil ? .absent : .vault)
        guard let found else { throw .absent }
        note(found)
        return (grant, found)
    }

    func operatedToken() throws(Refusal) -> (Grant, Token) {
        let (grant, organization) = try operatedOrganization()
        let token = try vault.defaultToken(of: organization)
        note(object: .token, token.id.value)
        return (grant, token)
    }
}

extension JSONWriter where Sink == WipedBytes {
    mutating func deleted(_ id: String) {
        beginObject()
        member("id", id)
        member("deleted")
        bool(true)
        endObject()
    }
}
