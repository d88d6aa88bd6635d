import Server
import Support
import Testing

/// Credentials of organizations and points, from their making to their release.
@Suite struct `Shared credentials over HTTP` {
    private static func body(_ secret: String) -> String {
        #"{"credential": {"type": "basic", "username": "robot", "secret": "\#(secret)"}}"#
    }

    private func release(_ daemon: DaemonUnderTest, _ token: String) throws -> RawAnswer {
        try daemon.ask(.gateway, Ask("POST", "/v1/credential", bearer: token))
    }

    private func makePoint(_ daemon: DaemonUnderTest, _ bearer: String) throws -> String {
        try daemon.manage(
            bearer, "POST", "/v1/integration-points",
            #"{"name": "p", "connector": "ticketing", "environments": {"prod": {"allow": ["*"]}}}"#
        ).require("result.integration_point.id")
    }

    private func connect(
        _ daemon: DaemonUnderTest, _ bearer: String, _ account: String, _ name: String,
        _ credential: String, provider: String = "jira", point: String? = nil
    ) throws -> RawAnswer {
        let member = point.map { #", "integration_point": "\#($0)""# } ?? ""
        return try daemon.manage(
            bearer, "POST", "/v1/integrations/\(account)",
            """
            {"name": "\(name)", "provider": "\(provider)"\(member),
            "credential": {"credential_id": "\(credential)"}}
            """)
    }

    @Test func `a tenant's token neither lends nor finds what is the organization's`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let root = organization.token.access
            let point = try makePoint(daemon, root)
            var shared: [String] = []
            for owner in [organization.id, point] {
                let made = try daemon.manage(
                    root, "POST", "/v1/credentials/\(owner)", Self.body("hush"))
                #expect(made.status == 201 && !made.text.contains("hush"))
                shared.append(try made.require("result.credential.id"))
            }
            for set in ["administrator", "account-manager", "connect-ui"] {
                let minted = try daemon.manage(
                    root, "POST", "/v1/accounts/\(account)/tokens",
                    #"{"permission_set": "\#(set)"}"#)
                let token = try HeldToken(minted, at: "result").access
                let none = try connect(
                    daemon, token, account, "x", "crd_0000000000000000000001", point: point)
                for id in shared {
                    let refused = try connect(daemon, token, account, "x", id, point: point)
                    #expect(refused.status == 422, "\(set)")
                    #expect(refused.bodyButRequestID == none.bodyButRequestID)
                    let patched = try daemon.manage(
                        token, "PATCH", "/v1/integrations/\(account)/\(integration.id)",
                        #"{"credential": {"credential_id": "\#(id)"}}"#)
                    #expect([403, 422].contains(patched.status))
                    for owner in [account, integration.id] {
                        let found = try daemon.manage(
                            token, "GET", "/v1/credentials/\(owner)/\(id)")
                        #expect(found.status == 404, "\(set)")
                    }
                }
                let list = try daemon.manage(token, "GET", "/v1/credentials/\(account)")
                #expect(list.status == 200 && !shared.contains { list.text.contains($0) })
            }
        }
    }

    @Test func `one value serves every integration that refers to it, and its next one too`() throws
    {
        try DaemonUnderTest.run { daemon in
            let (organization, first, _) = try daemon.makeTenant()
            let root = organization.token.access
            let second = try daemon.makeAccount(root, "second")
            let point = try makePoint(daemon, root)
            for (owner, name) in [(organization.id, "a"), (point, "b")] {
                let made = try daemon.manage(
                    root, "POST", "/v1/credentials/\(owner)", Self.body("first"))
                let id = try made.require("result.credential.id")
                #expect(made.string("result.credential.owner_id") == owner)
                let users = try [first, second].map { account in
                    try HeldToken(
                        connect(daemon, root, account, name, id, point: point), at: "result.token")
                }
                for user in users {
                    let released = try release(daemon, user.access)
                    #expect(released.string("result.secret") == "first")
                    #expect(released.string("result.credential_id") == id)
                    #expect(try daemon.event(of: released)["object_id"] == id)
                }
                let target = "/v1/credentials/\(owner)/\(id)"
                let replaced = try daemon.manage(root, "PUT", target, Self.body("second"))
                #expect(replaced.number("result.version") == 2)
                for user in users {
                    #expect(try release(daemon, user.access).string("result.secret") == "second")
                }
                let inUse = try daemon.manage(root, "DELETE", target)
                #expect(inUse.status == 409)
                #expect(try daemon.summary(of: inUse) == "credential.delete deny conflict")
                #expect(try release(daemon, users[0].access).status == 200)
            }
        }
    }

    @Test func `a type that the provider does not take is refused, however it comes`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let root = organization.token.access
            let token = #"{"type": "token", "secret": "hush"}"#
            let made = try daemon.manage(
                root, "POST", "/v1/credentials/\(organization.id)", #"{"credential": \#(token)}"#)
            let id = try made.require("result.credential.id")
            let target = "/v1/integrations/\(account)/\(integration.id)"
            let refused = [
                try connect(daemon, root, account, "x", id),
                try daemon.manage(
                    root, "PATCH", target, #"{"credential": {"credential_id": "\#(id)"}}"#),
                try daemon.manage(root, "PATCH", target, #"{"credential": \#(token)}"#),
                try daemon.manage(root, "PATCH", target, #"{"provider": "splunk"}"#),
                try daemon.manage(root, "PATCH", target, #"{"provider": "nope"}"#),
            ]
            for answer in refused { #expect(answer.status == 422, "\(answer.text)") }
            let both = try daemon.manage(
                root, "PATCH", target,
                #"{"provider": "splunk", "credential": {"credential_id": "\#(id)"}}"#)
            #expect(both.status == 200 && both.string("result.connector") == "siem")
            let released = try release(daemon, integration.token.access)
            #expect(released.string("result.secret") == "hush")
            let own = try daemon.manage(
                root, "PATCH", target, #"{"credential": {"type": "token", "secret": "own"}}"#)
            #expect(own.string("result.credential_id") != id)
            #expect(
                try release(daemon, integration.token.access).string("result.secret") == "own")
            let removed = try daemon.manage(root, "PATCH", target, #"{"credential": null}"#)
            #expect(removed.status == 200 && removed.string("result.credential_id") == nil)
            #expect(try release(daemon, integration.token.access).status == 404)
        }
    }

    @Test func `an integration stays in its account`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let root = organization.token.access
            let other = try daemon.makeAccount(root, "other")
            for member in ["account", "account_id"] {
                for value in [other, account] {
                    let moved = try daemon.manage(
                        root, "PATCH", "/v1/integrations/\(account)/\(integration.id)",
                        #"{"\#(member)": "\#(value)"}"#)
                    #expect(moved.status == 422)
                    #expect(moved.string("detail")?.contains("stays in its account") == true)
                }
            }
            #expect(try daemon.verify(integration.token.access).status == 200)
        }
    }
}
