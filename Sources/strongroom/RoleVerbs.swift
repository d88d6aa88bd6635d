import StrongroomClient
import Vault

/// `role`: what members may do; the built-in ones have the names of permission sets.
enum RoleVerbs {
    static let verbs: [Verb] = [
        create, role.list("List the built-in roles and the organization's own."),
        role.get("Show a role."), update,
        role.delete("End a role; whoever had it has it no longer."),
    ]

    private static let role = ManagedKind(
        "role", "ROLE", example: "eu-viewers",
        [
            .init("NAME", "name"), .init("ID", "id"), .init("BUILT IN", "built_in"),
            .init("PERMISSIONS", "permission_set"), .init("FULL NAME", "fullname"),
        ])
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
        var body = RequestBody()
        body.string("name", try session.invocation.operand("NAME"))
        try put(session.invocation, into: &body)
        try role.create(session, body.finish())
    }

    private static let update = Verb(
        words: ["role", "update"],
        summary: "Change a role; its members have the new one at their very next call.",
        operands: [role.operand],
        options: fields + [
            .flag("no-resources", "narrow it no longer"), SharedOption.ifMatch,
            SharedOption.tokenFile,
        ],
        example: "strongroom role update eu-viewers --permission-set viewer --token-file acme.token"
    ) { session throws(Failure) in
        var body = RequestBody()
        try put(session.invocation, into: &body)
        try body.null("resources", session.invocation, "no-resources", not: ["resources"])
        try role.change(session, body.finishChange(session))
    }

    private static func put(
        _ invocation: Invocation, into body: inout RequestBody
    ) throws(Failure) {
        body.string("fullname", invocation.value("fullname"))
        body.string("permission_set", invocation.value("permission-set"))
        try body.object("resources", invocation.value("resources"))
    }
}
