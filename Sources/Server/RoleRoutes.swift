import Audit
import Vault
import Wire

/// `/v1/roles`: the built-in ones, and those that the organization made.
enum RoleRoutes {
    static let table: [Route] = [
        .management(.post, "/v1/roles", .rolesCreate, .roleCreate, body: .json, create),
        .management(.get, "/v1/roles", .rolesList, .roleList, query: Call.listQuery, list),
        .management(.get, "/v1/roles/{role}", .rolesGet, .roleGet, get),
        .management(.patch, "/v1/roles/{role}", .rolesUpdate, .roleUpdate, body: .json, update),
        .management(.delete, "/v1/roles/{role}", .rolesDelete, .roleDelete, delete),
    ]

    @Sendable private static func create(_ call: Call) throws(Refusal) -> Reply {
        let organization = try call.organization()
        let grant = try call.grant(on: .organization(organization))
        var fields = try call.fields()
        guard let set = try fields.permissionSet() else {
            throw .malformedRequest("permission_set must be given")
        }
        var new = Vault.NewRole(permissionSet: set)
        new.name = try fields.name()
        new.fullname = try fields.fullname()
        new.resources = try ResourcesReading(call, grant).read(&fields)
        try fields.finish()
        let role = try call.vault.createRole(grant, in: organization, new)
        call.note(object: .role, role.id.value)
        return Reply(created: "role", grant, revision: role.revision) { $0.role(role) }
    }

    @Sendable private static func list(_ call: Call) throws(Refusal) -> Reply {
        let organization = try call.organization()
        let grant = try call.grant(on: .ownPart(organization))
        let roles = call.vault.roles(grant, in: organization)
        return try call.list(grant, .roles, roles) { $1.role($0) }
    }

    @Sendable private static func get(_ call: Call) throws(Refusal) -> Reply {
        let (grant, role) = try call.role()
        return Reply(grant, revision: role.revision) { $0.role(role) }
    }

    @Sendable private static func update(_ call: Call) throws(Refusal) -> Reply {
        let (grant, role) = try call.role()
        var fields = try call.fields()
        var change = Vault.RoleChange()
        change.fullname = try fields.fullname(orElse: role.name)
        change.permissionSet = try fields.permissionSet()
        change.resources = try ResourcesReading(call, grant).patched(role.resources, by: &fields)
        try fields.finish()
        try call.requireMatch(revision: role.revision)
        let changed = try call.vault.update(grant, role, change)
        return Reply(grant, revision: changed.revision) { $0.role(changed) }
    }

    @Sendable private static func delete(_ call: Call) throws(Refusal) -> Reply {
        let (grant, role) = try call.role()
        try call.requireMatch(revision: role.revision)
        try call.vault.delete(grant, role)
        return Reply(grant) { $0.deleted(role.id.text) }
    }
}

extension Call {
    /// The role that the path names, if the asker may do this to it.
    func role() throws(Refusal) -> (Grant, Role) {
        let organization = try organization()
        var found: Role?
        if let reference: Reference<RoleKind> = reference(0) {
            found = try vault.find(reference, in: organization)
        }
        let grant = try grant(on: found == nil ? .absent : .role(organization))
        guard let found else { throw .absent }
        note(object: .role, found.id.value)
        return (grant, found)
    }
}
