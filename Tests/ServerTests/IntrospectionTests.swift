import Crypto
import Server
import Support
import Testing
import Vault

@Suite struct `Introspection and revocation` {
    @Test func `a bad token is inactive and nothing else`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token
            for (text, reason) in [
                ("x", "malformed_token"), ("", "malformed_token"), (token.refresh, "wrong_kind"),
                (token.access + "1", "malformed_token"),
            ] {
                let answer = try daemon.ask(
                    .gateway, Ask(form: "token=\(text)", to: "/v1/introspect"))
                #expect(answer.status == 200 && answer.text == #"{"active":false}"#)
                #expect(answer["Cache-Control"] == "no-store")
                #expect(try daemon.summary(of: answer) == "token.introspect deny \(reason)")
            }
        }
    }

    @Test(arguments: [
        "", "tokens=a", "token", "token=a&token=a", "token=%zz", "token_type_hint=access_token",
    ])
    func `a form without exactly one token is malformed`(_ form: String) throws {
        try DaemonUnderTest.run { daemon in
            for path in ["/v1/introspect", "/v1/revoke"] {
                let answer = try daemon.ask(.gateway, Ask(form: form, to: path))
                let isEmptyToken = form == "token"
                #expect(isEmptyToken || answer.status == 400, "\(path)")
            }
        }
    }

    @Test func `an active token is described for no longer than a revocation may take`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let form = "token_type_hint=access_token&token=\(integration.token.access)&x=y"
            let answer = try daemon.ask(.gateway, Ask(form: form, to: "/v1/introspect"))
            let now = Int(daemon.clock.now().microseconds / 1_000_000)
            #expect(answer.value("active") as? Bool == true)
            #expect(answer.string("jti") == integration.token.id)
            #expect(answer.string("sub") == integration.id)
            #expect(answer.string("token_type") == "Bearer")
            #expect(answer.string("scope") == "credentials:use connector:use")
            #expect(answer.string("organization_id") == organization.id)
            #expect(answer.string("account_id") == account)
            #expect(answer.string("integration_id") == integration.id)
            #expect(answer.string("client_id") != nil && answer.number("iat") == now)
            #expect(answer.number("exp") == now + 30)
            #expect(answer.number("token_expires") == now + 365 * 86_400)
            daemon.clock.advance(by: .seconds(365 * 86_400 - 10))
            let late = try daemon.ask(.gateway, Ask(form: form, to: "/v1/introspect"))
            #expect(late.number("exp") == late.number("token_expires"))
            daemon.clock.advance(by: .seconds(10))
            let over = try daemon.ask(.gateway, Ask(form: form, to: "/v1/introspect"))
            #expect(over.text == #"{"active":false}"#)
            #expect(try daemon.summary(of: over) == "token.introspect deny expired")
        }
    }

    private static func options() throws -> DaemonUnderTest.Options {
        let secret = Array("open sesame".utf8)
        var options = DaemonUnderTest.Options()
        options.introspection = IntrospectionPolicy(clients: [
            IntrospectionClient(
                id: "apache", secret: try unsafe Secret(copying: secret.span.bytes))
        ])
        return options
    }

    @Test func `where clients are configured nobody else introspects`() throws {
        try DaemonUnderTest.run(try Self.options()) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let plain = Ask(form: "token=\(token)", to: "/v1/introspect")
            let refused = [
                plain,
                // apache:open sesam, apach:open sesame, apache, :open sesame
                plain.with("Authorization: Basic YXBhY2hlOm9wZW4gc2VzYW0="),
                plain.with("Authorization: Basic YXBhY2g6b3BlbiBzZXNhbWU="),
                plain.with("Authorization: Basic YXBhY2hl"),
                plain.with("Authorization: Basic Om9wZW4gc2VzYW1l"),
                plain.with("Authorization: Basic !"),
                plain.with("Authorization: Bearer \(token)"),
                Ask(form: "token=\(token)&client_id=apache", to: "/v1/introspect"),
                Ask(
                    form: "token=\(token)&client_id=apache&client_secret=open",
                    to: "/v1/introspect"),
            ]
            for request in refused {
                let answer = try daemon.ask(.gateway, request)
                #expect(answer.status == 401 && answer.text == #"{"error":"invalid_client"}"#)
                #expect(answer["WWW-Authenticate"]?.hasPrefix("Basic") == true)
                #expect(
                    try daemon.summary(of: answer)
                        == "token.introspect deny client_unauthenticated")
            }
            let basic = plain.with("Authorization: Basic YXBhY2hlOm9wZW4gc2VzYW1l")
            let post = Ask(
                form: "client_id=apache&client_secret=open%20sesame&token=\(token)",
                to: "/v1/introspect")
            for request in [basic, post] {
                let answer = try daemon.ask(.gateway, request)
                #expect(answer.status == 200 && answer.value("active") as? Bool == true)
            }
        }
    }

    @Test func `revocation says 200 whatever it finds, and bites at once`() throws {
        try DaemonUnderTest.run { daemon in
            let (_, _, integration) = try daemon.makeTenant()
            let token = integration.token.access
            #expect(try daemon.verify(token).status == 200)
            let other = String(token.dropLast(7)) + "0000000"
            for (text, summary) in [
                ("x", "token.revoke deny malformed_token"),
                (other, "token.revoke deny malformed_token"), (token, "token.revoke allow -"),
                (token, "token.revoke deny revoked"),
            ] {
                let answer = try daemon.ask(.gateway, Ask(form: "token=\(text)", to: "/v1/revoke"))
                #expect(answer.status == 200 && answer.body.isEmpty)
                #expect(try daemon.summary(of: answer) == summary)
            }
            let after = try daemon.verify(token)
            #expect(after.status == 401)
            #expect(try daemon.summary(of: after) == "token.verify deny revoked")
        }
    }
}
