import Vault

/// Calls about roles and members.
extension Caller {
    func performOnRoles(_ call: Call) throws(Refusal) -> Outcome {
        let organization = try organization()
        switch call {
        case .createRole(let new):
            let grant = try grant(.rolesCreate, on: .organization(organization))
            let made = try vault.createRole(grant, in: organization, new)
            driver.news.role = made.id
            return made.outcome
        case .getRole(let reference): return try role(reference, .rolesGet).1.outcome
        case .updateRole(let reference, let change):
            let (grant, found) = try role(reference, .rolesUpdate)
            return try vault.update(grant, found, change).outcome
        case .deleteRole(let reference):
            let (grant, found) = try role(reference, .rolesDelete)
            try vault.delete(grant, found)
            return .done(found.id)
        default:
            let grant = try grant(.rolesList, on: .ownPart(organization))
            return try page(vault.roles(grant, in: organization)) { Named($0.id) }
        }
    }

    private func role(
        _ reference: Reference<RoleKind>, _ permission: Permission
    ) throws(Refusal) -> (Grant, Role) {
        let found = try vault.find(reference, in: try organization())
        let grant = try grant(permission, on: found.map { .role($0.organization) })
        guard let found else { throw .absent }
        return (grant, found)
    }

    func performOnMembers(_ call: Call) throws(Refusal) -> Outcome {
        let organization = try organization()
        switch call {
        case .createMember(let new, let hasSecret):
            let grant = try grant(.membersCreate, on: .organization(organization))
            var wanted = new
            if hasSecret { wanted.secret = driver.rightSecret }
            let made = try vault.createMember(grant, in: organization, wanted)
            driver.news.member = made.id
            return made.outcome
        case .getMember(let reference): return try member(reference, .membersGet).1.outcome
        case .updateMember(let reference, let change, let setsSecret):
            let (grant, found) = try member(reference, .membersUpdate)
            var wanted = change
            if setsSecret { wanted.secret = driver.rightSecret }
            return try vault.update(grant, found, wanted).outcome
        case .deleteMember(let reference):
            let (grant, found) = try member(reference, .membersDelete)
            try vault.delete(grant, found)
            return .done(found.id)
        default:
            let grant = try grant(.membersList, on: .ownPart(organization))
            return try page(vault.members(grant, in: organization)) { Named($0.id) }
        }
    }

    func member(
        _ reference: Reference<MemberKind>, _ permission: Permission
    ) throws(Refusal) -> (Grant, Member) {
        let found = try vault.find(reference, in: try organization())
        let grant = try grant(permission, on: found.map { .member($0.id, $0.organization) })
        guard let found else { throw .absent }
        return (grant, found)
    }
}

extension Role {
    var outcome: Outcome {
        .done(id, permissionSet.text, resources == nil ? "everywhere" : "narrowed")
    }
}

extension Member {
    var outcome: Outcome {
        .done(
            id, state == .disabled ? "disabled" : "enabled", "ttl \(timeToLive.microseconds)",
            roles.map { "\(Named($0))" }.joined(separator: ","))
    }
}
