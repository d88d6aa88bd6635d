import StrongroomClient
import Testing

/// The sentences of the main job, in their order.
extension MainJob {
    func run() throws {
        try makeOrganization()
        try makeAccountAndIntegration()
        try verify()
        try refuse()
        try introspectAndRelease()
        try rotate()
        try removeSecondary()
        try reset()
        try issueShortLived()
        try refresh()
        try revoke()
    }

    private func makeOrganization() throws {
        try ask(
            201, .post, "/v1/operator/organizations", body: #"{"name":"acme"}"#
        ) { answer in
            organization = try answer.text("result.organization.id")
            organizationToken = try answer.text("result.token.id")
            secrets.append(SecretText(try answer.text("result.token.primary.access.secret")))
            return byOperator("organization.create", object: organization)
        }
        // Once: no later read shows it.
        let path = "/v1/operator/organizations/acme/token"
        let read = try ask(200, .get, path) { _ in
            byOperator("token.get", object: organizationToken)
        }
        #expect(read.value("result.primary.access.secret") == nil)
        #expect(!read.response.text.contains("sro_"))
    }

    private func makeAccountAndIntegration() throws {
        try ask(201, .post, "/v1/accounts", body: #"{"name":"tenant-1"}"#, as: secret) { answer in
            account = try answer.text("result.account.id")
            return byOrganization("account.create", account: account, object: account)
        }
        let body = """
            {"name":"tickets","provider":"jira",
             "credential":{"type":"basic","username":"robot","secret":"jira-api-key"}}
            """
        let made = try ask(
            201, .post, "/v1/integrations/tenant-1", body: body, as: secret
        ) { answer in
            integration = try answer.text("result.integration.id")
            credential = try answer.text("result.integration.credential_id")
            integrationToken = try answer.text("result.token.id")
            integrationSecret = SecretText(try answer.text("result.token.primary.access.secret"))
            integrationRefresh = SecretText(try answer.text("result.token.primary.refresh.secret"))
            return byOrganization(
                "integration.create", account: account, integration: integration,
                object: integration)
        }
        #expect(try made.text("result.integration.connector") == "ticketing")
        #expect(!made.response.text.contains("jira-api-key"))
        let read = try ask(
            200, .get, "/v1/credentials/\(integration)/\(credential)", as: secret
        ) { _ in
            byOrganization(
                "credential.get", account: account, integration: integration, object: credential)
        }
        #expect(try read.text("result.config.type") == "basic")
        #expect(!read.response.text.contains("robot"))
    }

    private func verify() throws {
        let demands = [
            QueryItem("level", "integration"), QueryItem("permission", "credentials:use"),
            QueryItem("account", "tenant-1"), QueryItem("integration", "tickets"),
            QueryItem("connector", "ticketing"), QueryItem("provider", "jira"),
        ]
        let allowed = try ask(200, .get, "/v1/verify", query: demands, as: integrationSecret) { _ in
            byIntegration("token.verify")
        }
        #expect(allowed.response.body.byteCount == 0)
        let identity: [(StaticString, String)] = [
            ("x-strongroom-organization", organization), ("x-strongroom-account", account),
            ("x-strongroom-integration", integration), ("x-strongroom-token", integrationToken),
            ("x-strongroom-level", "integration"), ("x-strongroom-connector", "ticketing"),
            ("x-strongroom-provider", "jira"), ("cache-control", "no-store"),
        ]
        for (name, value) in identity { #expect(allowed.response.header(name) == value) }
        let scope = allowed.response.header("x-strongroom-scope") ?? ""
        #expect(scope.split(separator: " ").contains("credentials:use"))
        #expect(allowed.response.header("x-strongroom-expires")?.hasSuffix("Z") == true)
        #expect(allowed.response.header("x-strongroom-epoch")?.isEmpty == false)
        let wide = try ask(
            200, .get, "/v1/verify/any/path", query: [QueryItem("level", "organization")],
            as: secret
        ) { _ in byOrganization("token.verify") }
        for name in ["account", "integration", "connector", "provider"] as [StaticString] {
            #expect(header(wide, name) == "-")
        }
    }

    private func header(_ answer: JSONAnswer, _ name: StaticString) -> String? {
        switch name.description {
        case "account": answer.response.header("x-strongroom-account")
        case "integration": answer.response.header("x-strongroom-integration")
        case "connector": answer.response.header("x-strongroom-connector")
        default: answer.response.header("x-strongroom-provider")
        }
    }

    private func refuse() throws {
        let nobody = Expected(event: "token.verify")
        let none = try ask(401, .get, "/v1/verify") { _ in nobody.denied("no_token") }
        let challenge = none.response.header("www-authenticate")
        #expect(challenge == #"Bearer realm="strongroom""#)
        let odd = SecretText("sri_" + String(repeating: "x", count: 66))
        let malformed = try ask(401, .get, "/v1/verify", as: odd) { _ in
            nobody.denied("malformed_token")
        }
        #expect(malformed.response.header("www-authenticate")?.contains("invalid_token") == true)
        try ask(401, .get, "/v1/verify", as: integrationRefresh) { _ in
            byIntegration("token.verify", generation: nil).denied("wrong_kind")
        }
        for demand in [("permission", "tokens:rotate"), ("provider", "servicenow")] {
            let narrow = try ask(
                403, .get, "/v1/verify", query: [QueryItem(demand.0, demand.1)],
                as: integrationSecret
            ) { _ in byIntegration("token.verify").denied("insufficient_scope") }
            let challenge = narrow.response.header("www-authenticate")
            #expect(challenge?.contains("insufficient_scope") == true)
        }
        try ask(
            403, .get, "/v1/verify", query: [QueryItem("level", "galaxy")], as: integrationSecret
        ) { _ in byIntegration("token.verify").denied("bad_requirement") }
        // Planes do not overlap.
        try ask(403, .get, "/v1/accounts", as: integrationSecret) { _ in
            byIntegration("account.list").denied("wrong_plane")
        }
        try ask(403, .post, "/v1/credential", as: secret) { _ in
            byOrganization("credential.release").denied("wrong_plane")
        }
    }

    private func introspectAndRelease() throws {
        let live = try ask(
            200, .post, "/v1/introspect", form: "token=" + integrationSecret.clear
        ) { _ in byIntegration("token.introspect") }
        #expect(live.value("active") as? Bool == true)
        #expect(try live.text("jti") == integrationToken)
        #expect(try live.text("account_id") == account)
        #expect(try live.text("sub") == integration)
        let dead = try ask(200, .post, "/v1/introspect", form: "token=nobody") { _ in
            Expected(event: "token.introspect").denied("malformed_token")
        }
        #expect(dead.response.text == #"{"active":false}"#)
        let released = try ask(200, .post, "/v1/credential", as: integrationSecret) { _ in
            byIntegration("credential.release", object: credential)
        }
        #expect(try released.text("result.type") == "basic")
        #expect(try released.text("result.username") == "robot")
        #expect(try released.text("result.secret") == "jira-api-key")
        #expect(try released.text("result.credential_id") == credential)
        #expect(released.response.header("cache-control") == "no-store")
    }
}
