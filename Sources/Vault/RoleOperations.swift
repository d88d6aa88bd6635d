import Crypto

/// Roles: what members are bound to; nobody makes one that is wider than what he has.
extension Vault {
    package struct NewRole: Sendable {
        package var name: Name?
        package var fullname: String?
        package var permissionSet: PermissionSet
        package var resources: Resources?
        package init(permissionSet: PermissionSet) { self.permissionSet = permissionSet }
    }

    package func createRole(
        _ grant: Grant, in organization: OrganizationID, _ new: NewRole
    ) throws(Refusal) -> Role {
        try requireOwn(grant, organization)
        try requireFitForRoles(new.permissionSet)
        let id = RoleID(entropy.uint128())
        let names = Names(name: new.name, fullname: new.fullname, id: id)
        let taken = try find(Reference<RoleKind>.name(names.name), in: organization)
        guard taken == nil else { throw .nameTaken }
        let now = clock.now()
        let role = Role(
            organization: organization, id: id, name: names.name, fullname: names.fullname,
            permissionSet: new.permissionSet, resources: new.resources, createdAt: now,
            updatedAt: now, revision: 1)
        try requireMayLend(grant, [role.allowance])
        try apply(.insertRole(role))
        return role
    }

    private func requireFitForRoles(_ set: PermissionSet) throws(Refusal) {
        guard !set.isForDataPlane, set != .connectUI else {
            throw .invalidValue(
                "permission_set of a role is not integration or connect-ui, which single tokens carry"
            )
        }
    }

    /// Built-in ones first, whoever asks.
    func roles(
        in organization: OrganizationID, after: RoleID?, limit: Int
    ) throws(Refusal) -> [Role] {
        guard let owner = try find(organization) else { return [] }
        let builtIn = Role.builtIn(in: owner).filter { role in after.map { $0 < role.id } ?? true }
        let first = builtIn.prefix(limit)
        let stored = try look { () throws(StoreError) in
            try store.roles(in: organization, after: after, limit: limit)
        }
        return Array((first + stored).prefix(limit))
    }

    package struct RoleChange: Sendable {
        package var fullname: String?
        package var permissionSet: PermissionSet?
        package var resources: Resources??
        package init() {}
    }

    package func update(
        _ grant: Grant, _ role: Role, _ change: RoleChange
    ) throws(Refusal) -> Role {
        try requireOwn(grant, role.organization)
        try requireChangeable(role)
        var changed = role
        changed.fullname = change.fullname ?? role.fullname
        changed.permissionSet = change.permissionSet ?? role.permissionSet
        if let resources = change.resources { changed.resources = resources }
        try requireFitForRoles(changed.permissionSet)
        if !changed.allowance.isWithin(role.allowance) {
            try requireMayLend(grant, [changed.allowance])
        }
        if role.isAdministrators, !changed.isAdministrators {
            try requireAdministrator(in: role.organization, withoutRole: role.id)
        }
        changed.updatedAt = clock.now()
        changed.revision += 1
        try apply(.updateRole(changed))
        if changed.allowance != role.allowance { raiseFreshness(of: role.organization) }
        return changed
    }

    /// Whoever was bound to it has what the others of his roles give.
    package func delete(_ grant: Grant, _ role: Role) throws(Refusal) {
        try requireOwn(grant, role.organization)
        try requireChangeable(role)
        if role.isAdministrators {
            try requireAdministrator(in: role.organization, withoutRole: role.id)
        }
        try apply(.deleteRole(role.id, role.organization))
        raiseFreshness(of: role.organization)
    }

    private func requireChangeable(_ role: Role) throws(Refusal) {
        guard !role.isBuiltIn else {
            throw .conflict("a built-in role is the same for ever; make a role of your own")
        }
    }

    package func find(
        _ reference: Reference<RoleKind>, in organization: OrganizationID
    ) throws(Refusal) -> Role? {
        guard let owner = try find(organization) else { return nil }
        let builtIn = Role.builtIn(in: owner).first { role in
            switch reference {
            case .identifier(let id): role.id == id
            case .name(let name): role.name == name
            }
        }
        if let builtIn { return builtIn }
        return try look { () throws(StoreError) in
            switch reference {
            case .identifier(let id): try store.role(id, in: organization)
            case .name(let name): try store.role(named: name, in: organization)
            }
        }
    }
}

/// Who may give authority away for good.
extension Vault {
    /// What narrows the asker looks at the object that he changes: nothing that did not admit it may do
    /// so afterwards, or a role to change it would be a way to what another role gives elsewhere.
    ///
    /// Unless he may do all that there already, by another role of the same member.
    ///
    /// - Parameter isWhole: whether resources that admitted it admitted all that is below it.
    func requireNoWider(
        _ grant: Grant, before: (Resources) -> Bool, after: (Resources) -> Bool,
        isWhole: (Resources) -> Bool = { _ in true }
    ) throws(Refusal) {
        guard let principal = grant.principal else { return }
        for alternative in principal.alternatives {
            let known = alternative.filter { own in
                !own.isOwnOnly && (own.resources.map { before($0) && isWhole($0) } ?? true)
            }
            for own in alternative {
                guard let resources = own.resources, !before(resources), after(resources) else {
                    continue
                }
                let isNew = own.permissions.permissions.contains { permission in
                    !known.contains { $0.gives(permission) }
                }
                guard !isNew else { throw .insufficientScope }
            }
        }
    }

    /// A role or a binding outlives the token that made it, so that an ad hoc token, which is lent
    /// for a while, makes none; and nobody lends what he has not got.
    func requireMayLend(_ grant: Grant, _ allowances: [Allowance]) throws(Refusal) {
        guard let principal = grant.principal else { return }
        let origin = try find(principal.token, in: principal.organization)?.origin
        guard origin == .byDefault || origin == .logon else { throw .insufficientScope }
        guard allowances.allSatisfy(principal.covers) else { throw .insufficientScope }
    }
}
