/// Every route, written from 1.6 of the product; none may be missing and none too many.
enum RouteTable {
    static let rows: [Row] =
        gateway + operators + organization + accounts + points + integrations + credentials
        + tokens + members + catalogue

    static func row(_ method: String, _ pattern: String) -> Row? {
        rows.first { $0.method == method && $0.pattern == pattern }
    }

    private static func row(
        _ method: String, _ pattern: String, _ needs: String, _ names: Named = .nothing,
        _ scope: Row.Scope = .object, _ change: (inout Row) -> Void = { _ in }
    ) -> Row {
        var row = Row(method: method, pattern: pattern, needs: needs, names: names, scope: scope)
        if method == "PATCH" { row.body = .text(#"{"fullname": "Renamed"}"#) }
        change(&row)
        return row
    }

    private static func own(
        _ method: String, _ pattern: String, _ plane: Row.Plane = .own, _ body: Row.Body = .none
    ) -> Row {
        Row(method: method, pattern: pattern, plane: plane, body: body)
    }

    private static let gateway = [
        Row(method: "GET", pattern: "/v1/verify", plane: .own, names: .requirement),
        own("POST", "/v1/verify/batch", .own, .batch),
        own("POST", "/v1/introspect", .own, .form), own("POST", "/v1/revoke", .own, .form),
        own("GET", "/healthz"), own("GET", "/v1/epoch"), own("POST", "/v1/credential", .data),
    ]

    private static func operate(
        _ method: String, _ path: String, _ names: Named = .nothing,
        _ change: (inout Row) -> Void = { _ in }
    ) -> Row {
        var row = Row(
            method: method, pattern: "/v1/operator/" + path, plane: .operators, names: names)
        if method == "PATCH" { row.body = .text(#"{"fullname": "Renamed"}"#) }
        change(&row)
        return row
    }

    private static let operators = [
        operate("POST", "organizations") { row in
            row.status = 201
            row.mints = true
            row.body = .text(#"{"name": "newcomer"}"#)
        },
        operate("GET", "organizations"), operate("GET", "organizations/{}", .organization),
        operate("PATCH", "organizations/{}", .organization),
        operate("DELETE", "organizations/{}", .organization),
        operate("GET", "organizations/{}/token", .organization),
        operate("POST", "organizations/{}/token/rotate", .organization) { $0.mints = true },
        operate("POST", "organizations/{}/token/reset", .organization) { $0.mints = true },
        operate("DELETE", "organizations/{}/token/secondary", .organization) { $0.force = true },
        operate("GET", "audit"), operate("GET", "audit/checkpoint"),
        operate("GET", "audit/verify"), operate("GET", "status"),
        own("GET", "/metrics", .operators),
    ]

    private static let organization = [
        row("GET", "/v1/organization", "organization:get", .nothing, .part),
        row("PATCH", "/v1/organization", "organization:update", .nothing, .whole),
        row("GET", "/v1/audit", "audit:list", .nothing, .wholeOrAccount),
    ]

    private static let accounts = [
        row("POST", "/v1/accounts", "accounts:create", .nothing, .whole) { row in
            row.status = 201
            row.body = .text(#"{"name": "newcomer"}"#)
        },
        row("GET", "/v1/accounts", "accounts:list", .nothing, .part),
        row("GET", "/v1/accounts/{}", "accounts:get", .account),
        row("PATCH", "/v1/accounts/{}", "accounts:update", .account),
        row("DELETE", "/v1/accounts/{}", "accounts:delete", .account),
        row("GET", "/v1/accounts/{}/sealing-key", "credentials:create", .account),
        row("POST", "/v1/accounts/{}/tokens", "tokens:create", .account) { row in
            row.status = 201
            row.mints = true
            row.body = .set
        },
    ]

    private static let points = [
        row("POST", "/v1/integration-points", "integration_points:create", .nothing, .whole) {
            $0.status = 201
            $0.body = .text(#"{"name": "newcomer", "connector": "ticketing"}"#)
        },
        row("GET", "/v1/integration-points", "integration_points:list", .nothing, .part),
        row("GET", "/v1/integration-points/{}", "integration_points:get", .point, .shared),
        row(
            "GET", "/v1/integration-points/{}/providers", "integration_points:get", .point,
            .shared),
        row("PATCH", "/v1/integration-points/{}", "integration_points:update", .point, .whole),
        row("DELETE", "/v1/integration-points/{}", "integration_points:delete", .point, .whole),
    ]

    private static let integrations = [
        row("GET", "/v1/integrations", "integrations:list", .nothing, .part),
        row("GET", "/v1/integrations/{}", "integrations:list", .account),
        row("POST", "/v1/integrations/{}", "integrations:create", .account) { row in
            row.status = 201
            row.mints = true
            row.body = .text(
                #"{"name": "newcomer", "provider": "jira", "integration_point": "desk"}"#)
        },
        row("GET", "/v1/integrations/{}/{}", "integrations:get", .integration),
        row("PATCH", "/v1/integrations/{}/{}", "integrations:update", .integration),
        row("DELETE", "/v1/integrations/{}/{}", "integrations:delete", .integration),
    ]

    private static let credential = #"{"type": "basic", "username": "robot", "secret": "xyzzy"}"#

    private static let credentials = [
        row("GET", "/v1/credentials/{}", "credentials:list", .credentialOwner),
        row("POST", "/v1/credentials/{}", "credentials:create", .credentialOwner) { row in
            row.status = 201
            row.body = .text(#"{"name": "newcomer", "credential": \#(credential)}"#)
        },
        row("GET", "/v1/credentials/{}/{}", "credentials:get", .credential),
        row("PUT", "/v1/credentials/{}/{}", "credentials:update", .credential) { row in
            row.body = .text(#"{"credential": \#(credential)}"#)
        },
        row("DELETE", "/v1/credentials/{}/{}", "credentials:delete", .credential),
    ]

    private static let tokens = [
        row("POST", "/v1/tokens", "tokens:create", .nothing, .part) { row in
            row.status = 201
            row.mints = true
            row.body = .set
            row.rule = .ofOrganization
        },
        row("GET", "/v1/tokens", "tokens:list", .nothing, .part),
        row("POST", "/v1/tokens/{}/{}", "tokens:create_integration", .integration) { row in
            row.status = 201
            row.mints = true
        },
        row("GET", "/v1/tokens/{}", "tokens:get", .token) { $0.holderMay = true },
        row("GET", "/v1/tokens/{}/impact", "tokens:get", .token) { $0.holderMay = true },
        row("PUT", "/v1/tokens/{}/refresh", "tokens:refresh", .token) { row in
            row.rule = .renewal
            row.refreshSecretMay = true
            row.mints = true
        },
        row("PUT", "/v1/tokens/{}/rotate", "tokens:rotate", .token) { row in
            row.rule = .renewal
            row.mints = true
        },
        row("PUT", "/v1/tokens/{}/reset", "tokens:reset", .token) { row in
            row.rule = .renewal
            row.mints = true
        },
        row("DELETE", "/v1/tokens/{}", "tokens:delete", .token) { $0.holderMay = true },
        row("DELETE", "/v1/tokens/{}/secondary", "tokens:remove_secondary", .token) { row in
            row.holderMay = true
            row.force = true
        },
    ]

    private static let members = [
        row("POST", "/v1/members", "members:create", .nothing, .whole) { row in
            row.status = 201
            row.rule = .lasting
            row.body = .text(#"{"name": "newcomer"}"#)
        },
        row("GET", "/v1/members", "members:list", .nothing, .part),
        row("GET", "/v1/members/{}", "members:get", .member),
        row("PATCH", "/v1/members/{}", "members:update", .member),
        row("DELETE", "/v1/members/{}", "members:delete", .member),
        row("POST", "/v1/members/{}/tokens", "tokens:create", .member) { row in
            row.status = 201
            row.mints = true
        },
        row("POST", "/v1/auth/logoff", "tokens:delete", .nothing, .part) { row in
            row.holderMay = true
            row.rule = .session
        },
        Row(
            method: "POST", pattern: "/v1/auth/logon/{}", plane: .own, names: .logon, mints: true,
            body: .text(#"{"name": "person", "secret": "mine horse battery"}"#)),
        row("POST", "/v1/roles", "roles:create", .nothing, .whole) { row in
            row.status = 201
            row.rule = .lasting
            row.body = .text(#"{"name": "newcomer", "permission_set": "viewer"}"#)
        },
        row("GET", "/v1/roles", "roles:list", .nothing, .part),
        row("GET", "/v1/roles/{}", "roles:get", .role),
        row("PATCH", "/v1/roles/{}", "roles:update", .role),
        row("DELETE", "/v1/roles/{}", "roles:delete", .role),
    ]

    private static let catalogue = [
        row("GET", "/v1/connectors", "providers:list", .nothing, .shared),
        row("GET", "/v1/providers", "providers:list", .nothing, .shared),
        row("GET", "/v1/providers/{}", "providers:get", .provider, .shared),
        row("GET", "/v1/permissionsets", "roles:list", .nothing, .shared),
        row("GET", "/v1/permissionsets/{}", "roles:get", .permissionSet, .shared),
    ]
}
