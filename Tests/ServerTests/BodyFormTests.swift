import Server
import Support
import Testing

/// The forms in which one thing may be said, and what is none of them.
@Suite struct `Forms of a body` {
    @Test func `a credential's value stands in an object of its own or beside the name`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let root = organization.token.access
            let owner = "/v1/credentials/\(account)"
            let value = #""type": "basic", "username": "robot", "secret": "sesame""#
            for (number, body) in [
                #"{"name": "a", "credential": {\#(value)}}"#,
                #"{"name": "b", "config": {\#(value)}}"#,
                #"{"name": "c", \#(value)}"#, #"{\#(value), "expires": "2029-01-01T00:00:00Z"}"#,
            ].enumerated() {
                let made = try daemon.manage(root, "POST", owner, body)
                #expect(made.status == 201, "\(body): \(made.text)")
                #expect(made.string("result.credential.config.type") == "basic")
                let id = try made.require("result.credential.id")
                let replaced = try daemon.manage(
                    root, "PUT", owner + "/" + id,
                    body.replacing("sesame", with: "open-\(number)")
                        .replacing(#""name": "abc"#, with: ""))
                #expect(replaced.status == (number == 3 ? 200 : 400), "\(replaced.text)")
                let used = try daemon.manage(
                    root, "PATCH", "/v1/integrations/\(account)/\(integration.id)",
                    #"{"credential_id": "\#(id)"}"#)
                #expect(used.string("result.credential_id") == id, "\(used.text)")
                let released = try daemon.ask(
                    .gateway, Ask("POST", "/v1/credential", bearer: integration.token.access))
                let secret = number == 3 ? "open-3" : "sesame"
                #expect(released.string("result.secret") == secret)
            }
            for body in [
                "{}", #"{"name": "d"}"#, #"{"name": "d", \#(value), "colour": "red"}"#,
                #"{"name": "d", "credential": {\#(value)}, \#(value)}"#,
                #"{"name": "d", "credential": {\#(value)}, "config": {\#(value)}}"#,
                #"{"name": "d", "credential": {\#(value), "name": "e"}}"#,
                #"{"name": "d", "encrypted_value": "AAAA", "key_id": "k", "type": "basic"}"#,
            ] {
                let refused = try daemon.manage(root, "POST", owner, body)
                #expect(refused.status == 400, "\(body): \(refused.text)")
                #expect(!refused.text.contains("sesame") && !refused.text.contains("colour"))
            }
            let listed = try daemon.manage(root, "GET", owner)
            #expect((listed.value("result") as? [Any])?.count == 4)
        }
    }

    @Test func `an integration takes its credential by id or by name, and gives it up by null`()
        throws
    {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let root = organization.token.access
            let value = #""type": "basic", "username": "u", "secret": "sesame""#
            let shared = try daemon.manage(
                root, "POST", "/v1/credentials/\(account)", #"{"name": "shared", \#(value)}"#)
            let id = try shared.require("result.credential.id")
            let target = "/v1/integrations/\(account)/\(integration.id)"
            for (body, wanted) in [
                (#"{"credential_id": "shared"}"#, id), (#"{"credential_id": null}"#, nil),
                (#"{"credential": {"credential_id": "shared"}}"#, id),
                (#"{"credential": null}"#, nil), (#"{"credential_id": "\#(id)"}"#, id),
            ] {
                let changed = try daemon.manage(root, "PATCH", target, body)
                #expect(changed.status == 200, "\(body): \(changed.text)")
                #expect(changed.string("result.credential_id") == wanted, "\(body)")
            }
            for (body, status) in [
                (#"{"credential_id": "nothing"}"#, 422), (#"{"credential_id": 7}"#, 422),
                (#"{"credential_id": "shared", "credential": null}"#, 400),
            ] {
                #expect(try daemon.manage(root, "PATCH", target, body).status == status, "\(body)")
            }
            let made = try daemon.manage(
                root, "POST", "/v1/integrations/\(account)",
                #"{"name": "more", "provider": "jira", "credential_id": "shared"}"#)
            #expect(made.string("result.integration.credential_id") == id, "\(made.text)")
        }
    }

    @Test func `null takes a member back to what it is without one`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let root = organization.token.access
            let target = "/v1/accounts/\(account)"
            let named = #"{"fullname": "Acme Incorporated", "environment": "test"}"#
            #expect(try daemon.manage(root, "PATCH", target, named).status == 200)
            let reset = try daemon.manage(
                root, "PATCH", target, #"{"fullname": null, "environment": null}"#)
            #expect(reset.string("result.fullname") == "tenant", "\(reset.text)")
            #expect(reset.string("result.environment") == "prod")
            let own = try daemon.manage(root, "PATCH", "/v1/organization", #"{"fullname": null}"#)
            #expect(own.string("result.fullname") == own.string("result.name"), "\(own.text)")
        }
    }

    @Test func `accounts are narrowed to by name, and by those only whom the asker reaches`() throws
    {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let root = organization.token.access
            #expect(
                try daemon.manage(root, "POST", "/v1/accounts", #"{"name": "b"}"#).status == 201)
            func narrowing(_ names: String) -> String {
                #"{"permission_set": "viewer", "resources": {"accounts": {"ids": [\#(names)]}}}"#
            }
            for route in ["/v1/tokens", "/v1/roles"] {
                let made = try daemon.manage(root, "POST", route, narrowing(#""tenant""#))
                #expect(made.status == 201, "\(made.text)")
                #expect(made.text.contains(account) && !made.text.contains(#""tenant""#))
                let absent = try daemon.manage(root, "POST", route, narrowing(#""nobody""#))
                #expect(absent.status == 422 && !absent.text.contains("nobody"))
            }
            let narrow = try HeldToken(
                try daemon.manage(
                    root, "POST", "/v1/tokens",
                    #"""
                    {"permission_set": "administrator",
                    "resources": {"accounts": {"ids": ["tenant"]}}}
                    """#), at: "result"
            ).access
            let answers = try [#""b""#, #""nobody""#].map {
                try daemon.manage(narrow, "POST", "/v1/tokens", narrowing($0))
            }
            #expect(answers[0].status == 422)
            #expect(answers[0].bodyButRequestID == answers[1].bodyButRequestID)
            #expect(
                try daemon.manage(narrow, "POST", "/v1/tokens", narrowing(#""tenant""#)).status
                    == 201)
            // Whoever sees an account may name it, whatever gives him his own tokens.
            _ = try daemon.makeMember(
                root, "ann", roles: ["viewer", "member"], secret: "correct horse battery")
            let ann = try daemon.session("ann", "correct horse battery").access
            let own = try daemon.manage(ann, "POST", "/v1/tokens", narrowing(#""tenant""#))
            #expect(own.status == 201, "\(own.text)")
        }
    }

    @Test func `owners of credentials go by name, and to who does not reach them there are none`()
        throws
    {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let root = organization.token.access
            let point = #"{"name": "connect", "connector": "ticketing"}"#
            #expect(try daemon.manage(root, "POST", "/v1/integration-points", point).status == 201)
            let own = try daemon.manage(root, "GET", "/v1/organization").require("result.name")
            let body = #"{"type": "basic", "username": "u", "secret": "sesame"}"#
            for (name, kind) in [
                ("tenant", "account"), ("connect", "integration_point"), (own, "organization"),
            ] {
                let made = try daemon.manage(root, "POST", "/v1/credentials/\(name)", body)
                #expect(made.status == 201, "\(made.text)")
                #expect(made.string("result.credential.owner_type") == kind)
            }
            let narrow = try HeldToken(
                try daemon.manage(
                    root, "POST", "/v1/accounts/\(account)/tokens",
                    #"{"permission_set": "administrator"}"#), at: "result"
            ).access
            let absent = try daemon.manage(narrow, "GET", "/v1/credentials/nobody")
            for name in ["connect", own] {
                let hidden = try daemon.manage(narrow, "GET", "/v1/credentials/\(name)")
                #expect(hidden.status == 404)
                #expect(hidden.bodyButRequestID == absent.bodyButRequestID)
            }
            let twin = #"{"name": "connect"}"#
            #expect(try daemon.manage(root, "POST", "/v1/accounts", twin).status == 201)
            // The account's name was there first, in the API if not in the organization.
            let named = try daemon.manage(root, "POST", "/v1/credentials/connect", body)
            #expect(named.string("result.credential.owner_type") == "account")
        }
    }
}
