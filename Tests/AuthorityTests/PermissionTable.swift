/// Who may what, written from the product's own words (1.4), not from the code.
///
/// Nothing here may be derived from `Sources`: it is what they are held against.
enum PermissionTable {
    static let apis = [
        "organization", "members", "roles", "accounts", "integrations", "integration_points",
        "credentials", "tokens", "audit", "providers",
    ]
    static let actions = ["list", "get", "create", "update", "delete"]
    static let special = [
        "credentials:use", "tokens:create_integration", "tokens:rotate", "tokens:reset",
        "tokens:refresh", "tokens:remove_secondary", "connector:use",
    ]
    static let all: [String] =
        apis.flatMap { api in actions.map { "\(api):\($0)" } } + special

    static let dataPlane: Set<String> = ["connector:use", "credentials:use"]

    /// What each built-in set gives.
    static let sets: [String: Set<String>] = [
        "administrator": Set(all).subtracting(dataPlane),
        "viewer": Set(all.filter { $0.hasSuffix(":list") || $0.hasSuffix(":get") }),
        "member": [
            "organization:get", "members:get", "members:update", "tokens:list", "tokens:get",
            "tokens:create", "tokens:delete", "tokens:refresh", "tokens:remove_secondary",
        ],
        "account-manager": every("accounts")
            .union(every("integrations")).union(every("credentials")).union(every("providers"))
            .union(["integration_points:list", "integration_points:get"]),
        "connect-ui": [
            "providers:list", "providers:get", "integration_points:list",
            "integration_points:get", "integrations:list", "integrations:get",
            "integrations:create", "integrations:delete", "credentials:list", "credentials:get",
            "credentials:create", "credentials:delete",
        ],
        "token-issuer": ["tokens:create_integration"],
        "integration": dataPlane,
    ]

    private static func every(_ api: String) -> Set<String> {
        Set(actions.map { "\(api):\($0)" })
    }
}
