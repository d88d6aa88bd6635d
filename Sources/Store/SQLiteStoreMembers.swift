package import Vault

/// Members and the roles that somebody made.
extension SQLiteStore {
    package func member(
        _ id: MemberID, in organization: OrganizationID
    ) throws(StoreError) -> Member? {
        try tables.members.memberByID.first(organization, id) {
            $0.organization == organization && $0.id == id
        }
    }

    package func member(
        named name: Name, in organization: OrganizationID
    ) throws(StoreError) -> Member? {
        try tables.members.memberByName.first(organization, name) {
            $0.organization == organization && $0.name == name
        }
    }

    package func members(
        in organization: OrganizationID, after: MemberID?, limit: Int
    ) throws(StoreError) -> [Member] {
        var order = Ascending(after)
        return try tables.members.memberList.all(organization, after ?? .first, Int64(limit)) {
            $0.organization == organization && order.admits($0.id)
        }
    }

    package func role(
        _ id: RoleID, in organization: OrganizationID
    ) throws(StoreError) -> Role? {
        try tables.members.roleByID.first(organization, id) {
            $0.organization == organization && $0.id == id
        }
    }

    package func role(
        named name: Name, in organization: OrganizationID
    ) throws(StoreError) -> Role? {
        try tables.members.roleByName.first(organization, name) {
            $0.organization == organization && $0.name == name
        }
    }

    package func roles(
        in organization: OrganizationID, after: RoleID?, limit: Int
    ) throws(StoreError) -> [Role] {
        var order = Ascending(after)
        return try tables.members.roleList.all(organization, after ?? .first, Int64(limit)) {
            $0.organization == organization && order.admits($0.id)
        }
    }
}
