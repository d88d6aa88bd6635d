import Crypto
import Support
import Vault

/// Members and roles in a world, made by its administrator unless another token is named.
extension World {
    private func grant(_ permission: Permission, by minted: MintedToken?) throws -> Grant {
        try grant(text(minted ?? root), .management(permission), on: whole())
    }

    @discardableResult
    func makeRole(
        _ name: String, _ set: PermissionSet, on resources: Resources? = nil,
        by minted: MintedToken? = nil
    ) throws -> Role {
        let grant = try grant(.rolesCreate, by: minted)
        var new = Vault.NewRole(permissionSet: set)
        new.name = Name(name)
        new.resources = resources
        return try vault.step { () throws(Refusal) in
            try vault.createRole(grant, in: organization.id, new)
        }
    }

    func change(
        _ role: String, by minted: MintedToken? = nil,
        _ edit: (inout Vault.RoleChange) -> Void
    ) throws {
        let grant = try grant(.rolesUpdate, by: minted)
        let found = try found(role)
        var change = Vault.RoleChange()
        edit(&change)
        _ = try vault.step { () throws(Refusal) in try vault.update(grant, found, change) }
    }

    func deleteRole(_ name: String) throws {
        let grant = try grant(.rolesDelete, by: nil)
        let found = try found(name)
        try vault.step { () throws(Refusal) in try vault.delete(grant, found) }
    }

    private func found(_ role: String) throws -> Role {
        guard let name = Reference<RoleKind>(role),
            let found = try vault.find(name, in: organization.id)
        else { throw Refusal.absent }
        return found
    }

    @discardableResult
    func makeMember(
        _ name: String, roles: [String] = [], secret: String? = nil,
        by minted: MintedToken? = nil, _ edit: (inout Vault.NewMember) -> Void = { _ in }
    ) throws -> Member {
        let grant = try grant(.membersCreate, by: minted)
        var new = Vault.NewMember()
        new.name = Name(name)
        new.roles = roles.compactMap(Reference.init)
        new.secret = try secret.map { try stretched($0, vault.newSecretCost()) }
        edit(&new)
        let wanted = new
        return try vault.step { () throws(Refusal) in
            try vault.createMember(grant, in: organization.id, wanted)
        }
    }

    func change(
        _ member: Member, by minted: MintedToken? = nil,
        _ edit: (inout Vault.MemberChange) -> Void
    ) throws {
        let place = Resource.member(member.id, organization.id)
        let grant = try grant(text(minted ?? root), .management(.membersUpdate), on: place)
        let current = try current(member)
        var change = Vault.MemberChange()
        edit(&change)
        let wanted = change
        _ = try vault.step { () throws(Refusal) in try vault.update(grant, current, wanted) }
    }

    func delete(_ member: Member) throws {
        let grant = try grant(.membersDelete, by: nil)
        let current = try current(member)
        try vault.step { () throws(Refusal) in try vault.delete(grant, current) }
    }

    private func current(_ member: Member) throws -> Member {
        guard let current = try vault.find(member.id, in: organization.id) else {
            throw Refusal.absent
        }
        return current
    }

    /// A token for a member, lent by the organization's own.
    func mint(
        for member: Member, _ set: PermissionSet? = nil, by minted: MintedToken? = nil,
        resources: Resources? = nil, timeToLive: TimeSpan? = nil
    ) throws -> MintedToken {
        var request = Vault.MemberTokenRequest()
        request.permissionSet = set
        request.resources = resources
        request.timeToLive = timeToLive
        let place = Resource.member(member.id, organization.id)
        let grant = try grant(text(minted ?? root), .management(.tokensCreate), on: place)
        let current = try current(member)
        return try vault.step { () throws(Refusal) in
            try vault.mintMemberToken(grant, current, request, remembering: nil)
        }
    }

    /// Why a token may not do this; nil where it may.
    func refused(
        _ minted: MintedToken, _ permission: Permission, on resource: Resource
    ) throws -> Refusal? {
        let actor = try actor(text(minted))
        return refusal { () throws(Refusal) in
            _ = try authorize(actor, .management(permission), on: resource)
        }
    }
}

/// Logging on, with the hashing in between done at once.
extension World {
    func shown(_ text: String) throws -> ShownSecret {
        let bytes = Array(text.utf8)
        return ShownSecret(try unsafe Secret(copying: bytes.span.bytes))
    }

    func stretched(_ text: String, _ cost: SecretCost) throws -> StretchedSecret {
        try shown(text).stretched(cost)
    }

    /// - Parameter peer: tells those apart who try.
    func logonRequest(
        _ name: String, at place: String = "acme", from peer: UInt32 = 1000,
        timeToLive: TimeSpan? = nil
    ) -> LogonRequest {
        let peer = LogonPeer(uid: peer, remoteAddress: 0)
        var request = LogonRequest(at: place, name: name, from: peer)
        request.timeToLive = timeToLive
        return request
    }

    func logOn(_ request: LogonRequest, _ secret: String) throws -> MintedToken {
        let cost = try vault.beginLogon(request)
        let stretched = try stretched(secret, cost)
        return try vault.step { () throws(Refusal) in
            try vault.finishLogon(request, stretched) { _, _ in }
        }
    }

    func logOn(_ name: String, _ secret: String) throws -> MintedToken {
        try logOn(logonRequest(name), secret)
    }
}
