import StrongroomClient

/// `provider` and `connector`: what the vault was shipped with.
enum CatalogueVerbs {
    static let verbs: [Verb] = [providers, provider, connectors]

    private static let providers = Verb(
        words: ["provider", "list"], summary: "List the products that integrations connect to.",
        options: [SharedOption.tokenFile],
        example: "strongroom provider list --token-file acme.token"
    ) { session throws(Failure) in
        try session.show(
            list: session.manage(.get, ["providers"]), "providers", providerColumns)
    }

    static let providerColumns: [Session.Column] = [
        .init("ID", "id"), .init("CONNECTOR", "connector"),
        .init("CREDENTIALS", "credential_types"), .init("FULL NAME", "fullname"),
    ]

    private static let provider = Verb(
        words: ["provider", "get"], summary: "Show a product and the credentials it accepts.",
        operands: [.required("PROVIDER", "such as jira")], options: [SharedOption.tokenFile],
        example: "strongroom provider get jira --token-file acme.token"
    ) { session throws(Failure) in
        let path = ["providers", try session.invocation.operand("PROVIDER")]
        try session.show(object: session.manage(.get, path), "provider")
    }

    private static let connectors = Verb(
        words: ["connector", "list"], summary: "List the categories of products.",
        options: [SharedOption.tokenFile],
        example: "strongroom connector list --token-file acme.token"
    ) { session throws(Failure) in
        try session.show(
            list: session.manage(.get, ["connectors"]), "connectors",
            [.init("ID", "id"), .init("FULL NAME", "fullname"), .init("COVERS", "description")])
    }
}
