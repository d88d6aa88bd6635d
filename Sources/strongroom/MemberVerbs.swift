import StrongroomClient

/// `member`: the persons and robots of an organization, who log on with a secret of their own.
enum MemberVerbs {
    static let verbs: [Verb] = [create, list, get, update, enable, disable, delete, token]

    private static let member = Operand.required("MEMBER", "the member's id or name")
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
        var body = ObjectBody()
        body.string("name", try session.invocation.operand("NAME"))
        body.string("type", session.invocation.value("type"))
        try put(session.invocation, into: &body)
        let response = try session.manage(.post, ["members"], body: body.finish())
        try session.show(object: response, "member")
    }

    private static let list = Verb(
        words: ["member", "list"], summary: "List the members.",
        options: Listing.options + [SharedOption.tokenFile],
        example: "strongroom member list --filter state[eq]enabled --token-file acme.token"
    ) { session throws(Failure) in
        let query = try Listing.query(session.invocation)
        let response = try session.manage(.get, ["members"], query: query.items)
        try session.show(
            list: response, "members",
            [
                .init("NAME", "name"), .init("ID", "id"), .init("TYPE", "type"),
                .init("STATE", "state"), .init("ROLES", "role_binding"),
                .time("SECRET SET", "secret_set_at"),
            ])
    }

    private static let get = Verb(
        words: ["member", "get"], summary: "Show a member; never its secret.", operands: [member],
        options: [SharedOption.tokenFile],
        example: "strongroom member get ada --token-file acme.token"
    ) { session throws(Failure) in
        try session.show(object: session.manage(.get, path(session)), "member")
    }

    private static let update = Verb(
        words: ["member", "update"],
        summary: "Change a member; a new secret ends the sessions that began with another.",
        operands: [member],
        options: fields + [
            .flag("no-roles", "take all roles away"),
            .flag("no-secret", "let it log on no longer"), SharedOption.ifMatch,
            SharedOption.tokenFile,
        ],
        example: "strongroom member update ada --role viewer --role support --token-file acme.token"
    ) { session throws(Failure) in
        var body = ObjectBody()
        try put(session.invocation, into: &body)
        try body.null("role_binding", session.invocation, "no-roles", not: ["role"])
        try body.null(
            "secret", session.invocation, "no-secret", not: ["secret-file", "ask-secret"])
        try patch(session, body.finishChange(session))
    }

    private static let enable = Verb(
        words: ["member", "enable"], summary: "Let a member and its tokens in again.",
        operands: [member], options: [SharedOption.tokenFile],
        example: "strongroom member enable ada --token-file acme.token"
    ) { session throws(Failure) in try set(session, state: "enabled") }

    private static let disable = Verb(
        words: ["member", "disable"],
        summary: "Refuse a member and every token of it from now on.", operands: [member],
        options: [SharedOption.tokenFile],
        example: "strongroom member disable ada --token-file acme.token"
    ) { session throws(Failure) in try set(session, state: "disabled") }

    private static let delete = Verb(
        words: ["member", "delete"], summary: "End a member and its tokens.", operands: [member],
        options: [SharedOption.yes, SharedOption.tokenFile],
        example: "strongroom member delete ada --yes --token-file acme.token"
    ) { session throws(Failure) in
        let name = try session.invocation.operand("MEMBER")
        try session.confirm("Delete member \(name), for ever?")
        let response = try session.manage(.delete, path(session))
        try session.show(done: response, "Deleted member \(name).")
    }

    private static let token = Verb(
        words: ["member", "token"],
        summary: "Mint a token that may do what both its member and the token presented may.",
        operands: [member], options: TokenVerbs.mintOptions,
        example: "strongroom member token ci-robot --ttl 10m --token-file acme.token"
    ) { session throws(Failure) in
        let name = try session.invocation.operand("MEMBER")
        try TokenVerbs.mint(session, path(session) + ["tokens"], "Minted a token of \(name)")
    }

    private static func path(_ session: Session) throws(Failure) -> [String] {
        ["members", try session.invocation.operand("MEMBER")]
    }

    private static func put(
        _ invocation: Invocation, into body: inout ObjectBody
    ) throws(Failure) {
        body.string("fullname", invocation.value("fullname"))
        body.strings("role_binding", invocation.values("role"))
        body.string("token_ttl", invocation.value("ttl"))
        body.secret("secret", try MemberSecretSource.new(invocation))
    }

    private static func set(_ session: Session, state: String) throws(Failure) {
        var body = ObjectBody()
        body.string("state", state)
        try patch(session, body.finish())
    }

    private static func patch(_ session: Session, _ body: SecretText) throws(Failure) {
        let response = try session.manage(
            .patch, path(session), headers: SharedOption.headers(session.invocation), body: body)
        try session.show(object: response, "member")
    }
}
