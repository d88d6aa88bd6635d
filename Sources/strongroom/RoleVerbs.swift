import StrongroomClient
import Vault

/// `role`: what members may do; the built-in ones have the names of permission sets.
enum RoleVerbs {
    static let verbs: [Verb] = [create, list, get, update, delete]

    private static let role = Operand.required("ROLE", "the role's id or name")
    private static let fields: [Option] = [
        SharedOption.fullname,
        .value(
            "permission-set", "SET", "what its members may do",
            values: PermissionSet.allCases.filter { !$0.isForDataPlane && $0 != .connectUI }
                .map(\.text)),
        .value("resources", "JSON", "an object that narrows the role further"),
    ]

    private static let create = Verb(
        words: ["role", "create"],
        summary: "Make a role, no wider than the authority of the token presented.",
        operands: [.required("NAME", "letters a-z, digits, - and _")],
        options: fields + [SharedOption.tokenFile],
        example: "strongroom role create eu-viewers --permission-set viewer"
            + " --resources '{\"accounts\":{\"labels\":[\"eu\"]}}' --token-file acme.token"
    ) { session throws(Failure) in
        try TokenVerbs.needPermissionSet(session)
        var body = ObjectBody()
        body.string("name", try session.invocation.operand("NAME"))
        try put(session.invocation, into: &body)
        let response = try session.manage(.post, ["roles"], body: body.finish())
        try session.show(object: response, "role")
    }

    private static let list = Verb(
        words: ["role", "list"], summary: "List the built-in roles and the organization's own.",
        options: Listing.options + [SharedOption.tokenFile],
        example: "strongroom role list --token-file acme.token"
    ) { session throws(Failure) in
        let query = try Listing.query(session.invocation)
        let response = try session.manage(.get, ["roles"], query: query.items)
        try session.show(
            list: response, "roles",
            [
                .init("NAME", "name"), .init("ID", "id"), .init("BUILT IN", "built_in"),
                .init("PERMISSIONS", "permission_set"), .init("FULL NAME", "fullname"),
            ])
    }

    private static let get = Verb(
        words: ["role", "get"], summary: "Show a role.", operands: [role],
        options: [SharedOption.tokenFile],
        example: "strongroom role get eu-viewers --token-file acme.token"
    ) { session throws(Failure) in
        try session.show(object: session.manage(.get, path(session)), "role")
    }

    private static let update = Verb(
        words: ["role", "update"],
        summary: "Change a role; its members have the new one at their very next call.",
        operands: [role],
        options: fields + [
            .flag("no-resources", "narrow it no longer"), SharedOption.ifMatch,
            SharedOption.tokenFile,
        ],
        example: "strongroom role update eu-viewers --permission-set viewer --token-file acme.token"
    ) { session throws(Failure) in
        var body = ObjectBody()
        try put(session.invocation, into: &body)
        try body.null("resources", session.invocation, "no-resources", not: ["resources"])
        let response = try session.manage(
            .patch, path(session), headers: SharedOption.headers(session.invocation),
            body: body.finishChange(session))
        try session.show(object: response, "role")
    }

    private static let delete = Verb(
        words: ["role", "delete"], summary: "End a role; whoever had it has it no longer.",
        operands: [role], options: [SharedOption.yes, SharedOption.tokenFile],
        example: "strongroom role delete eu-viewers --yes --token-file acme.token"
    ) { session throws(Failure) in
        let name = try session.invocation.operand("ROLE")
        try session.confirm("Delete role \(name), for ever?")
        let response = try session.manage(.delete, path(session))
        try session.show(done: response, "Deleted role \(name).")
    }

    private static func path(_ session: Session) throws(Failure) -> [String] {
        ["roles", try session.invocation.operand("ROLE")]
    }

    private static func put(
        _ invocation: Invocation, into body: inout ObjectBody
    ) throws(Failure) {
        body.string("fullname", invocation.value("fullname"))
        body.string("permission_set", invocation.value("permission-set"))
        try body.object("resources", invocation.value("resources"))
    }
}
