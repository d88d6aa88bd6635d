import Crypto
package import Vault

extension MemoryStore {
    package func member(
        _ id: MemberID, in organization: OrganizationID
    ) throws(StoreError) -> Member? {
        let found = state.members[id]
        return found?.organization == organization ? found : nil
    }

    package func member(
        named name: Name, in organization: OrganizationID
    ) throws(StoreError) -> Member? {
        state.members.values.first { $0.organization == organization && $0.name == name }
    }

    package func members(
        in organization: OrganizationID, after: MemberID?, limit: Int
    ) throws(StoreError) -> [Member] {
        page(state.members.values, after, limit, \.id) { $0.organization == organization }
    }

    package func role(
        _ id: RoleID, in organization: OrganizationID
    ) throws(StoreError) -> Role? {
        lookUpCount += 1
        let found = state.roles[id]
        return found?.organization == organization ? found : nil
    }

    package func role(
        named name: Name, in organization: OrganizationID
    ) throws(StoreError) -> Role? {
        state.roles.values.first { $0.organization == organization && $0.name == name }
    }

    package func roles(
        in organization: OrganizationID, after: RoleID?, limit: Int
    ) throws(StoreError) -> [Role] {
        page(state.roles.values, after, limit, \.id) { $0.organization == organization }
    }
}

extension MemoryStore.State {
    mutating func performOnMembers(_ mutation: Mutation) throws(StoreError) {
        switch mutation {
        case .insertMember(let new):
            try require(
                !members.values.contains {
                    $0.organization == new.organization && $0.name == new.name
                })
            try Self.insert(new, new.id, into: &members)
        case .insertRole(let new):
            try require(
                !roles.values.contains {
                    $0.organization == new.organization && $0.name == new.name
                })
            try Self.insert(new, new.id, into: &roles)
        case .updateMember(let changed): try Self.replace(changed, changed.id, in: &members)
        case .updateRole(let changed): try Self.replace(changed, changed.id, in: &roles)
        case .deleteMember(let id, let organization):
            if members[id]?.organization == organization { members[id] = nil }
        case .deleteRole(let id, let organization):
            if roles[id]?.organization == organization { roles[id] = nil }
        default: break
        }
    }
}
