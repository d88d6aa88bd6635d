import StrongroomClient

/// `member`: the persons and robots of an organization, who log on with a secret of their own.
enum MemberVerbs {
    static let verbs: [Verb] = [
        create, member.list("List the members.", filter: "state[eq]enabled"),
        member.get("Show a member; never its secret."), update, enable, disable,
        member.delete("End a member and its tokens."), token,
    ]

    private static let member = ManagedKind(
        "member", "MEMBER", example: "ada",
        [
            .init("NAME", "name"), .init("ID", "id"), .init("TYPE", "type"),
            .init("STATE", "state"), .init("ROLES", "role_binding"),
            .time("SECRET SET", "secret_set_at"),
        ])
    private static let fields: [Option] =
        [
            SharedOption.fullname,
            .list("role", "ROLE", "a role that it has, by id or name; may be repeated"),
            .value("ttl", "DURATION", "the longest life of its tokens, such as 8h; default 1h"),
        ] + MemberSecretSource.options

    private static let create = Verb(
        words: ["member", "create"], summary: "Make a member; without a secret it cannot log on.",
        operands: [.required("NAME", "letters a-z, digits, - and _")],
        options: [
            .value(
                "type", "TYPE", "a person, or a robot that may have longer tokens",
                values: ["personal", "service"])
        ] + fields + [SharedOption.tokenFile],
        example: "strongroom member create ada --role viewer --ask-secret --token-file acme.token"
    ) { session throws(Failure) in
        var body = RequestBody()
        body.string("name", try session.invocation.operand("NAME"))
        body.string("type", session.invocation.value("type"))
        try put(session.invocation, into: &body)
        try member.create(session, body.finish())
    }

    private static let update = Verb(
        words: ["member", "update"],
        summary: "Change a member; a new secret ends the sessions that began with another.",
        operands: [member.operand],
        options: fields + [
            .flag("no-roles", "take all roles away"),
            .flag("no-secret", "let it log on no longer"), SharedOption.ifMatch,
            SharedOption.tokenFile,
        ],
        example: "strongroom member update ada --role viewer --role support --token-file acme.token"
    ) { session throws(Failure) in
        var body = RequestBody()
        try put(session.invocation, into: &body)
        try body.null("role_binding", session.invocation, "no-roles", not: ["role"])
        try body.null(
            "secret", session.invocation, "no-secret", not: ["secret-file", "ask-secret"])
        try member.change(session, body.finishChange(session))
    }

    private static let enable = Verb(
        words: ["member", "enable"], summary: "Let a member and its tokens in again.",
        operands: [member.operand], options: [SharedOption.tokenFile],
        example: "strongroom member enable ada --token-file acme.token"
    ) { session throws(Failure) in try set(session, state: "enabled") }

    private static let disable = Verb(
        words: ["member", "disable"],
        summary: "Refuse a member and every token of it from now on.", operands: [member.operand],
        options: [SharedOption.tokenFile],
        example: "strongroom member disable ada --token-file acme.token"
    ) { session throws(Failure) in try set(session, state: "disabled") }

    private static let token = Verb(
        words: ["member", "token"],
        summary: "Mint a token that may do what both its member and the token presented may.",
        operands: [member.operand], options: TokenVerbs.mintOptions,
        example: "strongroom member token ci-robot --ttl 10m --token-file acme.token"
    ) { session throws(Failure) in
        let name = try session.invocation.operand("MEMBER")
        try TokenVerbs.mint(session, member.path(session) + ["tokens"], "Minted a token of \(name)")
    }

    private static func put(
        _ invocation: Invocation, into body: inout RequestBody
    ) throws(Failure) {
        body.string("fullname", invocation.value("fullname"))
        body.given("role_binding", invocation.values("role"))
        body.string("token_ttl", invocation.value("ttl"))
        body.string("secret", try MemberSecretSource.new(invocation))
    }

    private static func set(_ session: Session, state: String) throws(Failure) {
        var body = RequestBody()
        body.string("state", state)
        try member.change(session, body.finish())
    }
}
