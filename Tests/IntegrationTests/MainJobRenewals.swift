import StrongroomClient
import Testing

/// The part of the main job in which tokens get new secrets and lose old ones.
extension MainJob {
    private static let renewals = "/v1/operator/organizations/acme/token/"

    private func renew(_ verb: String, _ headers: [Header] = []) throws -> SecretText {
        let answer = try ask(200, .post, Self.renewals + verb, headers: headers) { _ in
            byOperator("token.\(verb)", object: organizationToken)
        }
        return SecretText(try answer.text("result.primary.access.secret"))
    }

    func rotate() throws {
        let once = [Header("Idempotency-Key", "rotation-1")]
        secrets.append(try renew("rotate", once))
        let again = try ask(200, .post, Self.renewals + "rotate", headers: once) { _ in
            var replayed = byOperator("token.rotate", object: organizationToken)
            replayed.reason = "replayed"
            return replayed
        }
        #expect(try again.text("result.primary.access.secret") == secret.clear)
        for (secret, generation) in zip(secrets, ["secondary", "primary"]) {
            try ask(200, .get, "/v1/verify", as: secret) { _ in
                byOrganization("token.verify", generation: generation)
            }
        }
        let shown = try ask(200, .get, "/v1/tokens/\(organizationToken)", as: secret) { _ in
            byOrganization("token.get", object: organizationToken)
        }
        #expect(try shown.number("result.secondary.use_count") >= 1)
        #expect(try !shown.text("result.secondary.last_used_at").isEmpty)
    }

    func removeSecondary() throws {
        let path = "/v1/tokens/\(organizationToken)/secondary"
        try ask(409, .delete, path, as: secret) { _ in
            byOrganization("token.remove_secondary", object: organizationToken).denied("in_use")
        }
        let removed = try ask(
            200, .delete, path, query: [QueryItem("force", "true")], as: secret
        ) { _ in byOrganization("token.remove_secondary", object: organizationToken) }
        #expect(removed.isNull("result.secondary"))
        try refuseOldSecrets()
        try ask(200, .get, "/v1/verify", as: secret) { _ in byOrganization("token.verify") }
    }

    func reset() throws {
        // Both generations are there when the reset comes.
        secrets.append(try renew("rotate"))
        secrets.append(try renew("reset"))
        try refuseOldSecrets()
        try ask(200, .get, "/v1/verify", as: secret) { _ in byOrganization("token.verify") }
    }

    /// All but the newest are dead; which generation they were is known no more.
    private func refuseOldSecrets() throws {
        for old in secrets.dropLast() {
            try ask(401, .get, "/v1/verify", as: old) { _ in
                Expected(
                    event: "token.verify", organization: organization, token: organizationToken
                ).denied("wrong_secret")
            }
        }
    }

    func issueShortLived() throws {
        let made = try ask(
            201, .post, "/v1/tokens/tenant-1/tickets", body: #"{"token_ttl":"5m"}"#, as: secret
        ) { answer in
            shortToken = try answer.text("result.id")
            shortSecret = SecretText(try answer.text("result.primary.access.secret"))
            return byOrganization(
                "token.create", account: account, integration: integration, object: shortToken)
        }
        #expect(try made.text("result.token_type") == "adhoc")
        #expect(try made.text("result.parent_id") == organizationToken)
        try ask(200, .get, "/v1/verify", as: shortSecret) { _ in
            byIntegration("token.verify", token: shortToken)
        }
        try ask(200, .post, "/v1/credential", as: shortSecret) { _ in
            byIntegration("credential.release", token: shortToken, object: credential)
        }
    }

    func refresh() throws {
        let answer = try ask(
            200, .put, "/v1/tokens/\(integrationToken)/refresh", as: integrationRefresh
        ) { _ in byIntegration("token.refresh", object: integrationToken) }
        let fresh = SecretText(try answer.text("result.primary.access.secret"))
        for (secret, generation) in [(integrationSecret, "secondary"), (fresh, "primary")] {
            try ask(200, .get, "/v1/verify", as: secret) { _ in
                byIntegration("token.verify", generation: generation)
            }
        }
        integrationSecret = fresh
    }

    func revoke() throws {
        try ask(200, .post, "/v1/revoke", form: "token=" + shortSecret.clear) { _ in
            byIntegration("token.revoke", token: shortToken, generation: nil)
        }
        try ask(401, .get, "/v1/verify", as: shortSecret) { _ in
            byIntegration("token.verify", token: shortToken).denied("revoked")
        }
        try ask(401, .post, "/v1/credential", as: shortSecret) { _ in
            byIntegration("credential.release", token: shortToken).denied("revoked")
        }
        try ask(200, .get, "/v1/verify", as: integrationSecret) { _ in
            byIntegration("token.verify")
        }
    }
}
