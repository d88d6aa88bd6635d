/// The built-in, read-only sets of permissions; what a token or role names.
package enum PermissionSet: UInt8, CaseIterable, Sendable {
    case administrator = 1
    case viewer, member, accountManager, connectUI, tokenIssuer, integration

    package var text: String {
        switch self {
        case .administrator: "administrator"
        case .viewer: "viewer"
        case .member: "member"
        case .accountManager: "account-manager"
        case .connectUI: "connect-ui"
        case .tokenIssuer: "token-issuer"
        case .integration: "integration"
        }
    }

    package init?(_ text: String) {
        guard let match = Self.allCases.first(where: { $0.text == text }) else { return nil }
        self = match
    }

    /// Where the set may be used at all: planes do not overlap.
    package var isForDataPlane: Bool { self == .integration }

    package var mask: PermissionMask {
        switch self {
        case .administrator: Self.management
        case .viewer: Self.reading
        case .member: Self.own
        case .accountManager: Self.accountManagement
        case .connectUI: Self.connecting
        case .tokenIssuer: PermissionMask([.tokensCreateIntegration])
        case .integration: PermissionMask([.connectorUse, .credentialsUse])
        }
    }

    /// What a set confines its token to beyond the token's own `resources`.
    package var restriction: String? {
        switch self {
        case .connectUI: "exactly one account; never receives a token secret"
        case .integration: "exactly one integration"
        case .member: "own profile and own tokens"
        case .administrator, .viewer, .accountManager, .tokenIssuer: nil
        }
    }

    private static let management = PermissionMask(
        Permission.allCases.filter { $0 != .connectorUse && $0 != .credentialsUse })

    /// Beside the organization's name, of the holder's own profile and tokens only.
    private static let own = PermissionMask([
        .organizationGet, .membersGet, .membersUpdate, .tokensList, .tokensGet, .tokensCreate,
        .tokensDelete, .tokensRefresh, .tokensRemoveSecondary,
    ])

    private static let reading = PermissionMask([
        .organizationList, .organizationGet, .membersList, .membersGet, .rolesList, .rolesGet,
        .accountsList, .accountsGet, .integrationsList, .integrationsGet, .integrationPointsList,
        .integrationPointsGet, .credentialsList, .credentialsGet, .tokensList, .tokensGet,
        .auditList, .auditGet, .providersList, .providersGet,
    ])

    private static let accountManagement = PermissionMask([
        .accountsList, .accountsGet, .accountsCreate, .accountsUpdate, .accountsDelete,
        .integrationsList, .integrationsGet, .integrationsCreate, .integrationsUpdate,
        .integrationsDelete, .credentialsList, .credentialsGet, .credentialsCreate,
        .credentialsUpdate, .credentialsDelete, .providersList, .providersGet, .providersCreate,
        .providersUpdate, .providersDelete, .integrationPointsList, .integrationPointsGet,
    ])

    private static let connecting = PermissionMask([
        .providersList, .providersGet, .integrationPointsList, .integrationPointsGet,
        .integrationsList, .integrationsGet, .integrationsCreate, .integrationsDelete,
        .credentialsList, .credentialsGet, .credentialsCreate, .credentialsDelete,
    ])
}
