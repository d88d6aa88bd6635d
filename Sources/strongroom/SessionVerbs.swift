import StrongroomClient

/// `session`: logging on as a member, and off.
enum SessionVerbs {
    static let verbs: [Verb] = [logon, logoff]

    private static let logon = Verb(
        words: ["session", "logon"],
        summary: "Show a member's secret and print the secret of a token that its roles give.",
        operands: [
            .required("ORG", "the organization's id or name"),
            .required("MEMBER", "the member's id or name"),
        ],
        options: [
            .value("ttl", "DURATION", "how long the token lasts, at most as the member's may"),
            MemberSecretSource.file,
        ],
        example: "strongroom session logon acme ada --ttl 1h > ada.token"
    ) { session throws(Failure) in
        let (organization, member) = (
            try session.invocation.operand("ORG"), try session.invocation.operand("MEMBER")
        )
        var body = RequestBody()
        body.string("name", member)
        body.string("secret", try MemberSecretSource.shown(session.invocation))
        body.string("token_ttl", session.invocation.value("ttl"))
        let content = body.finish()
        try session.mint("Logged on as \(member)") { () throws(Failure) in
            try session.logOn(to: organization, body: content)
        }
    }

    private static let logoff = Verb(
        words: ["session", "logoff"],
        summary: "End the token presented and everything that it minted.",
        options: [SharedOption.tokenFile],
        example: "strongroom session logoff --token-file ada.token"
    ) { session throws(Failure) in
        let response = try session.manage(.post, ["auth", "logoff"])
        try session.show(done: response, "Logged off; the token is dead.")
    }
}
