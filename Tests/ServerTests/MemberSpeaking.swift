import Server
import Support
import Testing

/// Members and sessions over the API.
extension DaemonUnderTest {
    @discardableResult
    func makeMember(
        _ bearer: String, _ name: String, roles: [String] = [], secret: String? = nil
    ) throws -> String {
        let binding = roles.map { "\"\($0)\"" }.joined(separator: ", ")
        let member = secret.map { #", "secret": "\#($0)""# } ?? ""
        let made = try manage(
            bearer, "POST", "/v1/members",
            #"{"name": "\#(name)", "role_binding": [\#(binding)]\#(member)}"#)
        #expect(made.status == 201, "\(made.text)")
        return try made.require("result.member.id")
    }

    func logOn(
        _ name: String, _ secret: String, at organization: String = "acme", more: String = ""
    ) throws -> RawAnswer {
        try ask(
            .admin,
            Ask(
                "POST", "/v1/auth/logon/\(organization)",
                json: #"{"name": "\#(name)", "secret": "\#(secret)"\#(more)}"#))
    }

    func session(_ name: String, _ secret: String) throws -> HeldToken {
        try HeldToken(try logOn(name, secret), at: "result")
    }
}
