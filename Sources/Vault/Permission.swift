/// One `api:action` that a token may carry; the raw value is its bit in a `PermissionMask`.
package enum Permission: UInt8, CaseIterable, Sendable {
    case organizationList, organizationGet, organizationCreate, organizationUpdate
    case organizationDelete
    case membersList, membersGet, membersCreate, membersUpdate, membersDelete
    case rolesList, rolesGet, rolesCreate, rolesUpdate, rolesDelete
    case accountsList, accountsGet, accountsCreate, accountsUpdate, accountsDelete
    case integrationsList, integrationsGet, integrationsCreate, integrationsUpdate
    case integrationsDelete
    case integrationPointsList, integrationPointsGet, integrationPointsCreate
    case integrationPointsUpdate, integrationPointsDelete
    case credentialsList, credentialsGet, credentialsCreate, credentialsUpdate, credentialsDelete
    case tokensList, tokensGet, tokensCreate, tokensUpdate, tokensDelete
    case auditList, auditGet, auditCreate, auditUpdate, auditDelete
    case providersList, providersGet, providersCreate, providersUpdate, providersDelete
    case credentialsUse, tokensCreateIntegration, tokensRotate, tokensReset, tokensRefresh
    case tokensRemoveSecondary, connectorUse

    private static let apis = [
        "organization", "members", "roles", "accounts", "integrations", "integration_points",
        "credentials", "tokens", "audit", "providers",
    ]
    private static let actions = ["list", "get", "create", "update", "delete"]
    private static let others = [
        "credentials:use", "tokens:create_integration", "tokens:rotate", "tokens:reset",
        "tokens:refresh", "tokens:remove_secondary", "connector:use",
    ]
    private static let texts: [String] =
        apis.flatMap { api in actions.map { "\(api):\($0)" } } + others
    private static let byText = Dictionary(
        uniqueKeysWithValues: zip(texts, allCases))

    /// `api:action`.
    package var text: String { Self.texts[Int(rawValue)] }

    /// Whether what is done to an account, or to what is all of an account's, changes things for all
    /// integrations in it.
    var concernsAllBelow: Bool {
        switch self {
        case .accountsUpdate, .accountsDelete, .credentialsUpdate, .credentialsDelete,
            .tokensDelete, .tokensRemoveSecondary:
            true
        default: false
        }
    }

    /// Nil for anything that is not a permission of this vault.
    package init?(_ text: String) {
        guard let match = Self.byText[text] else { return nil }
        self = match
    }
}

/// A set of permissions as one word; delegation intersects it, several roles unite it.
package struct PermissionMask: Hashable, Sendable {
    package let bits: UInt64

    package init(bits: UInt64) { self.bits = bits }

    package init(_ permissions: some Sequence<Permission>) {
        bits = permissions.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }

    package static let none = PermissionMask(bits: 0)

    /// What is done to the organization itself, or makes and changes what is its own alone.
    static let ofWholeOrganization = PermissionMask([
        .organizationCreate, .organizationUpdate, .organizationDelete,
        .membersCreate, .membersUpdate, .membersDelete,
        .rolesCreate, .rolesUpdate, .rolesDelete, .accountsCreate,
        .integrationPointsCreate, .integrationPointsUpdate, .integrationPointsDelete,
    ])

    package func contains(_ permission: Permission) -> Bool {
        bits & (1 << UInt64(permission.rawValue)) != 0
    }

    package func contains(_ other: PermissionMask) -> Bool { bits & other.bits == other.bits }

    package func intersection(_ other: PermissionMask) -> PermissionMask {
        PermissionMask(bits: bits & other.bits)
    }

    func subtracting(_ other: PermissionMask) -> PermissionMask {
        PermissionMask(bits: bits & ~other.bits)
    }

    package func union(_ other: PermissionMask) -> PermissionMask {
        PermissionMask(bits: bits | other.bits)
    }

    package var permissions: [Permission] { Permission.allCases.filter(contains) }

    /// Space separated, in the order of the enumeration; `-` for none.
    package var text: String {
        let texts = permissions.map(\.text)
        return texts.isEmpty ? "-" : texts.joined(separator: " ")
    }
}
