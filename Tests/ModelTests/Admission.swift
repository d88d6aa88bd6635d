import Vault

/// What a call is about, looked up in the caller's own organization.
enum Place {
    case organization
    /// A list of which everybody sees his part.
    case ownPart
    case account(KnownAccount)
    case integration(KnownAccount, KnownIntegration)
    case point(IntegrationPointID)
    case token(KnownToken)
    case member(MemberID)
    case role
}

extension Place {
    var isWholeAccount: Bool {
        switch self {
        case .account: true
        case .token(let token): token.account != nil && token.integration == nil
        default: false
        }
    }
}

/// Who may do what where: 1.4 of the product's page, written down once more.
extension Bearer {
    /// - Parameter place: nil for what is not there.
    /// - Parameter holderMay: whether a token may do this to itself without the permission.
    func require(
        _ permission: Permission, on place: Place?, holderMay: Bool = false
    ) throws(Denial) {
        guard !isByRefresh else { throw .unauthorized }
        guard token.level != .integration else { throw .forbidden }
        if holderMay, case .token(let other) = place, other.id == token.id { return }
        guard gives(permission) else { throw .forbidden }
        guard let place else { throw .absent }
        guard reaches(place, with: permission) else {
            if case .organization = place { throw .forbidden }
            throw .absent
        }
        guard reachesAllBelow(place, with: permission) else { throw .forbidden }
    }

    /// What is done to an account concerns all of its integrations, so that nobody who is narrowed to
    /// some of them may do it.
    private func reachesAllBelow(_ place: Place, with permission: Permission) -> Bool {
        guard Rulebook.ofAllBelow.contains(permission), place.isWholeAccount else { return true }
        return reaches(place, with: permission, alsoWithin: { $0.integrations == nil })
    }

    func may(_ permission: Permission, on place: Place) -> Bool {
        do {
            try require(permission, on: place)
            return true
        } catch {
            return false
        }
    }

    /// - Parameter permission: nil where any will do.
    func reaches(
        _ place: Place, with permission: Permission?,
        alsoWithin isWide: (Resources) -> Bool = { _ in true }
    ) -> Bool {
        let own = links.compactMap(\.resources)
        let isOwnOnly = links.contains { $0.set == .member }
        guard own.allSatisfy(isWide), reaches(place, within: own, isOwnOnly) else { return false }
        guard token.level != .integration else { return true }
        return members.allSatisfy { member in
            roles(of: member).contains { role in
                (permission.map { gives(role.set, $0) } ?? true)
                    && (role.resources.map(isWide) ?? true)
                    && reaches(
                        place, within: own + (role.resources.map { [$0] } ?? []),
                        role.set == .member)
            }
        }
    }

    private func reaches(
        _ place: Place, within narrowings: [Resources], _ isOwnOnly: Bool
    ) -> Bool {
        let isWhole = token.level == .organization && narrowings.isEmpty
        switch place {
        case .ownPart: return true
        case .organization, .role: return isWhole && !isOwnOnly
        case .member(let member): return isWhole && (!isOwnOnly || member == token.member)
        case .point(let point): return narrowings.allSatisfy { $0.holds(point) }
        case .account(let account):
            return !isOwnOnly && reaches(account, nil, within: narrowings)
        case .integration(let account, let integration):
            return !isOwnOnly && reaches(account, integration, within: narrowings)
        case .token(let other):
            if other.id == token.id { return true }
            if isOwnOnly, other.member == nil || other.member != token.member { return false }
            guard let id = other.account, let account = tenancy.accounts[id] else { return isWhole }
            let integration = other.integration.flatMap { tenancy.integrations[$0] }
            return reaches(account, integration, within: narrowings)
        }
    }

    private func reaches(
        _ account: KnownAccount, _ integration: KnownIntegration?, within narrowings: [Resources]
    ) -> Bool {
        (token.account == nil || token.account == account.id)
            && (token.integration == nil || token.integration == integration?.id)
            && narrowings.allSatisfy { narrowing in
                narrowing.holds(account) && (integration.map(narrowing.holds) ?? true)
            }
    }
}

/// Who may give authority away for good, and who may have another token's secrets.
extension Bearer {
    /// A role or a binding outlives the token that made it: what is itself lent makes none.
    func requireMayLend() throws(Denial) {
        guard token.origin != .adhoc else { throw .forbidden }
    }

    /// Nothing of one's own that did not hold an object holds it after one's change.
    func requireNoWider(
        before: (Resources) -> Bool, after: (Resources) -> Bool,
        isWhole: (Resources) -> Bool = { _ in true }
    ) throws(Denial) {
        for member in members {
            // Those that do not reach what the token speaks for are what it must not come to.
            let roles = member.roles.compactMap { tenancy.roles[$0] }
            let had = roles.filter { role in
                role.set != .member && (role.resources.map { before($0) && isWhole($0) } ?? true)
            }
            let has = roles.filter { $0.resources.map { !before($0) && after($0) } ?? false }
            let old = Set(had.flatMap { Rulebook.sets[$0.set] ?? [] })
            let new = Set(has.flatMap { Rulebook.sets[$0.set] ?? [] })
            guard new.isSubset(of: old) else { throw .forbidden }
        }
    }

    /// New secrets of a token go to those only who have at least its authority themselves.
    func requireMayRenew(_ other: KnownToken) throws(Denial) {
        guard other.id != token.id else {
            guard slot == .primary else { throw .conflict }
            return
        }
        if other.level == .integration { return }
        guard covers(other) else { throw .forbidden }
        let isAbove = token.level.rawValue < other.level.rawValue
        guard isAbove || token.origin == .byDefault || isAncestor(of: other) else {
            throw .forbidden
        }
    }

    private func covers(_ other: KnownToken) -> Bool {
        let account = other.account.flatMap { tenancy.accounts[$0] }
        func isInside(_ resources: Resources) -> Bool {
            resources.integrations == nil && (account.map(resources.holds) ?? false)
        }
        guard gives(all: other.set), links.compactMap(\.resources).allSatisfy(isInside),
            !links.contains(where: { $0.set == .member })
        else { return false }
        return members.allSatisfy { member in
            (Rulebook.sets[other.set] ?? []).allSatisfy { permission in
                roles(of: member).contains { role in
                    gives(role.set, permission) && role.set != .member
                        && (role.resources.map(isInside) ?? true)
                }
            }
        }
    }

    private func isAncestor(of other: KnownToken) -> Bool {
        var next = other.parent
        while let id = next {
            if id == token.id { return true }
            next = tenancy.tokens[id]?.parent
        }
        return false
    }
}
