import Audit
import Vault
import Wire

/// `/v1/members`: persons and robots of the asker's organization.
enum MemberRoutes {
    static let table: [Route] = [
        .management(.post, "/v1/members", .membersCreate, .memberCreate, body: .json, create),
        .management(.get, "/v1/members", .membersList, .memberList, query: Call.listQuery, list),
        .management(.get, "/v1/members/{member}", .membersGet, .memberGet, get),
        .management(
            .patch, "/v1/members/{member}", .membersUpdate, .memberUpdate, body: .json, update),
        .management(.delete, "/v1/members/{member}", .membersDelete, .memberDelete, delete),
        .management(
            .post, "/v1/members/{member}/tokens", .tokensCreate, .tokenCreate, body: .optionalJSON,
            createToken),
    ]

    @Sendable private static func create(_ call: Call) throws(Refusal) -> Reply {
        let organization = try call.organization()
        let grant = try call.grant(on: .organization(organization))
        var fields = try call.fields()
        var new = Vault.NewMember()
        new.name = try fields.name()
        new.fullname = try fields.fullname()
        new.kind = try fields.memberKind() ?? .personal
        new.state = try fields.state() ?? .enabled
        new.roles = try fields.roleBinding() ?? []
        new.timeToLive = try fields.span("token_ttl")
        let secret = try fields.secret(atLeast: ShownSecret.byteCountMin)
        try fields.finish()
        if let secret, call.stretched == nil {
            try call.requireHashingRoom()
            return call.stretch(secret, call.vault.newSecretCost())
        }
        new.secret = call.stretched
        let member = try call.vault.createMember(grant, in: organization, new)
        call.note(object: .member, member.id.value)
        let roles = try call.vault.roleNames(of: member)
        return Reply(created: "member", grant, revision: member.revision) {
            $0.member(member, roles: roles)
        }
    }

    private static func reply(
        _ call: Call, _ grant: Grant, _ member: Member
    ) throws(Refusal) -> Reply {
        let roles = try call.vault.roleNames(of: member)
        return Reply(grant, revision: member.revision) { $0.member(member, roles: roles) }
    }

    @Sendable private static func list(_ call: Call) throws(Refusal) -> Reply {
        let organization = try call.organization()
        let grant = try call.grant(on: .ownPart(organization))
        let vault = call.vault
        let members = vault.members(grant, in: organization)
        let query = try ListQuery<Member>(call, .members)
        var names = RoleNames()
        return try call.list(grant, query, members) { (member) throws(Refusal) in
            (member, try names.held(by: member, vault))
        } write: { view, json in
            json.member(view.0, roles: view.1)
        }
    }

    @Sendable private static func get(_ call: Call) throws(Refusal) -> Reply {
        let (grant, member) = try call.member()
        return try reply(call, grant, member)
    }

    @Sendable private static func update(_ call: Call) throws(Refusal) -> Reply {
        let (grant, member) = try call.member()
        var fields = try call.fields()
        var change = Vault.MemberChange()
        change.fullname = try fields.fullname(orElse: member.name)
        change.state = try fields.state()
        change.roles = try fields.roleBinding()
        change.timeToLive = try fields.span("token_ttl")
        if fields.isNull("secret") { change.secret = .some(nil) }
        let secret = try fields.secret(atLeast: ShownSecret.byteCountMin)
        try fields.finish()
        try call.requireMatch(revision: member.revision)
        if let secret, call.stretched == nil {
            try call.requireHashingRoom()
            return call.stretch(secret, call.vault.newSecretCost())
        }
        if let stretched = call.stretched { change.secret = stretched }
        let changed = try call.vault.update(grant, member, change)
        return try reply(call, grant, changed)
    }

    @Sendable private static func delete(_ call: Call) throws(Refusal) -> Reply {
        let (grant, member) = try call.member()
        try call.requireMatch(revision: member.revision)
        try call.vault.delete(grant, member)
        return Reply(grant) { $0.deleted(member.id.text) }
    }

    @Sendable private static func createToken(_ call: Call) throws(Refusal) -> Reply {
        let (grant, member) = try call.member()
        var request = Vault.MemberTokenRequest()
        if call.request.body != nil {
            var fields = try call.fields()
            request.name = try fields.name()
            request.fullname = try fields.fullname()
            request.permissionSet = try fields.permissionSet()
            request.timeToLive = try fields.span("token_ttl")
            request.resources = try ResourcesReading(call, grant).read(&fields)
            try fields.finish()
        }
        let minted = try call.vault.mintMemberToken(
            grant, member, request, remembering: try call.idempotency([member.id.value]))
        return try TokenRoutes.reply(call, grant, minted, status: 201)
    }
}

extension Call {
    /// The member that the path names, if the asker may do this to it.
    func member() throws(Refusal) -> (Grant, Member) {
        let organization = try organization()
        var found: Member?
        if let reference: Reference<MemberKind> = reference(0) {
            found = try vault.find(reference, in: organization)
        }
        let grant = try grant(on: found.map { .member($0.id, $0.organization) } ?? .absent)
        guard let found else { throw .absent }
        note(object: .member, found.id.value)
        return (grant, found)
    }
}
