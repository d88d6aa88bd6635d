import Crypto

/// Members: persons and robots, what they may do, and what they log on with.
extension Vault {
    package struct NewMember: Sendable {
        package var name: Name?
        package var fullname: String?
        package var kind = Member.Kind.personal
        package var state = EnabledState.enabled
        package var roles: [Reference<RoleKind>] = []
        package var timeToLive: TimeSpan?
        package var secret: StretchedSecret?
        package init() {}
    }

    package func createMember(
        _ grant: Grant, in organization: OrganizationID, _ new: NewMember
    ) throws(Refusal) -> Member {
        try requireOwn(grant, organization)
        let id = MemberID(entropy.uint128())
        let names = Names(name: new.name, fullname: new.fullname, id: id)
        let taken = try find(Reference<MemberKind>.name(names.name), in: organization)
        guard taken == nil else { throw .nameTaken }
        let span = new.timeToLive ?? Member.timeToLiveDefault
        try requireLifetime(span, of: new.kind)
        let secret = new.secret.map { kept($0, of: id, in: organization) }
        let now = clock.now()
        let member = Member(
            organization: organization, id: id, name: names.name, fullname: names.fullname,
            kind: new.kind, state: new.state, roles: try roleIDs(new.roles, in: organization),
            timeToLive: span, secret: secret, secretSetAt: secret.map { _ in now },
            createdAt: now, updatedAt: now, revision: 1)
        try requireMayLend(grant, try allowances(of: member))
        try apply(.insertMember(member))
        return member
    }

    private func requireLifetime(_ span: TimeSpan, of kind: Member.Kind) throws(Refusal) {
        guard span > .seconds(0), span <= min(kind.timeToLiveMax, lifetimes.longest) else {
            throw .invalidValue(
                "token_ttl is more than 0s, at most 24h of a personal and 2160h of a service member"
            )
        }
    }

    private func roleIDs(
        _ references: [Reference<RoleKind>], in organization: OrganizationID
    ) throws(Refusal) -> [RoleID] {
        guard references.count <= Limits.rolesPerMemberMax else {
            throw .invalidValue("a member has at most 16 roles")
        }
        var ids: [RoleID] = []
        for reference in references {
            guard let role = try find(reference, in: organization) else {
                throw .invalidValue("role_binding names a role that is not there")
            }
            guard !ids.contains(role.id) else {
                throw .invalidValue("role_binding names a role twice")
            }
            ids.append(role.id)
        }
        return ids
    }

    /// The names of the roles that are still there.
    package func roleNames(of member: Member) throws(Refusal) -> [String] {
        var names = RoleNames()
        return try names.held(by: member, self)
    }

    package func find(
        _ id: MemberID, in organization: OrganizationID
    ) throws(Refusal) -> Member? {
        try look { () throws(StoreError) in try store.member(id, in: organization) }
    }

    package func find(
        _ reference: Reference<MemberKind>, in organization: OrganizationID
    ) throws(Refusal) -> Member? {
        try look { () throws(StoreError) in
            switch reference {
            case .identifier(let id): try store.member(id, in: organization)
            case .name(let name): try store.member(named: name, in: organization)
            }
        }
    }
}

/// Names of roles of one organization: each is looked up once, however many members have it.
package struct RoleNames {
    private var known: [RoleID: String?] = [:]

    package init() {}

    /// Those of the roles that are still there.
    package mutating func held(by member: Member, _ vault: Vault) throws(Refusal) -> [String] {
        var names: [String] = []
        for id in member.roles {
            if let name = try name(id, in: member.organization, vault) { names.append(name) }
        }
        return names
    }

    private mutating func name(
        _ id: RoleID, in organization: OrganizationID, _ vault: Vault
    ) throws(Refusal) -> String? {
        if let set = Role.builtInSet(id) { return set.text }
        if let name = known[id] { return name }
        let role = try vault.look { () throws(StoreError) in
            try vault.store.role(id, in: organization)
        }
        known[id] = .some(role?.name.text)
        return role?.name.text
    }
}

/// Changing and removing members.
extension Vault {
    package struct MemberChange: Sendable {
        package var fullname: String?
        package var state: EnabledState?
        package var roles: [Reference<RoleKind>]?
        package var timeToLive: TimeSpan?
        /// Nil leaves it, an inner nil takes it away.
        package var secret: StretchedSecret??
        package init() {}

        /// Whether it is a change that members make of their own profile.
        var isOfProfile: Bool { state == nil && roles == nil && timeToLive == nil }
    }

    package func update(
        _ grant: Grant, _ member: Member, _ change: MemberChange
    ) throws(Refusal) -> Member {
        try requireOwn(grant, member.organization)
        var changed = member
        changed.fullname = change.fullname ?? member.fullname
        changed.state = change.state ?? member.state
        changed.timeToLive = change.timeToLive ?? member.timeToLive
        if let roles = change.roles {
            changed.roles = try roleIDs(roles, in: member.organization)
        }
        try requireLifetime(changed.timeToLive, of: member.kind)
        if let secret = change.secret {
            changed.secret = secret.map { kept($0, of: member.id, in: member.organization) }
            changed.secretSetAt = clock.now()
        }
        try requireMayChange(grant, member, to: changed, change)
        if try isAdministrator(member), try !isAdministrator(changed) {
            try requireAdministrator(in: member.organization, without: member.id)
        }
        changed.updatedAt = clock.now()
        changed.revision += 1
        try apply(.updateMember(changed))
        if change.secret != nil { needsScrub = true }
        if !change.isOfProfile || change.secret != nil {
            raiseFreshness(of: member.organization)
        }
        return changed
    }

    private func requireMayChange(
        _ grant: Grant, _ member: Member, to changed: Member, _ change: MemberChange
    ) throws(Refusal) {
        guard reaches(grant, .organization(member.organization)) else {
            guard change.isOfProfile else { throw .insufficientScope }
            if change.secret != nil { try requireMayLend(grant, []) }
            return
        }
        let isWider =
            !Set(changed.roles).isSubset(of: member.roles)
            || changed.timeToLive > member.timeToLive
            || (changed.state == .enabled && member.state == .disabled)
        // Whoever sets a member's secret can be that member.
        if isWider || change.secret != nil {
            try requireMayLend(grant, try allowances(of: changed))
        }
    }

    /// Its tokens are dead at once.
    package func delete(_ grant: Grant, _ member: Member) throws(Refusal) {
        try requireOwn(grant, member.organization)
        if try isAdministrator(member) {
            try requireAdministrator(in: member.organization, without: member.id)
        }
        try apply(.deleteMember(member.id, member.organization))
        raiseFreshness(of: member.organization)
        needsScrub = true
    }
}

/// An organization that has administrators among its members keeps one.
extension Vault {
    func isAdministrator(_ member: Member) throws(Refusal) -> Bool {
        var roles = AdministratorRoles(of: member.organization)
        return try !roles.held(by: member, self).isEmpty
    }

    /// Refused where nobody would be left, unless there was nobody before.
    func requireAdministrator(
        in organization: OrganizationID, without member: MemberID? = nil,
        withoutRole role: RoleID? = nil
    ) throws(Refusal) {
        var position: MemberID?
        var wasThere = false
        var roles = AdministratorRoles(of: organization)
        while true {
            let chunk = try look { () throws(StoreError) in
                try store.members(in: organization, after: position, limit: Limits.listMax)
            }
            for other in chunk {
                let held = try roles.held(by: other, self)
                if other.id != member, held.contains(where: { $0 != role }) { return }
                if !held.isEmpty { wasThere = true }
            }
            guard chunk.count == Limits.listMax, let last = chunk.last else { break }
            position = last.id
        }
        guard !wasThere else {
            throw .conflict(
                "give another enabled member the administrator role first: one has to stay")
        }
    }
}

/// Which roles are administrators': each is looked up once, however many members have it.
private struct AdministratorRoles {
    private let organization: OrganizationID
    private var known: [RoleID: Bool] = [:]

    init(of organization: OrganizationID) { self.organization = organization }

    /// Those of an enabled member.
    mutating func held(by member: Member, _ vault: Vault) throws(Refusal) -> [RoleID] {
        guard member.state == .enabled else { return [] }
        var held: [RoleID] = []
        for id in member.roles where try isAdministrators(id, vault) { held.append(id) }
        return held
    }

    private mutating func isAdministrators(
        _ id: RoleID, _ vault: Vault
    ) throws(Refusal) -> Bool {
        if let known = known[id] { return known }
        let role = try vault.find(Reference<RoleKind>.identifier(id), in: organization)
        known[id] = role?.isAdministrators == true
        return role?.isAdministrators == true
    }
}
