/// Where an operation belongs; the planes do not overlap.
package enum Plane: Sendable { case operators, management, data }

/// What a route does, in terms of authority.
package struct Operation: Hashable, Sendable {
    package let plane: Plane
    /// Nil where the plane alone decides: an operator's authority is the kernel's word.
    package let permission: Permission?
    /// Whether a token may do this to itself without the permission.
    package let holderMay: Bool
    /// Whether the token's refresh secret is what proves the right.
    package let refreshSecretMay: Bool

    package static let operators = Operation(
        plane: .operators, permission: nil, holderMay: false, refreshSecretMay: false)

    package static func management(
        _ permission: Permission, holderMay: Bool = false, refreshSecretMay: Bool = false
    ) -> Operation {
        Operation(
            plane: .management, permission: permission, holderMay: holderMay,
            refreshSecretMay: refreshSecretMay)
    }

    package static func data(_ permission: Permission) -> Operation {
        Operation(plane: .data, permission: permission, holderMay: false, refreshSecretMay: false)
    }
}

/// A token that has been verified: whom it speaks for and what it may do at this moment.
package struct Principal: Sendable {
    package let token: TokenID
    package let level: Token.Level
    package let organization: OrganizationID
    package let account: AccountID?
    package let integration: IntegrationID?
    package let member: MemberID?
    package let generation: GenerationSlot
    package let permissions: PermissionMask
    /// Every narrowing along the chain of parents; all must admit.
    package let narrowings: [Resources]
    /// Of each of these one must allow: what the roles of a member in the chain give is a union.
    package let alternatives: [[Allowance]]
    package let expires: Instant

    /// Whether the token may be shown another token's secret: `connect-ui`, which connects but
    /// updates nothing, never is.
    package var mayHoldSecrets: Bool { permissions.contains(.integrationsUpdate) }

    /// Whether nothing has been taken away, or given, since `earlier`.
    package func mayAsMuch(as earlier: Principal) -> Bool {
        permissions == earlier.permissions && narrowings == earlier.narrowings
            && alternatives == earlier.alternatives
    }
}

/// Who asks.
package enum Actor: Sendable {
    /// A peer of the admin socket, by the uid that the kernel reports.
    case peer(uid: UInt32)
    case token(Principal)
    /// Somebody who has shown a token's refresh secret; good for renewing that token only.
    case refreshSecret(Principal)

    package var principal: Principal? {
        switch self {
        case .peer: nil
        case .token(let principal), .refreshSecret(let principal): principal
        }
    }
}

/// What is asked for, looked up in the asker's own organization before the question is put.
package enum Resource: Sendable {
    /// Nothing by that name or id is there for the asker.
    case absent
    /// The organization itself, or a collection that spans it.
    case organization(OrganizationID)
    /// Collections that a narrowed or account token may list, seeing only its own part.
    case ownPart(OrganizationID)
    case account(OrganizationID, AccountFacts)
    case integration(OrganizationID, AccountFacts, IntegrationFacts)
    /// To be read; whoever changes one must reach the organization.
    case integrationPoint(OrganizationID, IntegrationPointID)
    case token(TokenID, OrganizationID, AccountFacts?, IntegrationFacts?, of: MemberID? = nil)
    case member(MemberID, OrganizationID)
    case role(OrganizationID)
    /// The shipped catalogue: the same for everybody.
    case catalogue
    /// The vault as a whole; operators only.
    case vault
}

/// Proof that `authorize` has said yes; nothing else can make one.
package struct Grant: Sendable {
    package let actor: Actor
    package let operation: Operation

    fileprivate init(actor: Actor, operation: Operation) {
        self.actor = actor
        self.operation = operation
    }

    /// The verified token; nil for an operator.
    package var principal: Principal? { actor.principal }
}

/// The one decision of the vault: pure, total, no by default.
///
/// The permission is looked at before the resource, so that what exists can only be sensed by
/// those who may ask for it, and "foreign" leaves by the same door as "absent".
package func authorize(
    _ actor: Actor, _ operation: Operation, on resource: Resource
) throws(Refusal) -> Grant {
    switch (actor, operation.plane) {
    case (.peer, .operators):
        break
    case (.token(let principal), .management):
        guard principal.level != .integration else { throw .wrongPlane }
        try permit(principal, operation, resource)
    case (.token(let principal), .data):
        guard principal.level == .integration else { throw .wrongPlane }
        try permit(principal, operation, resource)
    case (.refreshSecret(let principal), .management):
        guard operation.refreshSecretMay else { throw .wrongKind }
        guard isHolder(principal, resource) else { throw .foreign }
    // A secret that is only good for renewing is no token here, whatever it belongs to.
    case (.refreshSecret, .data): throw .wrongKind
    case (.peer, .management), (.peer, .data), (.token, .operators), (.refreshSecret, .operators):
        throw .wrongPlane
    }
    if case .absent = resource { throw .absent }
    return Grant(actor: actor, operation: operation)
}

private func permit(
    _ principal: Principal, _ operation: Operation, _ resource: Resource
) throws(Refusal) {
    if operation.holderMay, isHolder(principal, resource) { return }
    guard let permission = operation.permission, principal.permissions.contains(permission) else {
        throw .insufficientScope
    }
    try admit(principal, permission, resource)
}

private func isHolder(_ principal: Principal, _ resource: Resource) -> Bool {
    guard case .token(let token, let organization, _, _, _) = resource else { return false }
    return token == principal.token && organization == principal.organization
}
