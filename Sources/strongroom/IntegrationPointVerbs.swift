import StrongroomClient

/// `integration-point`: which providers an organization lets its tenants connect, and where.
enum IntegrationPointVerbs {
    static let verbs: [Verb] = [create, list, get, update, delete, providers]

    private static let point = Operand.required("POINT", "the integration point's id or name")

    private static let create = Verb(
        words: ["integration-point", "create"],
        summary: "Make an integration point; what is not allowed is not offered.",
        operands: [.required("NAME", "letters a-z, digits, - and _")],
        options: [
            .value("connector", "ID", "such as ticketing; see strongroom connector list"),
            SharedOption.fullname,
        ] + ProviderRules.options + [SharedOption.tokenFile],
        example: "strongroom integration-point create page --connector ticketing"
            + " --allow 'prod:*' --deny prod:jira --token-file acme.token"
    ) { session throws(Failure) in
        guard let connector = session.invocation.value("connector") else {
            throw .usage("integration-point create needs --connector")
        }
        var body = ObjectBody()
        body.string("name", try session.invocation.operand("NAME"))
        body.string("fullname", session.invocation.value("fullname"))
        body.string("connector", connector)
        body.json("environments", try ProviderRules.json(session.invocation))
        let response = try session.manage(.post, ["integration-points"], body: body.finish())
        try session.show(object: response, "integration_point")
    }

    private static let list = Verb(
        words: ["integration-point", "list"], summary: "List the integration points.",
        options: Listing.options + [SharedOption.tokenFile],
        example: "strongroom integration-point list --token-file acme.token"
    ) { session throws(Failure) in
        let query = try Listing.query(session.invocation)
        let response = try session.manage(.get, ["integration-points"], query: query.items)
        try session.show(
            list: response, "integration points",
            [
                .init("NAME", "name"), .init("ID", "id"), .init("CONNECTOR", "connector"),
                .init("PROD", "environments.prod"), .init("TEST", "environments.test"),
            ])
    }

    private static let get = Verb(
        words: ["integration-point", "get"], summary: "Show an integration point.",
        operands: [point], options: [SharedOption.tokenFile],
        example: "strongroom integration-point get page --token-file acme.token"
    ) { session throws(Failure) in
        try session.show(object: session.manage(.get, path(session)), "integration_point")
    }

    private static let update = Verb(
        words: ["integration-point", "update"],
        summary: "Change an integration point; integrations that are there stay.",
        operands: [point],
        options: [SharedOption.fullname] + ProviderRules.options + [
            ProviderRules.removal, SharedOption.ifMatch, SharedOption.tokenFile,
        ],
        example: "strongroom integration-point update page --allow test:jira"
            + " --token-file acme.token"
    ) { session throws(Failure) in
        var body = ObjectBody()
        body.string("fullname", session.invocation.value("fullname"))
        body.json("environments", try ProviderRules.json(session.invocation))
        let response = try session.manage(
            .patch, path(session), headers: SharedOption.headers(session.invocation),
            body: body.finishChange(session))
        try session.show(object: response, "integration_point")
    }

    private static let delete = Verb(
        words: ["integration-point", "delete"],
        summary: "End an integration point that no integration refers to, with its credentials.",
        operands: [point], options: [SharedOption.yes, SharedOption.tokenFile],
        example: "strongroom integration-point delete page --yes --token-file acme.token"
    ) { session throws(Failure) in
        let name = try session.invocation.operand("POINT")
        try session.confirm("Delete integration point \(name), for ever?")
        let response = try session.manage(.delete, path(session))
        try session.show(done: response, "Deleted integration point \(name).")
    }

    private static let providers = Verb(
        words: ["integration-point", "providers"],
        summary: "List the products that an end user's page may offer.", operands: [point],
        options: [
            .value(
                "environment", "ENV", "prod or test; default that of the token's account",
                values: ["prod", "test"]), SharedOption.tokenFile,
        ],
        example: "strongroom integration-point providers page --token-file page.token"
    ) { session throws(Failure) in
        let environment = session.invocation.value("environment")
        let query = environment.map { [QueryItem("environment", $0)] } ?? []
        let response = try session.manage(.get, path(session) + ["providers"], query: query)
        try session.show(list: response, "providers", CatalogueVerbs.providerColumns)
    }

    private static func path(_ session: Session) throws(Failure) -> [String] {
        ["integration-points", try session.invocation.operand("POINT")]
    }
}
