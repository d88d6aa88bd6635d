import StrongroomClient
import Vault

/// `token`: the bearer tokens of an organization.
enum TokenVerbs {
    static let verbs: [Verb] = [
        create, list, get, impact, refresh, rotate, reset, delete, removeSecondary, issue,
    ]

    /// What every verb that mints accepts.
    static let mintOptions: [Option] = [
        .value(
            "permission-set", "SET", "what the token may do",
            values: PermissionSet.allCases.filter { !$0.isForDataPlane }.map(\.text)),
        .value("resources", "JSON", "an object that narrows the token further"),
        .value("ttl", "DURATION", "how long it lasts, such as 10m or 24h"),
        .value("name", "NAME", "letters a-z, digits, - and _"), SharedOption.idempotencyKey,
        SharedOption.tokenFile,
    ]

    /// What narrows a token that is handed to an end user's page.
    static let connectOptions: [Option] = [
        .value("integration-point", "POINT", "the only point that it is for; connect-ui only"),
        .flag("single-use", "its first integration is its end; connect-ui only"),
    ]

    private static let token = Operand.required("TOKEN", "the token's id, tok_...")

    private static let create = Verb(
        words: ["token", "create"],
        summary: "Mint a token of the organization and print its secret.", options: mintOptions,
        example: "strongroom token create --permission-set viewer --ttl 1h --token-file acme.token"
    ) { session throws(Failure) in
        try needPermissionSet(session)
        try mint(session, ["tokens"], "Minted a token")
    }

    private static let list = Verb(
        words: ["token", "list"], summary: "List the tokens, without their secrets.",
        options: Listing.options + [SharedOption.tokenFile],
        example: "strongroom token list --token-file acme.token"
    ) { session throws(Failure) in
        let query = try Listing.query(session.invocation)
        try session.show(
            list: session.manage(.get, ["tokens"], query: query.items), "tokens",
            [
                .init("ID", "id"), .init("OWNER", "owner_type"), .init("TYPE", "token_type"),
                .init("PERMISSIONS", "permission_set"), .time("EXPIRES", "expires"),
                .time("LAST USED", "last_used_at"), .init("NAME", "name"),
            ])
    }

    private static let get = Verb(
        words: ["token", "get"],
        summary: "Show a token and how each of its generations is used; never its secrets.",
        operands: [token], options: [SharedOption.tokenFile],
        example: "strongroom token get tok_... --token-file acme.token"
    ) { session throws(Failure) in
        let path = ["tokens", try session.invocation.operand("TOKEN")]
        try session.show(object: session.manage(.get, path), "token")
    }

    private static let impact = Verb(
        words: ["token", "impact"], summary: "Show what would stop working if a token ended now.",
        operands: [token], options: [SharedOption.tokenFile],
        example: "strongroom token impact tok_... --token-file acme.token"
    ) { session throws(Failure) in
        let path = ["tokens", try session.invocation.operand("TOKEN"), "impact"]
        try session.show(object: session.manage(.get, path), "impact")
    }

    private static let refresh = renewing(
        "refresh", "Refreshed",
        "Print a new secret for a token, as its holder with the refresh secret or as its owner.")

    private static let rotate = renewing(
        "rotate", "Rotated", "Print a new secret for a token; the old one works on for a while.")

    private static let reset = renewing(
        "reset", "Reset", "Print a new secret for a token; every older one is dead at once.")

    private static let delete = Verb(
        words: ["token", "delete"], summary: "End a token and everything that it minted.",
        operands: [token], options: [SharedOption.yes, SharedOption.tokenFile],
        example: "strongroom token delete tok_... --yes --token-file acme.token"
    ) { session throws(Failure) in
        let id = try session.invocation.operand("TOKEN")
        try session.confirm("Delete token \(id) and everything that it minted?")
        let response = try session.manage(.delete, ["tokens", id])
        try session.show(done: response, "Deleted token \(id).")
    }

    private static let removeSecondary = Verb(
        words: ["token", "remove-secondary"], summary: "End the old generation of a token now.",
        operands: [token], options: [SharedOption.force, SharedOption.tokenFile],
        example: "strongroom token remove-secondary tok_... --token-file acme.token"
    ) { session throws(Failure) in
        let id = try session.invocation.operand("TOKEN")
        let response = try session.manage(
            .delete, ["tokens", id, "secondary"], query: SharedOption.forced(session.invocation))
        try session.show(done: response, "The old generation of \(id) is dead.")
    }

    private static let issue = Verb(
        words: ["token", "issue"],
        summary: "Mint a short-lived token of one integration, for the gateway; print its secret.",
        operands: [
            .required("ACCOUNT", "the account's id or name"),
            .required("INTEGRATION", "the integration's id or name"),
        ],
        options: [
            .value("ttl", "DURATION", "how long it lasts, such as 10m"),
            .value("name", "NAME", "letters a-z, digits, - and _"), SharedOption.idempotencyKey,
            SharedOption.tokenFile,
        ],
        example: "strongroom token issue tenant-1 tickets --ttl 10m --token-file acme.token"
    ) { session throws(Failure) in
        let account = try session.invocation.operand("ACCOUNT")
        let integration = try session.invocation.operand("INTEGRATION")
        try mint(session, ["tokens", account, integration], "Minted a token of \(integration)")
    }

    /// Only an integration's token has a usual one.
    static func needPermissionSet(_ session: Session) throws(Failure) {
        guard session.invocation.has("permission-set") else {
            throw .usage("\(session.invocation.verb.name) needs --permission-set")
        }
    }

    /// Mints at `path` what the options ask for.
    static func mint(_ session: Session, _ path: [String], _ done: String) throws(Failure) {
        var body = RequestBody()
        body.string("name", session.invocation.value("name"))
        body.string("permission_set", session.invocation.value("permission-set"))
        try body.object("resources", session.invocation.value("resources"))
        body.string("token_ttl", session.invocation.value("ttl"))
        body.string("integration_point", session.invocation.value("integration-point"))
        body.flag("single_use", session.invocation.has("single-use") ? true : nil)
        let content = body.finish()
        try session.mint(done) { () throws(Failure) in
            try session.manage(
                .post, path, headers: SharedOption.headers(session.invocation), body: content)
        }
    }

    private static func renewing(_ verb: String, _ done: String, _ summary: String) -> Verb {
        Verb(
            words: ["token", verb], summary: summary, operands: [token],
            options: (verb == "reset" ? [] : [SharedOption.grace])
                + [SharedOption.idempotencyKey, SharedOption.tokenFile],
            example: "strongroom token \(verb) tok_... --token-file acme.token"
        ) { session throws(Failure) in
            let id = try session.invocation.operand("TOKEN")
            try session.mint("\(done) \(id)") { () throws(Failure) in
                try session.manage(
                    .put, ["tokens", id, verb], headers: SharedOption.headers(session.invocation),
                    body: RequestBody.renewal(session.invocation.value("grace")))
            }
        }
    }
}
