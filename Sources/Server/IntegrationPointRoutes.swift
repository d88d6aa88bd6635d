import Audit
import Crypto
import Vault
import Wire

/// `/v1/integration-points`: which providers the organization lets its tenants set up.
enum IntegrationPointRoutes {
    static let table: [Route] = [
        .management(
            .post, "/v1/integration-points", .integrationPointsCreate, .integrationPointCreate,
            body: .json, create),
        .management(
            .get, "/v1/integration-points", .integrationPointsList, .integrationPointList,
            query: Call.listQuery, list),
        .management(
            .get, "/v1/integration-points/{point}", .integrationPointsGet, .integrationPointGet,
            get),
        .management(
            .get, "/v1/integration-points/{point}/providers", .integrationPointsGet, .providerList,
            query: ["environment"], providers),
        .management(
            .patch, "/v1/integration-points/{point}", .integrationPointsUpdate,
            .integrationPointUpdate, body: .json, update),
        .management(
            .delete, "/v1/integration-points/{point}", .integrationPointsDelete,
            .integrationPointDelete, delete),
    ]

    @Sendable private static func create(_ call: Call) throws(Refusal) -> Reply {
        let organization = try call.organization()
        let grant = try call.grant(on: .organization(organization))
        var fields = try call.fields()
        var new = Vault.NewIntegrationPoint(connector: ConnectorID(try fields.string("connector")))
        new.name = try fields.name()
        new.fullname = try fields.fullname()
        new.environments = try IntegrationPointReading.merged(&fields, into: ProviderRules())
        try fields.finish()
        let point = try call.vault.createIntegrationPoint(grant, in: organization, new)
        call.note(object: .integrationPoint, point.id.value)
        return Reply(created: "integration_point", grant, revision: point.revision) {
            $0.integrationPoint(point)
        }
    }

    @Sendable private static func list(_ call: Call) throws(Refusal) -> Reply {
        let organization = try call.organization()
        let grant = try call.grant(on: .ownPart(organization))
        let points = call.vault.integrationPoints(grant, in: organization)
        return try call.list(grant, .integrationPoints, points) { $1.integrationPoint($0) }
    }

    @Sendable private static func get(_ call: Call) throws(Refusal) -> Reply {
        let (grant, point) = try call.integrationPoint()
        return Reply(grant, revision: point.revision) { $0.integrationPoint(point) }
    }

    /// What an end user's page may offer; for the token's own account unless it is told otherwise.
    @Sendable private static func providers(_ call: Call) throws(Refusal) -> Reply {
        let (grant, point) = try call.integrationPoint()
        let environment = try environment(call, grant)
        let offered = call.vault.providers(of: point, in: environment)
        return Reply(grant) { $0.list(offered) { $1.provider($0) } }
    }

    private static func environment(
        _ call: Call, _ grant: Grant
    ) throws(Refusal) -> Account.Environment {
        if let asked = try Account.Environment(checking: call.query("environment")) {
            return asked
        }
        guard let principal = grant.principal, let id = principal.account else { return .prod }
        return try call.vault.find(id, in: principal.organization)?.environment ?? .prod
    }

    @Sendable private static func update(_ call: Call) throws(Refusal) -> Reply {
        let (grant, point) = try call.ownIntegrationPoint()
        var fields = try call.fields()
        var change = Vault.IntegrationPointChange()
        change.fullname = try fields.fullname(orElse: point.name)
        change.environments = try IntegrationPointReading.merged(&fields, into: point.environments)
        try fields.finish()
        try call.requireMatch(revision: point.revision)
        let changed = try call.vault.update(grant, point, change)
        return Reply(grant, revision: changed.revision) { $0.integrationPoint(changed) }
    }

    @Sendable private static func delete(_ call: Call) throws(Refusal) -> Reply {
        let (grant, point) = try call.ownIntegrationPoint()
        try call.requireMatch(revision: point.revision)
        try call.vault.delete(grant, point)
        return Reply(grant) { $0.deleted(point.id.text) }
    }
}

extension Call {
    /// The point that the path names, to be read.
    fileprivate func integrationPoint() throws(Refusal) -> (Grant, IntegrationPoint) {
        let found = try findIntegrationPoint()
        let resource = found.map { Resource.integrationPoint($0.organization, $0.id) }
        let grant = try grant(on: resource ?? .absent)
        guard let found else { throw .absent }
        note(object: .integrationPoint, found.id.value)
        return (grant, found)
    }

    /// The point that the path names, to be changed: whoever does not reach the whole organization
    /// is not told whether it is there.
    fileprivate func ownIntegrationPoint() throws(Refusal) -> (Grant, IntegrationPoint) {
        let grant = try grant(on: .organization(try organization()))
        guard let found = try findIntegrationPoint() else { throw .absent }
        note(object: .integrationPoint, found.id.value)
        return (grant, found)
    }

    private func findIntegrationPoint() throws(Refusal) -> IntegrationPoint? {
        let organization = try organization()
        guard let reference: Reference<IntegrationPointKind> = reference(0) else { return nil }
        return try vault.find(reference, in: organization)
    }
}
