import StrongroomClient
import Testing

private let organizationJSON = """
    {"id":"org_1","name":"acme","fullname":"Acme","state":"enabled","contact":null,\
    "created_at":"2026-01-02T03:04:05.000006Z","updated_at":"2026-01-02T03:04:05.000006Z",\
    "not_known_yet":[1,{"a":null}]}
    """

private func tokenJSON(_ access: String, _ refresh: String, secondary: String = "null") -> String {
    """
    {"id":"tok_1","name":"tok_1","fullname":"tok_1","owner_type":"organization",\
    "owner_id":"org_1","organization_id":"org_1","token_type":"default","parent_id":null,\
    "permission_set":"administrator","single_use":false,\
    "token_ttl":"8760h","expires":"2027-01-02T03:04:05.000006Z","last_used_at":null,\
    "created_at":"2026-01-02T03:04:05.000006Z","primary":{"use_count":0,"last_used_at":null,\
    "access":{\(access)"expires":"2027-01-02T03:04:05.000006Z"},\
    "refresh":{\(refresh)"expires":"2027-01-02T03:04:05.000006Z"}},"secondary":\(secondary)}
    """
}

private let mintedJSON = tokenJSON("\"secret\":\"sro_a\\u0062c\",", "\"secret\":\"srr_def\",")

@Suite struct `A typed call refuses` {
    @Test func `what the daemon refuses, with its words`() throws {
        let problem = """
            {"type":"about:blank","title":"Not Found","status":404,"detail":"There is none.",\
            "request_id":"req_9"}
            """
        let answer = CannedServer.json("404 Not Found", problem)
        try withServer([[.whole(answer)]]) { connection, _ in
            let expected = Problem(
                type: "about:blank", title: "Not Found", detail: "There is none.",
                requestID: "req_9")
            #expect(throws: ClientError.refused(status: 404, expected)) {
                try OperatorClient(connection).organization("acme")
            }
        }
    }

    @Test func `what the daemon refuses for a while, with how long`() throws {
        let answer = CannedServer.json("429 Too Many", "{\"title\":\"Slow\"}", "Retry-After: 7\r\n")
        try withServer([[.whole(answer)]]) { connection, _ in
            #expect {
                try GatewayClient(connection).verify(secret("sri_a"))
            } throws: { error in
                guard case ClientError.refused(429, let problem) = error else { return false }
                return problem.retryAfterSeconds == 7 && problem.title == "Slow"
            }
        }
    }

    @Test(arguments: ["", "<html>bad gateway</html>", "[]", "{\"title\":1}"])
    func `a refusal whose body says nothing`(body: String) throws {
        try withServer([[.whole(CannedServer.json("401 Unauthorized", body))]]) { connection, _ in
            let blank = Problem(type: "about:blank", title: "status 401")
            #expect(throws: ClientError.refused(status: 401, blank)) {
                try GatewayClient(connection).verify(secret("sri_a"))
            }
        }
    }

    @Test(arguments: ["301 Moved", "600 What"])
    func `a status that the vault does not use`(status: String) throws {
        try withServer([[.whole(CannedServer.json(status, "{}"))]]) { connection, _ in
            #expect {
                try OperatorClient(connection).status()
            } throws: { error in
                guard case ClientError.protocolViolation = error else { return false }
                return true
            }
        }
    }

    @Test(arguments: [
        "", "{", "[]", "{}", "{\"result\":null}", "{\"result\":[]}", "{\"result\":{\"id\":1}}",
        "{\"result\":{\"id\":\"org_1\"}}", organizationJSON,
        "{\"result\":{\"organization\":\(organizationJSON.replacing("enabled", with: "paused"))}}",
        "{\"result\":\(organizationJSON.replacing("T03", with: " 03"))}",
    ])
    func `an answer of another shape`(body: String) throws {
        try withServer([[.whole(CannedServer.json("200 OK", body))]]) { connection, _ in
            #expect {
                try OperatorClient(connection).organization("acme")
            } throws: { error in
                guard case ClientError.protocolViolation = error else { return false }
                return true
            }
        }
    }

    @Test func `an empty id, which would lead to another route`() throws {
        try withServer([]) { connection, server in
            let client = ManagementClient(connection, bearer: secret("sro_a"))
            let empty = ClientError.invalidRequest("an id or name is empty")
            #expect(throws: empty) { try client.account("") }
            #expect(throws: empty) { try client.deleteToken("") }
            #expect(throws: empty) { try OperatorClient(connection).deleteOrganization("") }
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: ["", "X-Strongroom-Organization: org_1\r\n"])
    func `a positive decision without an identity`(fields: String) throws {
        let answer = "HTTP/1.1 200 OK\r\n\(fields)Content-Length: 0\r\n\r\n"
        try withServer([[.whole(answer)]]) { connection, _ in
            #expect {
                try GatewayClient(connection).verify(secret("sri_a"))
            } throws: { error in
                guard case ClientError.protocolViolation = error else { return false }
                return true
            }
        }
    }

    @Test func `to show a secret in an error`() throws {
        let body = "{\"result\":{\"organization\":{},\"token\":\(mintedJSON)}}"
        try withServer([[.whole(CannedServer.json("201 Created", body))]]) { connection, _ in
            #expect {
                try OperatorClient(connection).createOrganization(name: "acme")
            } throws: { error in
                !"\(error) \(String(reflecting: error))".contains("sro_")
            }
        }
    }
}

@Suite struct `A typed call` {
    @Test func `makes an organization and hands its secrets over as secrets`() throws {
        let body = "{\"result\":{\"organization\":\(organizationJSON),\"token\":\(mintedJSON)}}"
        try withServer([[.whole(CannedServer.json("201 Created", body))]]) { connection, server in
            let made = try OperatorClient(connection).createOrganization(
                name: "acme", fullname: "A \"quoted\" name", idempotencyKey: "k")
            #expect(made.organization.id == "org_1")
            #expect(made.organization.contact == nil)
            #expect(made.organization.createdAt.description == "2026-01-02T03:04:05.000006Z")
            #expect(text(made.token.access) == "sro_abc")
            #expect(text(made.token.refresh) == "srr_def")
            #expect(made.token.token.secondary == nil)
            #expect(!"\(made)".contains("sro_"))
            let request = server.requests[0][0]
            #expect(request.hasPrefix("POST /v1/operator/organizations HTTP/1.1\r\n"))
            #expect(request.contains("\r\nIdempotency-Key: k\r\n"))
            #expect(request.contains("\r\nContent-Type: application/json\r\n"))
            #expect(request.hasSuffix(#"{"name":"acme","fullname":"A \"quoted\" name"}"#))
        }
    }

    @Test func `reads both generations of a token`() throws {
        let secondary = """
            {"use_count":12,"last_used_at":"2026-01-02T03:04:05.000006Z",\
            "access":{"expires":"2026-01-03T03:04:05.000006Z"},\
            "refresh":{"expires":"2026-01-03T03:04:05.000006Z"}}
            """
        let body = "{\"result\":\(tokenJSON("", "", secondary: secondary))}"
        try withServer([[.whole(CannedServer.json("200 OK", body))]]) { connection, server in
            let client = ManagementClient(connection, bearer: secret("sro_secret"))
            let token = try client.token("tok_1")
            #expect(token.primary.useCount == 0)
            #expect(token.secondary?.useCount == 12)
            #expect(token.secondary?.lastUsedAt?.microseconds == 1_767_323_045_000_006)
            #expect(server.requests[0][0].contains("\r\nAuthorization: Bearer sro_secret\r\n"))
        }
    }

    @Test func `renews the default token of an organization and ends the old generation`() throws {
        let renewed = CannedServer.json("200 OK", "{\"result\":\(mintedJSON)}")
        let ended = CannedServer.json("200 OK", "{\"result\":\(tokenJSON("", ""))}")
        try withServer([[.whole(renewed), .whole(ended), .whole(ended)]]) { connection, server in
            let operators = OperatorClient(connection)
            let minted = try operators.rotateToken(
                of: "acme", grace: "1h", idempotencyKey: "k")
            #expect(text(minted.access) == "sro_abc")
            try operators.removeSecondaryToken(of: "acme")
            try operators.removeSecondaryToken(of: "acme", isForced: true)
            let requests = server.requests[0]
            let path = "/v1/operator/organizations/acme/token"
            #expect(requests[0].hasPrefix("POST \(path)/rotate HTTP/1.1\r\n"))
            #expect(requests[0].contains("\r\nIdempotency-Key: k\r\n"))
            #expect(requests[0].hasSuffix(#"{"grace":"1h"}"#))
            #expect(requests[1].hasPrefix("DELETE \(path)/secondary HTTP/1.1\r\n"))
            #expect(requests[2].hasPrefix("DELETE \(path)/secondary?force=true HTTP/1.1\r\n"))
        }
    }

    @Test func `makes an integration for a caller that may not receive its secrets`() throws {
        let integration = """
            {"id":"int_1","name":"tickets","fullname":"tickets","account_id":"acc_1",\
            "provider":"jira","connector":"ticketing","provider_config":{"url":"https://x"},\
            "credential_id":null,"state":"enabled","created_at":"2026-01-02T03:04:05.000006Z",\
            "updated_at":"2026-01-02T03:04:05.000006Z"}
            """
        let body = "{\"result\":{\"integration\":\(integration),\"token\":\(tokenJSON("", ""))}}"
        try withServer([[.whole(CannedServer.json("201 Created", body))]]) { connection, server in
            let client = ManagementClient(connection, bearer: secret("sro_a"))
            var request = ManagementClient.IntegrationRequest(provider: "jira")
            request.name = "tickets"
            request.credential = .clear(secret("{\"type\":\"token\",\"secret\":\"s\"}"))
            let made = try client.createIntegration(of: "tenant-1", request)
            #expect(made.minted == nil)
            #expect(made.integration.provider == "jira")
            #expect(made.integration.connector == "ticketing")
            #expect(made.integration.state == .enabled)
            #expect(made.integration.providerConfig == "{\"url\":\"https://x\"}")
            #expect(
                server.requests[0][0].hasSuffix(
                    #"{"name":"tickets","provider":"jira","#
                        + #""credential":{"type":"token","secret":"s"}}"#))
        }
    }

    @Test func `reads whose token it is and what it may do`() throws {
        let answer = """
            HTTP/1.1 200 OK\r
            X-Strongroom-Organization: org_1\r
            X-Strongroom-Account: acc_1\r
            X-Strongroom-Integration: -\r
            X-Strongroom-Token: tok_1\r
            X-Strongroom-Level: account\r
            X-Strongroom-Scope: accounts:get tokens:list\r
            X-Strongroom-Connector: -\r
            X-Strongroom-Provider: -\r
            X-Strongroom-Expires: 2026-01-03T03:04:05.000006Z\r
            X-Strongroom-Epoch: 1\r
            Content-Length: 0\r
            \r\n
            """
        try withServer([[.whole(answer)]]) { connection, server in
            var requirement = TokenRequirement()
            requirement.level = "account"
            requirement.permission = "accounts:get"
            let identity = try GatewayClient(connection).verify(secret("sra_a"), requirement)
            #expect(identity.account == "acc_1")
            #expect(identity.integration == nil)
            #expect(identity.scope == ["accounts:get", "tokens:list"])
            let target = "GET /v1/verify?level=account&permission=accounts%3Aget HTTP/1.1\r\n"
            #expect(server.requests[0][0].hasPrefix(target))
        }
    }

    @Test func `tells a good token from one that is not good`() throws {
        let answers = ["{\"active\":false}", "{\"active\":true,\"jti\":\"tok_1\",\"exp\":9}"]
        try withServer([answers.map { .whole(CannedServer.json("200 OK", $0)) }]) {
            connection, server in
            let client = GatewayClient(connection)
            let (bad, good) = (
                try client.introspect(secret("sri_a&b")), try client.introspect(secret("sri_a"))
            )
            #expect(bad == nil)
            #expect(good?.token == "tok_1")
            #expect(server.requests[0][0].hasSuffix("\r\n\r\ntoken=sri_a%26b"))
        }
    }

    @Test func `hands a credential's parts over as secrets`() throws {
        let body = """
            {"result":{"credential_id":"crd_1","version":3,"type":"basic",\
            "username":"robot","secret":"p\\u00e4ss\\n"}}
            """
        try withServer([[.whole(CannedServer.json("200 OK", body))]]) { connection, _ in
            let credential = try GatewayClient(connection).credential(secret("sri_a"))
            #expect(credential.version == 3)
            let part = try #require(try credential.field("secret"))
            #expect(text(part) == "päss\n")
            #expect(try credential.field("session") == nil)
            #expect(!"\(credential)".contains("robot"))
        }
    }

    @Test func `asks for the page it was told to`() throws {
        try withServer([[.whole(CannedServer.ok)]]) { connection, server in
            var query = ListQuery()
            query.limit = 5
            query.startAfter = "41"
            query.order = "seq[desc]"
            query.filters = ["outcome[eq]deny"]
            let events = try OperatorClient(connection).auditEvents(query)
            #expect(events.isEmpty)
            let target =
                "GET /v1/operator/audit?limit=5&start_after=41&order=seq%5Bdesc%5D"
                + "&filter=outcome%5Beq%5Ddeny HTTP/1.1\r\n"
            #expect(server.requests[0][0].hasPrefix(target))
        }
    }

    @Test func `reads an event with what is absent`() throws {
        let event = """
            {"seq":7,"time":"2026-01-02T03:04:05.000006Z","event":"token.verify",\
            "outcome":"deny","reason":"unknown_token","organization_id":null,"account_id":null,\
            "integration_id":null,"token_id":null,"generation":null,"object_id":null,\
            "peer":{"uid":33,"pid":12},"remote_addr":"192.0.2.1","request_id":"req_1"}
            """
        let answer = CannedServer.json("200 OK", "{\"result\":[\(event)]}")
        try withServer([[.whole(answer)]]) { connection, _ in
            let events = try OperatorClient(connection).auditEvents()
            #expect(events.map(\.sequence) == [7])
            #expect(events.map(\.peerUID) == [33])
            #expect(events.map(\.token) == [nil])
        }
    }
}
