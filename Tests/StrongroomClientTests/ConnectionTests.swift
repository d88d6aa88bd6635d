import Linux
import StrongroomClient
import Support
import Testing

@Suite struct `A connection refuses` {
    @Test func `a socket that is not there`() throws {
        #expect {
            try Connection(path: "/nowhere/admin.sock").request(.get, "/v1/verify")
        } throws: { error in
            guard case ClientError.cannotReach(let path, let reason) = error else { return false }
            return path == "/nowhere/admin.sock" && !reason.isEmpty
        }
    }

    @Test func `a path that no socket can have`() throws {
        let path = "/" + String(repeating: "a", count: UnixSocket.pathByteCountMax)
        #expect {
            try Connection(path: path).request(.get, "/v1/verify")
        } throws: { error in
            guard case ClientError.cannotReach = error else { return false }
            return true
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a daemon that takes no connections`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("s")
        let listener = try UnixSocket.listen(at: path, mode: 0o600, backlog: 0)
        let waiting = try UnixSocket.connect(to: path)
        var limits = Connection.Limits()
        limits.timeoutSeconds = 1
        #expect {
            try Connection(path: path, limits: limits).request(.get, "/v1/verify")
        } throws: { error in
            guard case ClientError.cannotReach(path, let reason) = error else { return false }
            return reason.contains("queue")
        }
        withExtendedLifetime((listener.number, waiting.number)) {}
    }

    @Test(arguments: [
        ("", "relative"), ("v1/verify", "relative"), ("/v1/a b", "space"), ("/v1/a?b", "query"),
        ("/v1/a#b", "fragment"), ("/v1/\r\nHost: x", "line"), ("/v1/ä", "not ASCII"),
    ])
    func `a path that would break out of its place`(path: String, why: String) throws {
        try withServer([]) { connection, server in
            #expect(throws: ClientError.invalidRequest("the path is not an absolute path")) {
                try connection.request(.get, path)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: [
        Header("X-A", "1\r\nX-B: 2"), Header("X-A", "\u{0}"), Header("X-A", "ä"),
        Header("X A", "1"), Header("X-A:", "1"), Header("", "1"),
    ])
    func `a header field that would break out of its place`(header: Header) throws {
        try withServer([]) { connection, server in
            #expect(throws: ClientError.invalidRequest("a header field is malformed")) {
                try connection.request(.get, "/v1/verify", headers: [header])
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: ["", "a b", "a\r\nX: y", "ä"])
    func `a bearer token that would break out of its place`(token: String) throws {
        try withServer([]) { connection, server in
            #expect(throws: ClientError.invalidRequest("the bearer token holds a forbidden byte")) {
                try connection.request(.get, "/v1/verify", bearer: secret(token))
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore",
        "HTTP/1.1 200 OK\r\n",
    ])
    func `an answer that is not HTTP as the vault speaks it`(answer: String) throws {
        try withServer([[.last(answer)]]) { connection, _ in
            #expect {
                try connection.request(.post, "/v1/introspect")
            } throws: { error in
                guard case ClientError.protocolViolation = error else { return false }
                return true
            }
        }
    }

    @Test func `a header block without an end`() throws {
        let endless = "HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 40_000)
        try withServer([[.last(endless)]]) { connection, _ in
            #expect {
                try connection.request(.get, "/v1/verify")
            } throws: { error in
                guard case ClientError.protocolViolation = error else { return false }
                return true
            }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n12345678901",
        "HTTP/1.0 200 OK\r\n\r\n12345678901",
    ])
    func `a body above its limit`(answer: String) throws {
        var limits = Connection.Limits()
        limits.bodyByteCountMax = 10
        try withServer([[.last(answer)]], limits: limits) { connection, _ in
            #expect(throws: ClientError.answerTooLarge(byteCountMax: 10)) {
                try connection.request(.get, "/v1/verify")
            }
        }
    }

    @Test func `a body that ends before its length`() throws {
        let half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"
        try withServer([[.last(half)]]) { connection, _ in
            #expect(throws: ClientError.connectionLost) {
                try connection.request(.post, "/v1/introspect")
            }
        }
    }

    @Test func `to wait for ever`() throws {
        var limits = Connection.Limits()
        limits.timeoutSeconds = 1
        try withServer([[.silence]], limits: limits) { connection, _ in
            #expect(throws: ClientError.timedOut) { try connection.request(.get, "/v1/verify") }
        }
    }
}

@Suite struct `A connection` {
    @Test func `reads an answer however it is cut into pieces`() throws {
        let answer = CannedServer.json("200 OK", "{\"result\":{}}", "X-Request-Id: req_1\r\n")
        for cut in [1, 2, 3, 7, 50] {
            let bytes = Array(answer)
            let pieces = stride(from: 0, to: bytes.count, by: cut).map { start in
                String(bytes[start..<min(start + cut, bytes.count)])
            }
            try withServer([[.pieces(pieces)]]) { connection, _ in
                let response = try connection.request(.get, "/v1/organization")
                #expect(response.status == 200)
                #expect(response.text == "{\"result\":{}}")
                #expect(response.header("x-request-id") == "req_1")
                #expect(response.header("x-other") == nil)
            }
        }
    }

    @Test func `accepts a body at its limit`() throws {
        var limits = Connection.Limits()
        limits.bodyByteCountMax = 10
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234567890"
        try withServer([[.whole(answer)]], limits: limits) { connection, _ in
            let response = try connection.request(.get, "/v1/verify")
            #expect(response.text == "1234567890")
        }
    }

    @Test func `reads an answer without a length to the end of the stream`() throws {
        try withServer([[.last("HTTP/1.0 200 OK\r\n\r\nall of it")]]) { connection, _ in
            let response = try connection.request(.get, "/healthz")
            #expect(response.text == "all of it")
        }
    }

    @Test func `does not wait for the body of an answer to HEAD`() throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
        try withServer([[.whole(head), .whole(CannedServer.ok)]]) { connection, server in
            let (bodiless, next) = (
                try connection.request(.head, "/v1/verify"),
                try connection.request(.get, "/v1/accounts")
            )
            #expect(bodiless.body.byteCount == 0)
            #expect(next.status == 200)
            #expect(server.requests.map(\.count) == [2])
        }
    }

    @Test func `is kept for the next request`() throws {
        let answers = [CannedServer.Answer](repeating: .whole(CannedServer.ok), count: 3)
        try withServer([answers]) { connection, server in
            for _ in answers { _ = try connection.request(.post, "/v1/tokens") }
            #expect(server.requests.map(\.count) == [3])
        }
    }

    @Test func `is made anew after an answer that closes`() throws {
        let closing = CannedServer.json("200 OK", "{}", "Connection: close\r\n")
        try withServer([[.last(closing)], [.whole(CannedServer.ok)]]) {
            connection, server in
            _ = try connection.request(.get, "/v1/accounts")
            _ = try connection.request(.get, "/v1/accounts")
            #expect(server.requests.map(\.count) == [1, 1])
        }
    }

    @Test(arguments: [Method.get, .post, .delete])
    func `is made anew when the daemon closed it while it was idle`(method: Method) throws {
        try withServer([[.last(CannedServer.ok)], [.whole(CannedServer.ok)]]) {
            connection, server in
            _ = try connection.request(.get, "/v1/accounts")
            SystemTime.sleep(milliseconds: 50)
            #expect(try connection.request(method, "/v1/tokens").status == 200)
            #expect(server.requests.map(\.count) == [1, 1])
        }
    }

    @Test func `repeats what may be repeated when the daemon hangs up on it`() throws {
        let answers: [[CannedServer.Answer]] = [
            [.whole(CannedServer.ok), .last("")], [.whole(CannedServer.ok)],
        ]
        let key = Header("Idempotency-Key", "k")
        for (method, headers) in [(Method.get, []), (.post, [key])] {
            try withServer(answers) { connection, server in
                _ = try connection.request(.get, "/v1/accounts")
                _ = try connection.request(method, "/v1/tokens", headers: headers)
                #expect(server.requests.map(\.count) == [2, 1])
            }
        }
    }

    @Test(arguments: [Method.post, .put, .patch, .delete])
    func `never repeats by itself what may have had an effect`(method: Method) throws {
        try withServer([[.whole(CannedServer.ok), .last("")], [.whole(CannedServer.ok)]]) {
            connection, server in
            _ = try connection.request(.get, "/v1/accounts")
            #expect(throws: ClientError.connectionLost) {
                try connection.request(method, "/v1/tokens/tok_1/rotate")
            }
            #expect(server.requests.map(\.count) == [2])
        }
    }

    @Test func `sends exactly what was asked`() throws {
        try withServer([[.whole(CannedServer.ok)]]) { connection, server in
            _ = try connection.request(
                .post, "/v1/accounts", query: [QueryItem("filter", "name[eq]a b&c=ä")],
                headers: [Header("Idempotency-Key", "k1")], body: secret("{\"name\":\"x\"}"),
                bearer: secret("sro_abc"))
            let expected = """
                POST /v1/accounts?filter=name%5Beq%5Da%20b%26c%3D%C3%A4 HTTP/1.1\r
                Host: strongroom\r
                Idempotency-Key: k1\r
                Authorization: Bearer sro_abc\r
                Content-Length: 12\r
                \r
                {"name":"x"}
                """
            #expect(server.requests == [[expected]])
        }
    }
}
