import Server
import Support
import Testing

@Suite struct `Verification at the gateway's socket` {
    @Test func `what is done to a whole organization is no permission of a part of it`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let root = organization.token.access
            let narrowed = #", "resources": {"accounts": {"ids": ["\#(account)"]}}"#
            let parts = try [("/v1/accounts/\(account)/tokens", ""), ("/v1/tokens", narrowed)].map {
                try HeldToken(
                    try daemon.manage(
                        root, "POST", $0, #"{"permission_set": "administrator"\#($1)}"#),
                    at: "result")
            }
            for permission in ["organization:update", "members:create", "accounts:create"] {
                let query = "?permission=\(permission)"
                #expect(try daemon.verify(root, query).status == 200)
                for part in parts {
                    let answer = try daemon.verify(part.access, query)
                    #expect(answer.status == 403, "\(permission)")
                    #expect(
                        try daemon.summary(of: answer) == "token.verify deny insufficient_scope")
                }
            }
            for part in parts {
                let answer = try daemon.verify(part.access, "?permission=accounts:update")
                let scope = try #require(answer["X-Strongroom-Scope"])
                #expect(scope.contains("accounts:update") && !scope.contains("members:create"))
                // What is lent on is all the same as much as there was.
                let child = try daemon.manage(
                    part.access, "POST", "/v1/accounts/\(account)/tokens",
                    #"{"permission_set": "administrator"}"#)
                #expect(child.status == 201, "\(child.text)")
            }
        }
    }

    @Test func `an integration's id is enough of a requirement, whoever asks`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let theirs = try daemon.makeTenant("theirs").integration
            let root = organization.token.access
            #expect(try daemon.verify(root, "?integration=\(integration.id)").status == 200)
            #expect(
                try daemon.verify(root, "?integration=\(integration.id)&provider=jira").status
                    == 200)
            for query in [
                "?integration=\(theirs.id)", "?integration=tickets",
                "?integration=\(integration.id)&provider=splunk",
            ] {
                #expect(try daemon.verify(root, query).status == 403, "\(query)")
            }
            #expect(
                try daemon.verify(root, "?account=\(account)&integration=tickets").status == 200)
        }
    }

    @Test func `every 401 has the same body and tells no reason but no_token`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, _, integration) = try daemon.makeTenant()
            let token = integration.token
            let wrongSecret = String(token.access.prefix(21)) + String(token.refresh.dropFirst(21))
            try daemon.manage(
                organization.token.access, "DELETE", "/v1/tokens/\(organization.token.id)")
            var answers = [try daemon.ask(.gateway, Ask("GET", "/v1/verify"))]
            #expect(answers[0]["WWW-Authenticate"] == #"Bearer realm="strongroom""#)
            for bad in [
                "x", wrongSecret, token.refresh, organization.token.access, token.access + "0",
                String(token.access.dropLast()), "sri_" + String(repeating: "0", count: 66),
            ] {
                let answer = try daemon.verify(bad)
                #expect(
                    answer["WWW-Authenticate"]
                        == #"Bearer realm="strongroom", error="invalid_token""#)
                answers.append(answer)
            }
            let two = Ask("GET", "/v1/verify", bearer: token.access)
                .with("Authorization: Bearer \(token.access)")
            answers.append(try daemon.ask(.gateway, two))
            for answer in answers {
                #expect(answer.status == 401)
                #expect(answer.bodyButRequestID == answers[0].bodyButRequestID)
                #expect(answer["Cache-Control"] == "no-store")
                #expect(answer.string("request_id") == answer.requestID)
            }
            #expect(try daemon.summary(of: answers[0]) == "token.verify deny no_token")
            #expect(
                try daemon.summary(of: answers[answers.count - 1])
                    == "token.verify deny multiple_credentials")
        }
    }

    @Test func `a token in the query string is never read`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            for query in ["?token=\(token)", "?access_token=\(token)", "?authorization=\(token)"] {
                let answer = try daemon.ask(.gateway, Ask("GET", "/v1/verify" + query))
                #expect(answer.status == 401)
                #expect(try daemon.summary(of: answer) == "token.verify deny no_token")
                #expect(try daemon.verify(token, query).status == 200)
            }
        }
    }

    @Test func `no other header speaks for a caller`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            for name in [
                "X-Authorization", "Proxy-Authorization", "X-Forwarded-Authorization", "Cookie",
                "X-Strongroom-Organization", "X-Original-URI",
            ] {
                let asked = Ask("GET", "/v1/verify").with("\(name): Bearer \(token)")
                #expect(try daemon.ask(.gateway, asked).status == 401)
            }
            let forwarded = Ask("GET", "/v1/verify", bearer: token)
                .with("X-Forwarded-For: 192.0.2.7, 10.0.0.1", "X-Forwarded-Uri: /admin")
            let answer = try daemon.ask(.gateway, forwarded)
            #expect(answer.status == 200)
            #expect(try daemon.event(of: answer)["remote_addr"] == "192.0.2.7")
        }
    }

    @Test func `any method and any path below answers`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"] {
                for path in ["/v1/verify", "/v1/verify/", "/v1/verify/a/b%20c//d.e~f?x=1&x=2"] {
                    let answer = try daemon.ask(.gateway, Ask(method, path, bearer: token))
                    #expect(answer.status == 200, "\(method) \(path)")
                    #expect(answer["Content-Length"] == "0" && answer.body.isEmpty)
                    #expect(!answer.closes)
                }
            }
            for path in ["/v1/verifyx", "/v1/verify%2f", "/v1/Verify", "/V1/verify", "/"] {
                let answer = try daemon.ask(.gateway, Ask("GET", path, bearer: token))
                #expect(answer.status == 404)
            }
            #expect(try daemon.manage(token, "GET", "/v1/verify").status == 404)
        }
    }

    @Test func `a refused HEAD has a length and no body, and the connection goes on`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let connection = try daemon.connect(.gateway)
            try connection.send(Ask("HEAD", "/v1/verify").text)
            let refused = try connection.answer(toHead: true)
            #expect(refused.status == 401 && refused["Content-Length"] != "0")
            try connection.send(Ask("GET", "/v1/verify", bearer: token).text)
            #expect(try connection.answer().status == 200)
            #expect(connection.isQuiet)
        }
    }

    @Test(arguments: [
        "HTTP/1.0\r\nConnection: close\r\nContent-Length: 4096",
        "HTTP/1.1\r\nContent-Length: 7", "HTTP/1.1\r\nTransfer-Encoding: chunked",
    ])
    func `a body that is announced and never comes is not waited for`(_ head: String) throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let connection = try daemon.connect(.gateway, timeoutSeconds: 4)
            try connection.send(
                "POST /v1/verify \(head)\r\nHost: s\r\nAuthorization: Bearer \(token)\r\n\r\n")
            let answer = try connection.answer()
            #expect(answer.status == 200 && answer.closes)
            #expect(try connection.ends())
        }
    }

    @Test func `a body of length 0 keeps the connection`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let connection = try daemon.connect(.gateway)
            for _ in 0..<3 {
                let asked = Ask("POST", "/v1/verify", bearer: token).with("Content-Length: 0")
                try connection.send(asked.text)
                #expect(try connection.answer().status == 200)
            }
            #expect(connection.isQuiet)
        }
    }

    @Test func `HTTP 1.0 closes unless both sides say otherwise`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let head = "GET /v1/verify HTTP/1.0\r\nAuthorization: Bearer \(token)\r\n"
            let closing = try daemon.connect(.gateway)
            try closing.send(head + "\r\n")
            #expect(try closing.answer().closes)
            #expect(try closing.ends())
            let kept = try daemon.connect(.gateway)
            for _ in 0..<2 {
                try kept.send(head + "Connection: keep-alive\r\n\r\n")
                #expect(try kept.answer()["Connection"] == "keep-alive")
            }
            #expect(kept.isQuiet)
        }
    }

    @Test func `sixteen pipelined requests are answered in their order`() throws {
        try DaemonUnderTest.run { daemon in
            let (_, account, integration) = try daemon.makeTenant()
            // Neither the cache nor the store has seen some of these yet.
            let kinds: [(token: String, query: String, status: Int)] = [
                (integration.token.access, "", 200), ("bad", "", 401),
                (integration.token.access, "?level=account", 403),
                (integration.token.refresh, "", 401),
                (integration.token.access, "?account=\(account)", 200),
            ]
            let connection = try daemon.connect(.gateway)
            let chosen = (0..<16).map { kinds[($0 * 7 + $0 / 5) % kinds.count] }
            let texts = chosen.map {
                Ask("GET", "/v1/verify" + $0.query, bearer: $0.token).text
            }
            try connection.send(texts.joined())
            #expect(try chosen.map { _ in try connection.answer().status } == chosen.map(\.status))
            #expect(connection.isQuiet)
        }
    }

    @Test func `a request that comes byte by byte is one request`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let connection = try daemon.connect(.gateway)
            for byte in Ask("GET", "/v1/verify", bearer: token).text.utf8 {
                try connection.send([byte])
            }
            #expect(try connection.answer().status == 200)
            for byte in Ask(form: "token=\(token)", to: "/v1/introspect").text.utf8 {
                try connection.send([byte])
            }
            #expect(try connection.answer().text.hasPrefix(#"{"active":true"#))
        }
    }
}
