import StrongroomClient
import Testing

private let times = """
    "created_at":"2026-01-02T03:04:05.000006Z","updated_at":"2026-01-02T03:04:05.000006Z"
    """

private func memberJSON(state: String = "enabled") -> String {
    """
    {"id":"mem_1","name":"ada","fullname":"Ada","organization_id":"org_1","type":"personal",\
    "state":"\(state)","role_binding":["viewer"],"token_ttl":"1h","secret_set_at":null,\(times)}
    """
}

private let pointJSON = """
    {"id":"ipt_1","name":"page","fullname":"page","organization_id":"org_1",\
    "connector":"ticketing","environments":{"prod":{"allow":["*"],"deny":["jira"]}},\(times)}
    """

/// The body of the only request that `call` makes, which is answered with `result`.
private func body<R>(
    _ result: String, _ call: (ManagementClient) throws -> R
) throws -> (head: String, body: String, returned: R) {
    var sent: (String, String, R)?
    let answer = CannedServer.json("200 OK", "{\"result\":\(result)}")
    try withServer([[.whole(answer)]]) { connection, server in
        let returned = try call(ManagementClient(connection, bearer: secret("sro_a")))
        let parts = server.requests[0][0].split(separator: "\r\n\r\n", maxSplits: 1)
        sent = (String(parts[0]), parts.count > 1 ? String(parts[1]) : "", returned)
    }
    return try #require(sent)
}

@Suite struct `A call about members, roles and points` {
    @Test func `refuses a state that the vault does not use`() throws {
        #expect {
            try body(memberJSON(state: "asleep")) { try $0.member("ada") }
        } throws: { error in
            guard case ClientError.protocolViolation(let what) = error else { return false }
            return what.contains("state") && !what.contains("asleep")
        }
    }

    @Test func `shows a member's secret in nothing but the request`() throws {
        var request = MemberRequest(name: "ada")
        request.roles = ["viewer"]
        request.secret = secret("swordfish \"quoted\"")
        let call = try body("{\"member\":\(memberJSON())}") { try $0.createMember(request) }
        #expect(
            call.body
                == #"{"name":"ada","role_binding":["viewer"],"secret":"swordfish \"quoted\""}"#)
        #expect(!"\(request)".contains("swordfish"))
        #expect(call.returned.secretSetAt == nil)
        #expect(call.returned.roles == ["viewer"])
    }

    @Test func `leaves out what stays and sends null for what goes`() throws {
        var change = MemberChange()
        change.state = .disabled
        #expect(
            try body(memberJSON()) { try $0.updateMember("ada", change) }.body
                == #"{"state":"disabled"}"#)
        change.secret = .removed
        #expect(
            try body(memberJSON()) { try $0.updateMember("ada", change) }.body
                == #"{"state":"disabled","secret":null}"#)
    }

    @Test func `merges the rules of an integration point by environment`() throws {
        let call = try body(pointJSON) {
            try $0.updateIntegrationPoint(
                "page", prod: .set(.init(allow: ["*"], deny: ["jira"])), test: .removed)
        }
        #expect(
            call.body
                == #"{"environments":{"prod":{"allow":["*"],"deny":["jira"]},"test":null}}"#)
        #expect(call.returned.prod == IntegrationPoint.Rule(allow: ["*"], deny: ["jira"]))
        #expect(call.returned.test == nil)
    }

    @Test func `asks for the list that it was narrowed to`() throws {
        var query = ListQuery()
        query.narrow("state", .equal, "enabled")
        query.narrow("name", .oneOf, "ada,bob")
        query.sort(by: "created_at", isDescending: true)
        let call = try body("[\(memberJSON())]") { try $0.members(query) }
        #expect(
            call.head.hasPrefix(
                "GET /v1/members?order=created_at%5Bdesc%5D&filter=state%5Beq%5Denabled"
                    + "&filter=name%5Bin%5Dada%2Cbob HTTP/1.1\r\n"))
        #expect(call.returned.map(\.id) == ["mem_1"])
    }

    @Test func `logs off with the token that it presents`() throws {
        let call = try body(#"{"id":"tok_1","deleted":true}"#) { try $0.logOff() }
        #expect(call.head.hasPrefix("POST /v1/auth/logoff HTTP/1.1\r\n"))
        #expect(call.head.contains("\r\nAuthorization: Bearer sro_a"))
    }
}
