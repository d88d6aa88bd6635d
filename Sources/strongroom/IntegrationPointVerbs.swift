import StrongroomClient

/// `integration-point`: which providers an organization lets its tenants connect, and where.
enum IntegrationPointVerbs {
    static let verbs: [Verb] = [
        create, point.list("List the integration points."), point.get("Show an integration point."),
        update,
        point.delete(
            "End an integration point that no integration refers to, with its credentials.",
            and: " and its credentials"), providers,
    ]

    private static let point = ManagedKind(
        "integration-point", "POINT", example: "page",
        [
            .init("NAME", "name"), .init("ID", "id"), .init("CONNECTOR", "connector"),
            .init("PROD", "environments.prod"), .init("TEST", "environments.test"),
        ])

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
        var body = RequestBody()
        body.string("name", try session.invocation.operand("NAME"))
        body.string("fullname", session.invocation.value("fullname"))
        body.string("connector", connector)
        body.json("environments", try ProviderRules.json(session.invocation))
        try point.create(session, body.finish())
    }

    private static let update = Verb(
        words: ["integration-point", "update"],
        summary: "Change an integration point; integrations that are there stay.",
        operands: [point.operand],
        options: [SharedOption.fullname] + ProviderRules.options + [
            ProviderRules.removal, SharedOption.ifMatch, SharedOption.tokenFile,
        ],
        example: "strongroom integration-point update page --allow test:jira"
            + " --token-file acme.token"
    ) { session throws(Failure) in
        var body = RequestBody()
        body.string("fullname", session.invocation.value("fullname"))
        body.json("environments", try ProviderRules.json(session.invocation))
        try point.change(session, body.finishChange(session))
    }

    private static let providers = Verb(
        words: ["integration-point", "providers"],
        summary: "List the products that an end user's page may offer.", operands: [point.operand],
        options: [
            .value(
                "environment", "ENV", "prod or test; default that of the token's account",
                values: ["prod", "test"]), SharedOption.tokenFile,
        ],
        example: "strongroom integration-point providers page --token-file page.token"
    ) { session throws(Failure) in
        let environment = session.invocation.value("environment")
        let query = environment.map { [QueryItem("environment", $0)] } ?? []
        let response = try session.manage(.get, point.path(session) + ["providers"], query: query)
        try session.show(list: response, "providers", CatalogueVerbs.providerColumns)
    }
}
