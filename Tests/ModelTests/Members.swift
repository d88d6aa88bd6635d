import Vault

/// What calls do to roles and members, and who may log on.
extension Tenancy {
    func performOnRoles(
        _ call: Call, by bearer: Bearer, _ news: News
    ) throws(Denial) -> Outcome {
        switch call {
        case .createRole(let new):
            try bearer.require(.rolesCreate, on: .organization)
            let role = KnownRole(
                id: news.role, name: new.name ?? Name(stored: ""), set: new.permissionSet,
                resources: new.resources)
            try requireFit(role)
            try requireFree(role.name, in: roles.values)
            try bearer.requireMayLend()
            roles[role.id] = role
            return role.outcome
        case .getRole(let reference):
            return try role(reference, .rolesGet, by: bearer).outcome
        case .updateRole(let reference, let change):
            let before = try role(reference, .rolesUpdate, by: bearer)
            return try update(before, change, by: bearer)
        case .deleteRole(let reference):
            let role = try role(reference, .rolesDelete, by: bearer)
            guard !role.isBuiltIn else { throw .conflict }
            if role.isAdministrators {
                try requireAdministrator { self.isAdministrator($0, without: role.id) }
            }
            roles[role.id] = nil
            return .done(role.id)
        default:
            try bearer.require(.rolesList, on: .ownPart)
            return .list(bearer.may(.rolesList, on: .role) ? roles.keys.sorted() : [])
        }
    }

    private func role(
        _ reference: Reference<RoleKind>, _ permission: Permission, by bearer: Bearer
    ) throws(Denial) -> KnownRole {
        let found = find(reference, in: roles)
        try bearer.require(permission, on: found.map { _ in .role })
        guard let found else { throw .absent }
        return found
    }

    private func requireFit(_ role: KnownRole) throws(Denial) {
        guard role.set != .integration, role.set != .connectUI else { throw .invalid }
    }

    private func update(
        _ before: KnownRole, _ change: Vault.RoleChange, by bearer: Bearer
    ) throws(Denial) -> Outcome {
        guard !before.isBuiltIn else { throw .conflict }
        var role = before
        role.set = change.permissionSet ?? before.set
        if let resources = change.resources { role.resources = resources }
        try requireFit(role)
        if !role.isNarrower(than: before) { try bearer.requireMayLend() }
        if before.isAdministrators, !role.isAdministrators {
            try requireAdministrator { self.isAdministrator($0, without: role.id) }
        }
        roles[role.id] = role
        return role.outcome
    }

    func performOnMembers(
        _ call: Call, by bearer: Bearer, _ news: News
    ) throws(Denial) -> Outcome {
        switch call {
        case .createMember(let new, let hasSecret):
            try bearer.require(.membersCreate, on: .organization)
            try requireFree(new.name, in: members.values)
            let member = KnownMember(
                id: news.member, name: new.name ?? Name(stored: ""), kind: new.kind,
                isDisabled: new.state == .disabled, roles: try bind(new.roles),
                span: new.timeToLive ?? Rulebook.memberToken, hasSecret: hasSecret,
                secretSetAt: hasSecret ? bearer.now : nil)
            try requireFit(member)
            try bearer.requireMayLend()
            members[member.id] = member
            return member.outcome
        case .getMember(let reference):
            return try member(reference, .membersGet, by: bearer).outcome
        case .updateMember(let reference, let change, let setsSecret):
            let before = try member(reference, .membersUpdate, by: bearer)
            return try update(before, change, setsSecret: setsSecret, by: bearer)
        case .deleteMember(let reference):
            let member = try member(reference, .membersDelete, by: bearer)
            if isAdministrator(member) {
                try requireAdministrator { $0.id != member.id && self.isAdministrator($0) }
            }
            members[member.id] = nil
            return .done(member.id)
        default:
            try bearer.require(.membersList, on: .ownPart)
            return .list(
                members.keys.filter { bearer.may(.membersList, on: .member($0)) }.sorted())
        }
    }

    func member(
        _ reference: Reference<MemberKind>, _ permission: Permission, by bearer: Bearer
    ) throws(Denial) -> KnownMember {
        let found = find(reference, in: members)
        try bearer.require(permission, on: found.map { .member($0.id) })
        guard let found else { throw .absent }
        return found
    }

    private func bind(_ references: [Reference<RoleKind>]) throws(Denial) -> [RoleID] {
        let found = references.compactMap { find($0, in: roles)?.id }
        guard found.count == references.count, Set(found).count == found.count else {
            throw .invalid
        }
        return found
    }

    private func requireFit(_ member: KnownMember) throws(Denial) {
        guard member.span > .seconds(0), member.span <= Rulebook.tokenLifeMax(member.kind) else {
            throw .invalid
        }
    }

    private func update(
        _ before: KnownMember, _ change: Vault.MemberChange, setsSecret: Bool, by bearer: Bearer
    ) throws(Denial) -> Outcome {
        var member = before
        if let state = change.state { member.isDisabled = state == .disabled }
        member.span = change.timeToLive ?? before.span
        if let roles = change.roles { member.roles = try bind(roles) }
        try requireFit(member)
        if setsSecret { (member.hasSecret, member.secretSetAt) = (true, bearer.now) }
        let isOfProfile = change.state == nil && change.roles == nil && change.timeToLive == nil
        guard isOfProfile || bearer.may(.membersUpdate, on: .organization) else {
            throw .forbidden
        }
        let isWider =
            !Set(member.roles).isSubset(of: before.roles) || member.span > before.span
            || (before.isDisabled && !member.isDisabled)
        if isWider || setsSecret { try bearer.requireMayLend() }
        if isAdministrator(before), !isAdministrator(member) {
            try requireAdministrator { $0.id != member.id && self.isAdministrator($0) }
        }
        members[member.id] = member
        return member.outcome
    }

    /// One answer for a member who is not there, has no secret, is disabled, or another's secret.
    func logOn(
        _ reference: Reference<MemberKind>, isRight: Bool, _ span: TimeSpan?, _ news: News,
        at now: Instant
    ) throws(Denial) -> Outcome {
        guard !isDisabled, let member = find(reference, in: members), isRight, member.hasSecret,
            !member.isDisabled
        else { throw .unauthorized }
        let wanted = span ?? member.span
        guard wanted > .seconds(0), wanted <= member.span else { throw .invalid }
        let end = now.advanced(by: wanted)
        let token = KnownToken(
            id: news.token, level: .organization, origin: .logon, account: nil, integration: nil,
            parent: nil, parentResets: 0, member: member.id, set: .administrator, resources: nil,
            span: wanted, end: end, createdAt: now,
            primary: KnownGeneration(number: 1, expires: end))
        tokens[token.id] = token
        return token.outcome
    }
}

extension KnownRole {
    var outcome: Outcome { .done(id, set.text, resources == nil ? "everywhere" : "narrowed") }
}

extension KnownMember {
    var outcome: Outcome {
        .done(
            id, isDisabled ? "disabled" : "enabled", "ttl \(span.microseconds)",
            roles.map { "\(Named($0))" }.joined(separator: ","))
    }
}
