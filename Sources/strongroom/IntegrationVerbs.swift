import StrongroomClient

/// `integration`: an account's connections to providers.
enum IntegrationVerbs {
    static let verbs: [Verb] = [create, list, get, update, delete]

    private static let account = Operand.required("ACCOUNT", "the account's id or name")
    private static let integration = Operand.required(
        "INTEGRATION", "the integration's id or name")
    private static let providerConfig = Option.value(
        "provider-config", "JSON", "an object without secrets, such as the product's address")

    private static let provider = Option.value(
        "provider", "ID", "such as jira; see strongroom provider list")
    private static let point = Option.value(
        "integration-point", "POINT", "the integration point that it was offered at")
    private static let credentialID = Option.value(
        "credential-id", "ID", "one that is there: the account's, its point's or organization's")

    private static let create = Verb(
        words: ["integration", "create"],
        summary:
            "Connect an account to a provider and print the secret of the integration's token.",
        operands: [account, .required("NAME", "letters a-z, digits, - and _")],
        options: [
            provider, SharedOption.fullname, point, providerConfig, credentialID,
        ] + CredentialSource.options + [SharedOption.idempotencyKey, SharedOption.tokenFile],
        example: "strongroom integration create tenant-1 tickets --provider jira"
            + " --credential-type basic --seal --token-file acme.token"
    ) { session throws(Failure) in
        let invocation = session.invocation
        let (account, name) = (try invocation.operand("ACCOUNT"), try invocation.operand("NAME"))
        guard invocation.has("provider") else {
            throw .usage("integration create needs --provider")
        }
        var body = RequestBody()
        body.string("name", name)
        try put(session, account, into: &body)
        let content = body.finish()
        try session.mint("Made integration \(name)", noun: "integration") {
            () throws(Failure) in
            try session.manage(
                .post, ["integrations", account], headers: SharedOption.headers(invocation),
                body: content)
        }
    }

    private static let list = Verb(
        words: ["integration", "list"],
        summary: "List the integrations of an account, or of all accounts.",
        operands: [.optional("ACCOUNT", "the account's id or name")],
        options: Listing.options + [SharedOption.tokenFile],
        example: "strongroom integration list tenant-1 --token-file acme.token"
    ) { session throws(Failure) in
        let query = try Listing.query(session.invocation)
        let account = session.invocation.optionalOperand("ACCOUNT").map { [$0] } ?? []
        let response = try session.manage(.get, ["integrations"] + account, query: query.items)
        try session.show(
            list: response, "integrations",
            [
                .init("NAME", "name"), .init("ID", "id"), .init("PROVIDER", "provider"),
                .init("CONNECTOR", "connector"), .init("STATE", "state"),
                .time("CREATED", "created_at"),
            ])
    }

    private static let get = Verb(
        words: ["integration", "get"], summary: "Show an integration.",
        operands: [account, integration], options: [SharedOption.tokenFile],
        example: "strongroom integration get tenant-1 tickets --token-file acme.token"
    ) { session throws(Failure) in
        try session.show(object: session.manage(.get, path(session)), "integration")
    }

    private static let update = Verb(
        words: ["integration", "update"], summary: "Change an integration.",
        operands: [account, integration],
        options: [
            SharedOption.fullname,
            .value(
                "state", "STATE", "a disabled one releases nothing",
                values: ["enabled", "disabled"]),
            provider, point, .flag("no-integration-point", "tie it to none any more"),
            providerConfig, credentialID,
        ] + CredentialSource.options + [
            .flag("no-credential", "let it log on with nothing"), SharedOption.ifMatch,
            SharedOption.tokenFile,
        ],
        example: "strongroom integration update tenant-1 tickets --state disabled"
            + " --token-file acme.token"
    ) { session throws(Failure) in
        let invocation = session.invocation
        var body = RequestBody()
        try put(session, try invocation.operand("ACCOUNT"), into: &body)
        body.string("state", invocation.value("state"))
        try body.null(
            "integration_point", invocation, "no-integration-point", not: ["integration-point"])
        try body.null(
            "credential", invocation, "no-credential",
            not: ["credential-id", "credential-file", "credential-type"])
        let response = try session.manage(
            .patch, path(session), headers: SharedOption.headers(invocation),
            body: body.finishChange(session))
        try session.show(object: response, "integration")
    }

    private static let delete = Verb(
        words: ["integration", "delete"],
        summary: "End an integration with its tokens and credentials.",
        operands: [account, integration], options: [SharedOption.yes, SharedOption.tokenFile],
        example: "strongroom integration delete tenant-1 tickets --yes --token-file acme.token"
    ) { session throws(Failure) in
        let name = try session.invocation.operand("INTEGRATION")
        try session.confirm("Delete integration \(name), for ever?")
        let response = try session.manage(.delete, path(session))
        try session.show(done: response, "Deleted integration \(name).")
    }

    private static func path(_ session: Session) throws(Failure) -> [String] {
        [
            "integrations", try session.invocation.operand("ACCOUNT"),
            try session.invocation.operand("INTEGRATION"),
        ]
    }

    private static func put(
        _ session: Session, _ account: String, into body: inout RequestBody
    ) throws(Failure) {
        let invocation = session.invocation
        body.string("fullname", invocation.value("fullname"))
        body.string("provider", invocation.value("provider"))
        body.string("integration_point", invocation.value("integration-point"))
        try body.object("provider_config", invocation.value("provider-config"))
        body.json("credential", try credential(session, account))
    }

    /// The JSON of the integration's credential; nil for none.
    private static func credential(
        _ session: Session, _ account: String
    ) throws(Failure) -> SecretText? {
        let given = try CredentialSource.json(session, account: account)
        guard let id = session.invocation.value("credential-id") else { return given }
        guard given == nil else {
            throw .usage("--credential-id names a credential that is there; give no other with it")
        }
        var body = RequestBody()
        body.string("credential_id", id)
        return body.finish()
    }
}
