import Server
import Support
import Testing

@Suite struct `Verification in batches` {
    private static let path = "/v1/verify/batch"

    @Test func `a client's own request is never taken for a batch`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let body = #"{"tokens": [{"token": "\#(token)"}]}"#
            var plain = Ask("POST", Self.path)
            plain.body = body
            let json = Ask("POST", Self.path, json: body)
            var put = json
            put.method = "PUT"
            var below = json
            below.target += "/x"
            for ask in [
                plain, put, below, json.with("X-Forwarded-For: 192.0.2.1"),
                json.with("X-Real-IP: 192.0.2.1"), json.with("Authorization: Bearer x"),
                Ask("GET", Self.path),
            ] {
                let answer = try daemon.ask(.gateway, ask)
                #expect(answer.status == 401, "\(ask.method) \(ask.fields)")
                #expect(answer["X-Strongroom-Token"] == nil)
            }
            let own = json.with("Authorization: Bearer \(token)")
            let judged = try daemon.ask(.gateway, own)
            #expect(judged.status == 200 && judged.body.isEmpty && judged.closes)
        }
    }

    @Test func `every token has its own decision and its own event`() throws {
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let (organization, _, integration) = try daemon.makeTenant()
            let (own, whole) = (integration.token, organization.token)
            let body = """
                {"tokens": [{"token": "\(own.access)"}, {"token": "x"}, {},
                {"token": "\(own.access)", "level": "account"}, {"token": "\(own.refresh)"},
                {"token": "\(whole.access)", "permission": "accounts:list"},
                {"token": "\(own.access)", "level": "nobody"}]}
                """
            let answer = try daemon.ask(.gateway, Ask("POST", Self.path, json: body))
            #expect(answer.status == 200)
            let statuses = (0..<7).map { answer.number("result.\($0).status") }
            #expect(statuses == [200, 401, 401, 403, 401, 200, 403])
            #expect(answer.string("result.0.token_id") == own.id)
            #expect(answer.string("result.5.token_id") == whole.id)
            let events = try daemon.events().filter { $0.requestID == answer.requestID }
            let reasons = events.map { $0.reason ?? "-" }
            #expect(
                reasons == [
                    "-", "malformed_token", "no_token", "insufficient_scope", "wrong_kind", "-",
                    "bad_requirement",
                ])
            #expect(events.allSatisfy { $0.event == "token.verify" })
        }
    }

    @Test(arguments: [
        ("", 400), ("{}", 400), (#"{"tokens": []}"#, 422), (#"{"tokens": {}}"#, 400),
        (#"{"tokens": ["x"]}"#, 400), (#"{"tokens": [{"token": 1}]}"#, 400),
        (#"{"tokens": [{"token": "x", "inject": "authorization"}]}"#, 400),
        (#"{"tokens": [{"token": "x"}], "level": "account"}"#, 400),
    ])
    func `a malformed batch decides nothing`(_ body: String, _ status: Int) throws {
        try DaemonUnderTest.run { daemon in
            let answer = try daemon.ask(.gateway, Ask("POST", Self.path, json: body))
            #expect(answer.status == status, "\(answer.text)")
        }
    }
}
