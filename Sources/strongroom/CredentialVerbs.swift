import StrongroomClient

/// `credential`: what integrations log on with. Values go in and are never shown.
enum CredentialVerbs {
    static let verbs: [Verb] = [create, list, get, update, delete]

    private static let owner = Operand.required(
        "OWNER", "an account, or by id an integration, integration point or the organization")
    private static let credential = Operand.required("CREDENTIAL", "the credential's id or name")
    private static let account = Option.value(
        "account", "ACCOUNT", "whose key --seal uses where OWNER is not the account")

    private static let expires = Option.value(
        "expires", "TIME", "when the provider stops accepting it; RFC 3339, or such as 90d")

    private static let create = Verb(
        words: ["credential", "create"], summary: "Put a credential into the vault.",
        operands: [owner, .optional("NAME", "letters a-z, digits, - and _")],
        options: [
            SharedOption.fullname, expires,
        ] + CredentialSource.options + [account, SharedOption.tokenFile],
        example: "strongroom credential create tenant-1 jira-robot --credential-file jira.json"
            + " --seal --token-file acme.token"
    ) { session throws(Failure) in
        var body = RequestBody()
        body.string("name", session.invocation.optionalOperand("NAME"))
        body.string("fullname", session.invocation.value("fullname"))
        body.string("expires", try expiry(session.invocation))
        body.json("credential", try value(session))
        let path = ["credentials", try session.invocation.operand("OWNER")]
        let response = try session.manage(.post, path, body: body.finish())
        try session.show(object: response, "credential")
    }

    private static let list = Verb(
        words: ["credential", "list"], summary: "List the credentials of an owner.",
        operands: [owner], options: Listing.options + [SharedOption.tokenFile],
        example: "strongroom credential list tenant-1 --token-file acme.token"
    ) { session throws(Failure) in
        let query = try Listing.query(session.invocation)
        let path = ["credentials", try session.invocation.operand("OWNER")]
        try session.show(
            list: session.manage(.get, path, query: query.items), "credentials",
            [
                .init("NAME", "name"), .init("ID", "id"), .init("TYPE", "config.type"),
                .init("VERSION", "version"), .time("LAST USED", "last_used_at"),
                .time("UPDATED", "updated_at"),
            ])
    }

    private static let get = Verb(
        words: ["credential", "get"],
        summary: "Show what may be known of a credential; never its value.",
        operands: [owner, credential], options: [SharedOption.tokenFile],
        example: "strongroom credential get tenant-1 jira-robot --token-file acme.token"
    ) { session throws(Failure) in
        try session.show(object: session.manage(.get, path(session)), "credential")
    }

    private static let update = Verb(
        words: ["credential", "update"],
        summary: "Give a credential a new value, effective for the next use.",
        operands: [owner, credential],
        options: CredentialSource.options + [
            account, expires, SharedOption.ifMatch, SharedOption.tokenFile,
        ],
        example: "strongroom credential update tenant-1 jira-robot --credential-type basic"
            + " --token-file acme.token"
    ) { session throws(Failure) in
        var body = RequestBody()
        body.string("expires", try expiry(session.invocation))
        body.json("credential", try value(session))
        let response = try session.manage(
            .put, path(session), headers: SharedOption.headers(session.invocation),
            body: body.finish())
        try session.show(object: response, "credential")
    }

    private static let delete = Verb(
        words: ["credential", "delete"], summary: "End a credential that no integration uses.",
        operands: [owner, credential], options: [SharedOption.yes, SharedOption.tokenFile],
        example: "strongroom credential delete tenant-1 jira-robot --yes --token-file acme.token"
    ) { session throws(Failure) in
        let name = try session.invocation.operand("CREDENTIAL")
        try session.confirm("Delete credential \(name), for ever?")
        let response = try session.manage(.delete, path(session))
        try session.show(done: response, "Deleted credential \(name).")
    }

    private static func path(_ session: Session) throws(Failure) -> [String] {
        [
            "credentials", try session.invocation.operand("OWNER"),
            try session.invocation.operand("CREDENTIAL"),
        ]
    }

    private static func expiry(_ invocation: Invocation) throws(Failure) -> String? {
        guard let text = invocation.value("expires") else { return nil }
        guard let time = TypedTime.instant(text, ageIsPast: false) else {
            throw .usage(
                "--expires needs a time such as 2026-01-02T03:04:05Z or a span such as 90d")
        }
        return time.description
    }

    private static func value(_ session: Session) throws(Failure) -> SecretText {
        let owner = try session.invocation.operand("OWNER")
        let account = session.invocation.value("account") ?? owner
        guard let json = try CredentialSource.json(session, account: account) else {
            throw .usage("give the credential with --credential-file or --credential-type")
        }
        return json
    }
}
