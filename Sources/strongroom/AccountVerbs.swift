import StrongroomClient

/// `account`: an organization's tenants.
enum AccountVerbs {
    static let verbs: [Verb] = [
        create, account.list("List the accounts."), account.get("Show an account."), update,
        account.delete(
            "End an account with its tokens, integrations and credentials; destroy its keys.",
            and: " and everything in it"), sealingKey, token,
    ]

    private static let account = ManagedKind(
        "account", "ACCOUNT", example: "tenant-1",
        [
            .init("NAME", "name"), .init("ID", "id"), .init("ENVIRONMENT", "environment"),
            .init("LABELS", "labels"), .time("CREATED", "created_at"),
        ])
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
        var body = RequestBody()
        body.string("name", try session.invocation.operand("NAME"))
        put(session.invocation, into: &body)
        try account.create(session, body.finish())
    }

    private static let update = Verb(
        words: ["account", "update"], summary: "Change an account.", operands: [account.operand],
        options: fields + [
            .flag("no-labels", "take all labels away"), SharedOption.ifMatch,
            SharedOption.tokenFile,
        ],
        example: "strongroom account update tenant-1 --label eu --token-file acme.token"
    ) { session throws(Failure) in
        var body = RequestBody()
        put(session.invocation, into: &body)
        try body.null("labels", session.invocation, "no-labels", not: ["label"])
        try account.change(session, body.finishChange(session))
    }

    private static let sealingKey = Verb(
        words: ["account", "sealing-key"],
        summary: "Show the key that credentials for an account can be sealed to.",
        operands: [account.operand], options: [SharedOption.tokenFile],
        example: "strongroom account sealing-key tenant-1 --token-file acme.token"
    ) { session throws(Failure) in
        let path = try account.path(session) + ["sealing-key"]
        try session.show(object: session.manage(.get, path), "sealing_key")
    }

    private static let token = Verb(
        words: ["account", "token"],
        summary: "Mint a token that works for one account and print its secret.",
        operands: [account.operand], options: TokenVerbs.connectOptions + TokenVerbs.mintOptions,
        example: "strongroom account token tenant-1 --permission-set connect-ui"
            + " --integration-point page --single-use --token-file acme.token"
    ) { session throws(Failure) in
        let name = try session.invocation.operand("ACCOUNT")
        try TokenVerbs.needPermissionSet(session)
        try TokenVerbs.mint(
            session, account.path(session) + ["tokens"], "Minted a token of \(name)")
    }

    private static func put(_ invocation: Invocation, into body: inout RequestBody) {
        body.string("fullname", invocation.value("fullname"))
        body.string("environment", invocation.value("environment"))
        body.given("labels", invocation.values("label"))
    }
}
