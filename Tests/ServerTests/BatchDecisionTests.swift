import Server
import Support
import Testing

/// `POST /v1/verify/batch`: many verifications in one request, each with its own event.
@Suite struct `A batch of verifications` {
    private func batch(_ entries: String, _ daemon: DaemonUnderTest) throws -> RawAnswer {
        try daemon.ask(
            .gateway, Ask("POST", "/v1/verify/batch", json: #"{"tokens": [\#(entries)]}"#))
    }

    /// The events of one answer, in the log's order.
    private func summaries(_ answer: RawAnswer, _ daemon: DaemonUnderTest) throws -> [String] {
        try daemon.events().filter { $0.requestID == answer.requestID }.map(\.summary)
    }

    @Test(arguments: [
        "{}", "[]", #"{"tokens": {}}"#, #"{"tokens": null}"#, #"{"tokens": [1]}"#,
        #"{"tokens": [{"token": 1}]}"#, #"{"tokens": [{"token": ["sri_"]}]}"#,
        #"{"tokens": [{"level": 1}]}"#, #"{"tokens": [{"tokens": "a"}]}"#,
        #"{"tokens": [{"inject": "authorization"}]}"#, #"{"tokens": [{"limit_status": "403"}]}"#,
        #"{"tokens": [{}], "level": "account"}"#, #"{"tokens": [{}], "tokens": [{}]}"#,
        #"{"tokens": [{"token": "a", "token": "b"}]}"#, #"{"tokens": [{}"#, "",
    ])
    func `is refused as a whole when its body is not one`(_ body: String) throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let whole = body.replacing("sri_", with: token)
            let answer = try daemon.ask(.gateway, Ask("POST", "/v1/verify/batch", json: whole))
            #expect(answer.status == 400)
            #expect(!answer.text.contains(token))
        }
    }

    @Test func `has 1 to 256 tokens`() throws {
        try DaemonUnderTest.run { daemon in
            for count in [0, 257] {
                let entries = Array(repeating: "{}", count: count).joined(separator: ",")
                let answer = try batch(entries, daemon)
                #expect(answer.status == 422)
                #expect(try daemon.summary(of: answer) == "token.verify deny invalid_value")
            }
        }
    }

    @Test func `takes no query and no body that is too large`() throws {
        try DaemonUnderTest.run { daemon in
            let query = Ask("POST", "/v1/verify/batch?level=account", json: #"{"tokens": [{}]}"#)
            let refused = try daemon.ask(.gateway, query)
            #expect(refused.status == 400)
            let long = String(repeating: "a", count: 131_072)
            let body = #"{"tokens": [{"token": "\#(long)"}]}"#
            let large = try daemon.ask(.gateway, Ask("POST", "/v1/verify/batch", json: body))
            #expect(large.status == 413)
        }
    }

    @Test func `is for the gateway alone, and of its own type`() throws {
        try DaemonUnderTest.run { daemon in
            let body = #"{"tokens": [{}]}"#
            let onAdmin = try daemon.ask(.admin, Ask("POST", "/v1/verify/batch", json: body))
            #expect(onAdmin.status == 404)
            let typed = Ask("POST", "/v1/verify/batch").with("Content-Type: application/jsonp")
            #expect(try daemon.ask(.gateway, typed).status == 401)
        }
    }

    @Test func `has one answer and one event for each token, in order`() throws {
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let other = try daemon.makeTenant("other")
            let good = integration.token.access
            let entries = [
                #"{"token": "\#(good)", "level": "integration", "account": "\#(account)"}"#,
                "{}", #"{"token": null}"#, #"{"token": "nonsense"}"#, #"{"token": ""}"#,
                #"{"token": "\#(integration.token.refresh)"}"#,
                #"{"token": "\#(organization.token.access)", "level": "integration"}"#,
                #"{"token": "\#(good)", "level": "nonsense"}"#,
                #"{"token": "\#(good)", "account": "\#(other.account)"}"#,
                #"{"token": "\#(other.organization.token.access)", "permission": "tokens:list"}"#,
                #"{"token": "\u0073\#(good.dropFirst())"}"#,
            ]
            let answer = try batch(entries.joined(separator: ","), daemon)
            #expect(answer.status == 200 && answer["X-Strongroom-Epoch"] == "0")
            #expect(answer["Cache-Control"] == "no-store")
            let statuses = (0..<entries.count).map { answer.number("result.\($0).status") }
            #expect(statuses == [200, 401, 401, 401, 401, 401, 403, 403, 403, 200, 200])
            #expect(answer.string("result.0.organization_id") == organization.id)
            #expect(answer.string("result.0.account_id") == account)
            #expect(answer.string("result.0.integration_id") == integration.id)
            #expect(answer.string("result.0.token_id") == integration.token.id)
            #expect(answer.string("result.0.level") == "integration")
            #expect(answer.string("result.0.scope") == "credentials:use connector:use")
            #expect(answer.string("result.9.organization_id") == other.organization.id)
            #expect(answer.value("result.9.account_id") == nil)
            #expect((answer.value("result.1") as? [String: Any])?.count == 1)
            let outcomes = try summaries(answer, daemon)
            #expect(
                outcomes
                    == [
                        "allow -", "deny no_token", "deny no_token", "deny malformed_token",
                        "deny malformed_token", "deny wrong_kind", "deny insufficient_scope",
                        "deny bad_requirement", "deny insufficient_scope", "allow -", "allow -",
                    ].map { "token.verify " + $0 })
        }
    }

    @Test func `says what 256 verifications by themselves would say`() throws {
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let (organization, _, integration) = try daemon.makeTenant()
            let texts = [integration.token.access, organization.token.access, "nonsense"]
            let entries = (0..<256).map {
                #"{"token": "\#(texts[$0 % 3])", "level": "integration"}"#
            }
            let answer = try batch(entries.joined(separator: ","), daemon)
            let statuses = (0..<256).compactMap { answer.number("result.\($0).status") }
            #expect(statuses == (0..<256).map { [200, 403, 401][$0 % 3] })
            for (index, text) in texts.enumerated() {
                let alone = try daemon.verify(text, "?level=integration")
                #expect(alone.status == statuses[index])
            }
            #expect(try summaries(answer, daemon).count == 256)
        }
    }

    @Test func `lets a revoked token through no more, and a use in it counts`() throws {
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let (organization, _, integration) = try daemon.makeTenant()
            let entry = #"{"token": "\#(integration.token.access)"}"#
            #expect(try batch(entry, daemon).number("result.0.status") == 200)
            let shown = try daemon.manage(
                organization.token.access, "GET", "/v1/tokens/\(integration.token.id)")
            #expect(shown.number("result.primary.use_count") == 1)
            try daemon.ask(
                .gateway, Ask(form: "token=\(integration.token.access)", to: "/v1/revoke"))
            let after = try batch(entry, daemon)
            #expect(after.number("result.0.status") == 401)
            #expect(try summaries(after, daemon) == ["token.verify deny revoked"])
        }
    }
}
