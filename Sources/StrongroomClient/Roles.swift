/// What members may do: a permission set, and what narrows it.
public struct Role: Sendable, Equatable {
    /// Its id or its name.
    public typealias ID = ObjectID<Role>

    /// What the vault calls it for ever.
    public let id: ID
    /// Unique within the organization, usable wherever the id is.
    public let name: String
    /// For people.
    public let fullname: String
    /// The organization that it belongs to.
    public let organization: Organization.ID
    /// Whether every organization has it; it can neither be changed nor ended then.
    public let isBuiltIn: Bool
    /// What it gives, by name.
    public let permissionSet: String
    /// JSON that narrows it further; nil where nothing does.
    public let resources: String?
    /// When it was made.
    public let createdAt: UTCTime
    /// When it was last changed.
    public let updatedAt: UTCTime

    init(_ object: AnswerObject) throws(ClientError) {
        id = ID(try object.string("id"))
        name = try object.string("name")
        fullname = try object.string("fullname")
        organization = Organization.ID(try object.string("organization_id"))
        isBuiltIn = try object.bool("built_in")
        permissionSet = try object.string("permission_set")
        resources = object.optionalJSON("resources")
        createdAt = try object.time("created_at")
        updatedAt = try object.time("updated_at")
    }
}

extension ManagementClient {
    /// A page of the roles, the built-in ones first.
    public func roles(_ query: ListQuery = ListQuery()) throws(ClientError) -> [Role] {
        try list(Path.of("roles"), query) { (object) throws(ClientError) in try Role(object) }
    }

    /// One role.
    public func role(_ id: Role.ID) throws(ClientError) -> Role {
        try Role(call(.get, Path.of("roles", id.text)))
    }

    /// Makes a role, no wider than the authority of the token presented.
    ///
    /// - Parameter resources: a JSON object that narrows it further.
    public func createRole(
        name: String?, fullname: String? = nil, permissionSet: String, resources: String? = nil
    ) throws(ClientError) -> Role {
        var body = RequestBody()
        body.string("name", name)
        body.string("fullname", fullname)
        body.string("permission_set", permissionSet)
        body.json("resources", resources)
        return try Role(call(.post, Path.of("roles"), body.finish()).object("role"))
    }

    /// Changes what is given and leaves the rest; members have the new role at their next call.
    ///
    /// - Parameter resources: a JSON object that narrows it further, or its removal.
    public func updateRole(
        _ id: Role.ID, fullname: String? = nil, permissionSet: String? = nil,
        resources: Change<String>? = nil
    ) throws(ClientError) -> Role {
        var body = RequestBody()
        body.string("fullname", fullname)
        body.string("permission_set", permissionSet)
        body.change("resources", resources) { $0.json($1, $2) }
        return try Role(call(.patch, Path.of("roles", id.text), body.finish()))
    }

    /// Ends a role; whoever had it has it no longer.
    public func deleteRole(_ id: Role.ID) throws(ClientError) {
        try end(Path.of("roles", id.text))
    }
}
