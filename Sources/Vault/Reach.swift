/// Whether a principal reaches a resource with a permission: by its own narrowings, and of every
/// member along its chain by one role that gives the permission and admits the resource.
///
/// - Parameter permission: nil where any will do, because it has been looked at already.
func admit(
    _ principal: Principal, _ permission: Permission?, _ resource: Resource
) throws(Refusal) {
    try admit(principal, permission, resource, withAllBelow: false)
    guard permission?.concernsAllBelow ?? false else { return }
    do {
        try admit(principal, permission, resource, withAllBelow: true)
    } catch {
        // It may be seen, which is no secret any more, but not all that would be changed.
        throw .insufficientScope
    }
}

private func admit(
    _ principal: Principal, _ permission: Permission?, _ resource: Resource,
    withAllBelow: Bool
) throws(Refusal) {
    let own = Reach(
        principal: principal, narrowings: principal.narrowings, isOwnOnly: false,
        isWithAllBelow: withAllBelow)
    try own.admit(resource)
    for alternative in principal.alternatives {
        try admit(principal, permission, resource, by: alternative, withAllBelow)
    }
}

/// Of a union one is enough; the first refusal is given if there is none.
private func admit(
    _ principal: Principal, _ permission: Permission?, _ resource: Resource,
    by alternative: [Allowance], _ withAllBelow: Bool
) throws(Refusal) {
    var first: Refusal?
    for allowance in alternative where allowance.gives(permission) {
        let reach = Reach(
            principal: principal,
            narrowings: principal.narrowings + (allowance.resources.map { [$0] } ?? []),
            isOwnOnly: allowance.isOwnOnly, isWithAllBelow: withAllBelow)
        do {
            return try reach.admit(resource)
        } catch {
            first = first ?? error
        }
    }
    throw first ?? .insufficientScope
}

/// How far one way of being allowed goes.
private struct Reach {
    let principal: Principal
    /// All must admit.
    let narrowings: [Resources]
    /// Nothing but the principal's own profile and tokens.
    let isOwnOnly: Bool
    /// An account only where all of its integrations are.
    let isWithAllBelow: Bool

    /// An organization's token that nothing confines.
    private var isWholeOrganization: Bool {
        principal.level == .organization && narrowings.isEmpty
    }

    func admit(_ resource: Resource) throws(Refusal) {
        switch resource {
        case .absent: throw .absent
        case .vault: throw .foreign
        case .catalogue: break
        case .ownPart(let organization): try require(organization)
        case .organization(let organization):
            try require(organization)
            guard isWholeOrganization, !isOwnOnly else { throw .insufficientScope }
        case .role(let organization):
            try require(organization)
            guard isWholeOrganization, !isOwnOnly else { throw .foreign }
        case .member(let member, let organization):
            try require(organization)
            guard isWholeOrganization, !isOwnOnly || isOwn(member) else { throw .foreign }
        case .account(let organization, let account):
            try admit(organization, account, nil)
        case .integration(let organization, let account, let integration):
            try admit(organization, account, integration)
        case .integrationPoint(let organization, let point):
            try require(organization)
            guard narrowings.allSatisfy({ $0.admits(point) }) else { throw .foreign }
        case .token(let token, let organization, let account, let integration, let member):
            try require(organization)
            if token == principal.token { return }
            if isOwnOnly, !isOwn(member) { throw .foreign }
            if account == nil, !isWholeOrganization { throw .foreign }
            if let account { try admit(account, integration) }
        }
    }

    private func require(_ organization: OrganizationID) throws(Refusal) {
        guard organization == principal.organization else { throw .foreign }
    }

    private func isOwn(_ member: MemberID?) -> Bool {
        member != nil && member == principal.member
    }

    private func admit(
        _ organization: OrganizationID, _ account: AccountFacts, _ integration: IntegrationFacts?
    ) throws(Refusal) {
        try require(organization)
        guard !isOwnOnly else { throw .foreign }
        try admit(account, integration)
    }

    private func admit(
        _ account: AccountFacts, _ integration: IntegrationFacts?
    ) throws(Refusal) {
        if let own = principal.account, own != account.id { throw .foreign }
        if let own = principal.integration, own != integration?.id { throw .foreign }
        guard narrowings.allSatisfy({ $0.admits(account) }) else { throw .foreign }
        if let integration {
            guard narrowings.allSatisfy({ $0.admits(integration) }) else { throw .foreign }
        } else if isWithAllBelow {
            guard narrowings.allSatisfy({ $0.integrations == nil }) else { throw .foreign }
        }
    }
}
