import Vault

/// What a presented secret stands for at one moment: its token and all that it was lent from.
struct Bearer {
    let tenancy: Tenancy
    let token: KnownToken
    let slot: GenerationSlot
    let isByRefresh: Bool
    /// The token and its ancestors.
    let links: [KnownToken]
    /// Those whom the links speak for.
    let members: [KnownMember]
    let end: Instant
    let now: Instant
}

extension Tenancy {
    /// - Parameter isRefreshWanted: neither kind of secret is good in the other's place.
    func bearer(
        _ key: Key, isRefreshWanted: Bool, at now: Instant
    ) throws(Denial) -> Bearer {
        guard key.isRefresh == isRefreshWanted, let token = tokens[key.token],
            let slot = token.slot(of: key.generation)
        else { throw .unauthorized }
        let line = Line(of: token, in: self)
        let end = min(token.expires(slot), line.end)
        guard now < end else { throw .unauthorized }
        guard !isDisabled else { throw Denial(402) }
        let bearer = Bearer(
            tenancy: self, token: token, slot: slot, isByRefresh: key.isRefresh,
            links: line.links, members: line.members, end: end, now: now)
        guard !line.isBroken, !line.hasBadMember, bearer.mayStillSpeakForItsOwner else {
            throw .unauthorized
        }
        return bearer
    }
}

/// The way up from a token to what is nobody's child, as far as it holds.
struct Line {
    private(set) var links: [KnownToken]
    private(set) var members: [KnownMember] = []
    private(set) var end = Instant(microseconds: .max)
    private(set) var isBroken: Bool
    private(set) var hasBadMember = false

    init(of token: KnownToken, in tenancy: Tenancy) {
        links = [token]
        isBroken = token.revokedAt != nil
        add(token, in: tenancy)
        var child = token
        while !isBroken, let id = child.parent {
            guard let parent = tenancy.tokens[id], parent.revokedAt == nil,
                parent.resets == child.parentResets
            else {
                isBroken = true
                return
            }
            end = min(end, parent.primary.expires)
            links.append(parent)
            add(parent, in: tenancy)
            child = parent
        }
    }

    private mutating func add(_ link: KnownToken, in tenancy: Tenancy) {
        guard let id = link.member else { return }
        guard let member = tenancy.members[id] else {
            hasBadMember = true
            return
        }
        let hasOldSecret =
            link.origin == .logon && (member.secretSetAt.map { link.createdAt < $0 } ?? false)
        if member.isDisabled || hasOldSecret { hasBadMember = true }
        end = min(end, link.createdAt.advanced(by: member.span))
        if !members.contains(where: { $0.id == id }) { members.append(member) }
    }
}

extension Bearer {
    var account: KnownAccount? { token.account.flatMap { tenancy.accounts[$0] } }

    var integration: KnownIntegration? { token.integration.flatMap { tenancy.integrations[$0] } }

    var isWhole: Bool { token.level == .organization && links.allSatisfy { $0.resources == nil } }

    fileprivate var mayStillSpeakForItsOwner: Bool {
        guard integration?.isDisabled != true else { return false }
        let narrowings = links.compactMap(\.resources)
        guard let account else { return true }
        guard narrowings.allSatisfy({ $0.holds(account) }) else { return false }
        if let integration {
            guard narrowings.allSatisfy({ $0.holds(integration) }) else { return false }
        }
        return members.allSatisfy { member in
            roles(of: member).contains { role in
                token.level == .account
                    || (role.set != .member && gives(role.set, .tokensCreateIntegration))
            }
        }
    }

    /// The roles that reach the object which the token speaks for.
    func roles(of member: KnownMember) -> [KnownRole] {
        member.roles.compactMap { tenancy.roles[$0] }.filter { role in
            guard let resources = role.resources else { return true }
            return (account.map(resources.holds) ?? true)
                && (integration.map(resources.holds) ?? true)
        }
    }

    func gives(_ set: PermissionSet, _ permission: Permission) -> Bool {
        Rulebook.sets[set]?.contains(permission) ?? false
    }

    /// A token carries what its own set, every ancestor's, and of every member one role gives;
    /// across the planes a parent lends what it may issue, not what it may do.
    func gives(_ permission: Permission) -> Bool {
        guard token.level != .integration else { return gives(token.set, permission) }
        return links.allSatisfy { gives($0.set, permission) }
            && members.allSatisfy { member in
                roles(of: member).contains { gives($0.set, permission) }
            }
    }

    func gives(all set: PermissionSet) -> Bool {
        (Rulebook.sets[set] ?? []).allSatisfy(gives)
    }
}
