import StrongroomClient
import Testing

private let allowed = """
    {"status":200,"organization_id":"org_1","account_id":"acc_1","integration_id":null,\
    "token_id":"tok_1","level":"account","scope":"accounts:get tokens:list","connector":null,\
    "provider":null,"expires":"2026-01-03T03:04:05.000006Z"}
    """

@Suite struct `A gateway's batch` {
    @Test(arguments: [
        "[]", "[{\"status\":200}]", "[\(allowed),\(allowed),\(allowed)]", "[{\"status\":\"200\"}]",
        "[1]", "{}",
    ])
    func `is refused when the answers do not fit the questions`(result: String) throws {
        let body = "{\"result\":\(result)}"
        try withServer([[.whole(CannedServer.json("200 OK", body))]]) { connection, _ in
            #expect {
                try GatewayClient(connection).verifyBatch([BatchQuestion(secret("sra_a"))])
            } throws: { error in
                guard case ClientError.protocolViolation = error else { return false }
                return true
            }
        }
    }

    @Test func `has one decision for each question`() throws {
        let body = "{\"result\":[\(allowed),{\"status\":401},{\"status\":403}]}"
        let answer = CannedServer.json("200 OK", body, "X-Strongroom-Epoch: 7\r\n")
        try withServer([[.whole(answer)]]) { connection, server in
            var requirement = TokenRequirement()
            requirement.level = "account"
            let decisions = try GatewayClient(connection).verifyBatch([
                BatchQuestion(secret("sra_\"a"), requirement), BatchQuestion(nil),
                BatchQuestion(secret("sra_b")),
            ])
            #expect(decisions.count == 3)
            guard case .allowed(let identity) = decisions[0] else {
                Issue.record("\(decisions[0])")
                return
            }
            #expect(identity.organization.text == "org_1" && identity.account?.text == "acc_1")
            #expect(identity.integration == nil && identity.token.text == "tok_1")
            #expect(identity.scope == ["accounts:get", "tokens:list"] && identity.epoch == 7)
            #expect(decisions[1] == .refused(status: 401) && decisions[2] == .refused(status: 403))
            let request = server.requests[0][0]
            #expect(request.hasPrefix("POST /v1/verify/batch HTTP/1.1\r\n"))
            #expect(request.contains("Content-Type: application/json\r\n"))
            #expect(!request.contains("Authorization"))
            let sent = """
                {"tokens":[{"token":"sra_\\"a","level":"account"},{},{"token":"sra_b"}]}
                """
            #expect(request.hasSuffix("\r\n\r\n" + sent))
        }
    }
}

@Suite struct `News of revocations` {
    @Test func `is not waited for longer than the connection would wait`() throws {
        var limits = Connection.Limits()
        limits.timeoutSeconds = 10
        try withServer([], limits: limits) { connection, server in
            let refused = ClientError.invalidRequest(
                "the connection's time-out is not longer than the wait")
            #expect(throws: refused) {
                try GatewayClient(connection).epoch(since: 1, waitSeconds: 10)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: [
        "{\"epoch\":1,\"revoked\":[]}", "{\"epoch\":1,\"reset\":false}",
        "{\"reset\":false,\"revoked\":[]}",
        "{\"epoch\":1,\"reset\":false,\"revoked\":[{\"kind\":\"token\",\"id\":\"tok_1\"}]}",
    ])
    func `of another shape is refused`(result: String) throws {
        let answer = CannedServer.json("200 OK", "{\"result\":\(result)}")
        try withServer([[.whole(answer)]]) { connection, _ in
            #expect {
                try GatewayClient(connection).epoch()
            } throws: { error in
                guard case ClientError.protocolViolation = error else { return false }
                return true
            }
        }
    }

    @Test func `says what ended, and whose decisions it touches`() throws {
        let body = """
            {"result":{"epoch":9,"reset":true,"revoked":[{"kind":"account","id":"acc_1",\
            "affects":"org_1","epoch":9}]}}
            """
        try withServer([[.whole(CannedServer.json("200 OK", body))]]) { connection, server in
            let news = try GatewayClient(connection).epoch(since: 8, waitSeconds: 5)
            #expect(news.epoch == 9 && news.isReset && news.revoked.count == 1)
            #expect(news.revoked[0].kind == "account" && news.revoked[0].id == "acc_1")
            #expect(news.revoked[0].affects == "org_1" && news.revoked[0].epoch == 9)
            let target = "GET /v1/epoch?since=8&wait=5s HTTP/1.1\r\n"
            #expect(server.requests[0][0].hasPrefix(target))
        }
    }
}

@Suite struct `A vault that says less than before` {
    private func news(_ epoch: Int, _ checkpoint: String) -> String {
        CannedServer.json(
            "200 OK",
            #"{"result":{"epoch":\#(epoch),"reset":false,"revoked":[],"checkpoint":"\#(checkpoint)"}}"#
        )
    }

    @Test(arguments: [
        (8, #"log\n5\nAAAA\n\nsigned"#), (9, #"log\n4\nAAAA\n\nsigned"#),
        (9, #"log\n5\nBBBB\n\nsigned"#), (9, #"other\n6\nAAAA\n\nsigned"#),
    ])
    func `is refused for as long as that is remembered`(epoch: Int, checkpoint: String) throws {
        let (first, then) = (news(9, #"log\n5\nAAAA\n\nsigned"#), news(epoch, checkpoint))
        try withServer([[.whole(first), .whole(then), .whole(then), .whole(then)]]) {
            connection, _ in
            let client = GatewayClient(connection)
            _ = try client.epoch()
            for _ in 0..<2 {
                #expect {
                    try client.epoch()
                } throws: { error in
                    guard case ClientError.wentBack = error else { return false }
                    return true
                }
            }
            client.memory.forget()
            #expect(try client.epoch().epoch == Int64(epoch))
        }
    }

    @Test func `is told from one that goes on, and remembered over a restart`() throws {
        let checkpoint = #"log\n6\nBBBB\n\nsigned"#
        try withServer([[.whole(news(9, checkpoint))], [.whole(news(8, checkpoint))]]) {
            connection, _ in
            let kept = VaultMemory.Seen(epoch: 9, checkpoint: "log\n5\nAAAA\n\nsigned")
            let client = GatewayClient(connection, remembering: VaultMemory(kept))
            _ = try client.epoch()
            let seen = client.memory.seen
            #expect(seen == .init(epoch: 9, checkpoint: "log\n6\nBBBB\n\nsigned"))
            connection.close()
            let later = GatewayClient(connection, remembering: VaultMemory(seen))
            #expect(throws: ClientError.wentBack("epoch 8 after 9")) { try later.epoch() }
        }
    }
}
