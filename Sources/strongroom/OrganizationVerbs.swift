import StrongroomClient

/// `org`: the operator's customers. Authority is the caller's uid.
enum OrganizationVerbs {
    static let verbs: [Verb] = [
        create, list, get, update, enable, disable, delete, token, rotate, reset, removeSecondary,
    ]

    private static let organization = Operand.required("ORG", "the organization's id or name")

    private static let contact = Option.value("contact", "TEXT", "whom the operator asks")

    private static let create = Verb(
        words: ["org", "create"],
        summary: "Make an organization and print the secret of its token.",
        operands: [.required("NAME", "letters a-z, digits, - and _")],
        options: [SharedOption.fullname, contact, SharedOption.idempotencyKey],
        example: "strongroom org create acme --fullname \"Acme Inc.\" > acme.token"
    ) { session throws(Failure) in
        let name = try session.invocation.operand("NAME")
        var body = RequestBody()
        body.string("name", name)
        body.string("fullname", session.invocation.value("fullname"))
        body.string("contact", session.invocation.value("contact"))
        let content = body.finish()
        try session.mint("Made organization \(name)", noun: "organization") {
            () throws(Failure) in
            try session.operate(
                .post, ["organizations"], headers: SharedOption.headers(session.invocation),
                body: content)
        }
    }

    private static let list = Verb(
        words: ["org", "list"], summary: "List the organizations.", options: Listing.options,
        example: "strongroom org list --limit 20"
    ) { session throws(Failure) in
        let query = try Listing.query(session.invocation)
        let response = try session.operate(.get, ["organizations"], query: query.items)
        try session.show(
            list: response, "organizations",
            [
                .init("NAME", "name"), .init("ID", "id"), .init("STATE", "state"),
                .time("CREATED", "created_at"), .init("FULL NAME", "fullname"),
            ])
    }

    private static let get = Verb(
        words: ["org", "get"], summary: "Show an organization.", operands: [organization],
        example: "strongroom org get acme"
    ) { session throws(Failure) in
        let path = ["organizations", try session.invocation.operand("ORG")]
        try session.show(object: session.operate(.get, path), "organization")
    }

    private static let update = Verb(
        words: ["org", "update"], summary: "Change an organization.", operands: [organization],
        options: [SharedOption.fullname, contact, SharedOption.ifMatch],
        example: "strongroom org update acme --contact ops@acme.example"
    ) { session throws(Failure) in
        var body = RequestBody()
        body.string("fullname", session.invocation.value("fullname"))
        body.string("contact", session.invocation.value("contact"))
        try patch(session, body.finishChange(session))
    }

    private static let enable = Verb(
        words: ["org", "enable"], summary: "Let an organization's tokens work again.",
        operands: [organization], example: "strongroom org enable acme"
    ) { session throws(Failure) in try set(session, state: "enabled") }

    private static let disable = Verb(
        words: ["org", "disable"],
        summary: "Refuse every token of an organization from now on.",
        operands: [organization], example: "strongroom org disable acme"
    ) { session throws(Failure) in try set(session, state: "disabled") }

    private static let delete = Verb(
        words: ["org", "delete"],
        summary: "End an organization with everything below it, keys included.",
        operands: [organization], options: [SharedOption.yes],
        example: "strongroom org delete acme --yes"
    ) { session throws(Failure) in
        let name = try session.invocation.operand("ORG")
        try session.confirm("Delete organization \(name) and everything in it, for ever?")
        let response = try session.operate(.delete, ["organizations", name])
        try session.show(done: response, "Deleted organization \(name).")
    }

    private static let token = Verb(
        words: ["org", "token"],
        summary: "Show the organization's token and how each of its generations is used.",
        operands: [organization], example: "strongroom org token acme"
    ) { session throws(Failure) in
        let path = ["organizations", try session.invocation.operand("ORG"), "token"]
        try session.show(object: session.operate(.get, path), "token")
    }

    private static let rotate = Verb(
        words: ["org", "rotate"],
        summary:
            "Print a new secret for the organization's token; the old one works on for a while.",
        operands: [organization], options: [SharedOption.grace, SharedOption.idempotencyKey],
        example: "strongroom org rotate acme > acme.token"
    ) { session throws(Failure) in try renew(session, "rotate", "Rotated") }

    private static let reset = Verb(
        words: ["org", "reset"],
        summary:
            "Print a new secret for the organization's token; every older one is dead at once.",
        operands: [organization], options: [SharedOption.idempotencyKey],
        example: "strongroom org reset acme > acme.token"
    ) { session throws(Failure) in try renew(session, "reset", "Reset") }

    private static let removeSecondary = Verb(
        words: ["org", "remove-secondary"],
        summary: "End the old generation of the organization's token now.",
        operands: [organization], options: [SharedOption.force],
        example: "strongroom org remove-secondary acme"
    ) { session throws(Failure) in
        let name = try session.invocation.operand("ORG")
        let response = try session.operate(
            .delete, ["organizations", name, "token", "secondary"],
            query: SharedOption.forced(session.invocation))
        try session.show(done: response, "The old generation of \(name)'s token is dead.")
    }

    private static func set(_ session: Session, state: String) throws(Failure) {
        var body = RequestBody()
        body.string("state", state)
        try patch(session, body.finish())
    }

    private static func patch(_ session: Session, _ body: SecretText) throws(Failure) {
        let path = ["organizations", try session.invocation.operand("ORG")]
        let response = try session.operate(
            .patch, path, headers: SharedOption.headers(session.invocation), body: body)
        try session.show(object: response, "organization")
    }

    private static func renew(
        _ session: Session, _ verb: String, _ done: String
    ) throws(Failure) {
        let name = try session.invocation.operand("ORG")
        try session.mint("\(done) the token of \(name)") { () throws(Failure) in
            try session.operate(
                .post, ["organizations", name, "token", verb],
                headers: SharedOption.headers(session.invocation),
                body: RequestBody.renewal(session.invocation.value("grace")))
        }
    }
}
