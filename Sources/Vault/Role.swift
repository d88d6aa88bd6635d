/// A permission set and where it holds; what a member is bound to.
package struct Role: Equatable, Sendable {
    package let organization: OrganizationID
    package let id: RoleID
    package let name: Name
    package var fullname: String
    package var permissionSet: PermissionSet
    package var resources: Resources?
    package let createdAt: Instant
    package var updatedAt: Instant
    package var revision: UInt64

    /// From a row that was authenticated.
    package init(
        organization: OrganizationID, id: RoleID, name: Name, fullname: String,
        permissionSet: PermissionSet, resources: Resources?, createdAt: Instant,
        updatedAt: Instant, revision: UInt64
    ) {
        self.organization = organization
        self.id = id
        self.name = name
        self.fullname = fullname
        self.permissionSet = permissionSet
        self.resources = resources
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
    }

    package var allowance: Allowance { Allowance(permissionSet, resources) }

    /// Everything, everywhere in the organization.
    var isAdministrators: Bool { permissionSet == .administrator && resources == nil }
}

/// The roles that every organization has; nobody changes or deletes them.
///
/// They are no rows: what they give is this program's word. Their identifiers are the first ones
/// there are, so that lists begin with them.
extension Role {
    private static let builtInSets: [PermissionSet] = [.administrator, .viewer, .member]

    package static func builtIn(in organization: Organization) -> [Role] {
        builtInSets.map { set in
            Role(
                organization: organization.id, id: id(of: set), name: Name(stored: set.text),
                fullname: set.text, permissionSet: set, resources: nil,
                createdAt: organization.createdAt, updatedAt: organization.createdAt, revision: 1)
        }
    }

    package var isBuiltIn: Bool { Self.builtInSet(id) != nil }

    /// Nil for every role that somebody made.
    static func builtInSet(_ id: RoleID) -> PermissionSet? {
        builtInSets.first { self.id(of: $0) == id }
    }

    private static func id(of set: PermissionSet) -> RoleID { RoleID(UInt128(set.rawValue)) }
}
