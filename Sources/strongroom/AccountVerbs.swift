import StrongroomClient

/// `account`: an organization's tenants.
enum AccountVerbs {
    static let verbs: [Verb] = [create, list, get, update, delete, sealingKey, token]

    private static let account = Operand.required("ACCOUNT", "the account's id or name")
    private static let fields: [Option] = [
        SharedOption.fullname,
        .value("environment", "ENV", "prod or test", values: ["prod", "test"]),
        .list("label", "WORD", "a word that tokens may be narrowed by; may be repeated"),
    ]

    private static let create = Verb(
        words: ["account", "create"], summary: "Make an account with a key pair of its own.",
        operands: [.required("NAME", "letters a-z, digits, - and _")],
        options: fields + [SharedOption.tokenFile],
        example: "strongroom account create tenant-1 --label eu --token-file acme.token"
    ) { session throws(Failure) in
        var body = ObjectBody()
        body.string("name", try session.invocation.operand("NAME"))
        put(session.invocation, into: &body)
        let response = try session.manage(.post, ["accounts"], body: body.finish())
        try session.show(object: response, "account")
    }

    private static let list = Verb(
        words: ["account", "list"], summary: "List the accounts.",
        options: Listing.options + [SharedOption.tokenFile],
        example: "strongroom account list --token-file acme.token"
    ) { session throws(Failure) in
        let query = try Listing.query(session.invocation)
        let response = try session.manage(.get, ["accounts"], query: query.items)
        try session.show(
            list: response, "accounts",
            [
                .init("NAME", "name"), .init("ID", "id"), .init("ENVIRONMENT", "environment"),
                .init("LABELS", "labels"), .time("CREATED", "created_at"),
            ])
    }

    private static let get = Verb(
        words: ["account", "get"], summary: "Show an account.", operands: [account],
        options: [SharedOption.tokenFile],
        example: "strongroom account get tenant-1 --token-file acme.token"
    ) { session throws(Failure) in
        let path = ["accounts", try session.invocation.operand("ACCOUNT")]
        try session.show(object: session.manage(.get, path), "account")
    }

    private static let update = Verb(
        words: ["account", "update"], summary: "Change an account.", operands: [account],
        options: fields + [
            .flag("no-labels", "take all labels away"), SharedOption.ifMatch,
            SharedOption.tokenFile,
        ],
        example: "strongroom account update tenant-1 --label eu --token-file acme.token"
    ) { session throws(Failure) in
        var body = ObjectBody()
        put(session.invocation, into: &body)
        try body.null("labels", session.invocation, "no-labels", not: ["label"])
        let response = try session.manage(
            .patch, ["accounts", session.invocation.operand("ACCOUNT")],
            headers: SharedOption.headers(session.invocation), body: body.finishChange(session))
        try session.show(object: response, "account")
    }

    private static let delete = Verb(
        words: ["account", "delete"],
        summary: "End an account with its tokens, integrations and credentials; destroy its keys.",
        operands: [account], options: [SharedOption.yes, SharedOption.tokenFile],
        example: "strongroom account delete tenant-1 --yes --token-file acme.token"
    ) { session throws(Failure) in
        let name = try session.invocation.operand("ACCOUNT")
        try session.confirm("Delete account \(name) and everything in it, for ever?")
        let response = try session.manage(.delete, ["accounts", name])
        try session.show(done: response, "Deleted account \(name).")
    }

    private static let sealingKey = Verb(
        words: ["account", "sealing-key"],
        summary: "Show the key that credentials for an account can be sealed to.",
        operands: [account], options: [SharedOption.tokenFile],
        example: "strongroom account sealing-key tenant-1 --token-file acme.token"
    ) { session throws(Failure) in
        let path = ["accounts", try session.invocation.operand("ACCOUNT"), "sealing-key"]
        try session.show(object: session.manage(.get, path), "sealing_key")
    }

    private static let token = Verb(
        words: ["account", "token"],
        summary: "Mint a token that works for one account and print its secret.",
        operands: [account], options: TokenVerbs.connectOptions + TokenVerbs.mintOptions,
        example: "strongroom account token tenant-1 --permission-set connect-ui"
            + " --integration-point page --single-use --token-file acme.token"
    ) { session throws(Failure) in
        let name = try session.invocation.operand("ACCOUNT")
        try TokenVerbs.needPermissionSet(session)
        try TokenVerbs.mint(session, ["accounts", name, "tokens"], "Minted a token of \(name)")
    }

    private static func put(_ invocation: Invocation, into body: inout ObjectBody) {
        body.string("fullname", invocation.value("fullname"))
        body.string("environment", invocation.value("environment"))
        body.strings("labels", invocation.values("label"))
    }
}
