import Audit
import Vault
import Wire

/// `/v1/organization`: the asker's own.
enum OrganizationRoutes {
    static let table: [Route] = [
        .management(.get, "/v1/organization", .organizationGet, .organizationGet, get),
        .management(
            .patch, "/v1/organization", .organizationUpdate, .organizationUpdate, body: .json,
            update),
    ]

    @Sendable private static func get(_ call: Call) throws(Refusal) -> Reply {
        let id = try call.organization()
        let grant = try call.grant(on: .ownPart(id))
        guard let organization = try call.vault.find(id) else { throw .absent }
        return Reply(grant, revision: organization.revision) { $0.organization(organization) }
    }

    @Sendable private static func update(_ call: Call) throws(Refusal) -> Reply {
        let id = try call.organization()
        let grant = try call.grant(on: .organization(id))
        guard let organization = try call.vault.find(id) else { throw .absent }
        var fields = try call.fields()
        let change = try OperatorRoutes.change(organization, by: &fields, mayChangeState: false)
        try fields.finish()
        try call.requireMatch(revision: organization.revision)
        let changed = try call.vault.update(grant, organization, change)
        return Reply(grant, revision: changed.revision) { $0.organization(changed) }
    }
}
