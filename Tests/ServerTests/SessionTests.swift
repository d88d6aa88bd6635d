import Server
import Support
import Testing
import Vault

/// Logging on and off over the API.
@Suite struct `Sessions over the API` {
    private static let secret = "correct horse battery"

    /// Ann with a secret, Mute without, and Dora disabled.
    private func populate(_ daemon: DaemonUnderTest) throws -> String {
        let token = try daemon.makeOrganization().token.access
        try daemon.makeMember(token, "ann", roles: ["viewer", "member"], secret: Self.secret)
        try daemon.makeMember(token, "mute", roles: ["viewer"])
        try daemon.makeMember(token, "dora", roles: ["viewer"], secret: Self.secret)
        try daemon.manage(token, "PATCH", "/v1/members/dora", #"{"state": "disabled"}"#)
        return token
    }

    @Test func `all that is wrong is refused with one answer, and told apart in the log alone`()
        throws
    {
        try DaemonUnderTest.run { daemon in
            _ = try populate(daemon)
            let cases = [
                ("ann", "wrong horse battery", "acme", "wrong_secret"),
                ("mute", Self.secret, "acme", "wrong_secret"),
                ("dora", Self.secret, "acme", "member_disabled"),
                ("eve", Self.secret, "acme", "absent"),
                ("Not a name!", Self.secret, "acme", "absent"),
                ("ann", Self.secret, "elsewhere", "absent"),
            ]
            var answers: [RawAnswer] = []
            for (name, secret, place, reason) in cases {
                let answer = try daemon.logOn(name, secret, at: place)
                #expect(answer.status == 401 && answer["WWW-Authenticate"] != nil)
                #expect(try daemon.summary(of: answer) == "session.logon deny \(reason)")
                answers.append(answer)
            }
            for answer in answers {
                #expect(answer.bodyButRequestID == answers[0].bodyButRequestID)
                #expect(answer.shape == answers[0].shape)
            }
            try daemon.operate("PATCH", "organizations/acme", #"{"state": "disabled"}"#)
            let disabled = try daemon.logOn("ann", Self.secret)
            #expect(disabled.bodyButRequestID == answers[0].bodyButRequestID)
            #expect(try daemon.summary(of: disabled) == "session.logon deny organization_disabled")
        }
    }

    @Test func `bodies that are none are refused before anything is hashed`() throws {
        try DaemonUnderTest.run { daemon in
            _ = try populate(daemon)
            let tooLong = String(repeating: "s", count: 1025)
            for (body, status) in [
                (#"{"name": "ann"}"#, 400), (#"{"secret": "x"}"#, 400),
                (#"{"name": "ann", "secret": null}"#, 400), ("[]", 400),
                (#"{"name": "ann", "secret": "s", "code": 1}"#, 400),
                (#"{"name": "ann", "secret": ""}"#, 422),
                (#"{"name": "ann", "secret": "\#(tooLong)"}"#, 422),
                (#"{"name": "ann", "secret": "s", "token_ttl": "0s"}"#, 422),
            ] {
                let answer = try daemon.ask(
                    .admin, Ask("POST", "/v1/auth/logon/acme", json: body))
                #expect(answer.status == status, "\(body): \(answer.text)")
            }
            // None of them has counted as a failure.
            #expect(try daemon.logOn("ann", Self.secret).status == 201)
            let gateway = try daemon.ask(
                .gateway, Ask("POST", "/v1/auth/logon/acme", json: #"{"name": "a"}"#))
            #expect(gateway.status == 404)
        }
    }

    @Test func `a member who logs on may do what its roles give until it logs off`() throws {
        try DaemonUnderTest.run { daemon in
            let root = try populate(daemon)
            let answer = try daemon.logOn("ann", Self.secret, more: #", "token_ttl": "20m""#)
            #expect(answer.status == 201)
            #expect(answer.string("result.token_type") == "logon")
            #expect(answer.string("result.token_ttl") == "20m")
            #expect(answer.value("result.permission_set") == nil)
            let event = try daemon.event(of: answer)
            #expect(event.summary == "session.logon allow -")
            #expect(event["token_id"] == answer.string("result.id"))
            #expect(event["object_id"] == answer.string("result.member_id"))
            let session = try HeldToken(answer, at: "result")
            #expect(try daemon.manage(session.access, "GET", "/v1/members/ann").status == 200)
            #expect(
                try daemon.manage(session.access, "DELETE", "/v1/members/dora").status == 403)
            let off = try daemon.manage(session.access, "POST", "/v1/auth/logoff")
            #expect(off.status == 200)
            #expect(try daemon.summary(of: off) == "session.logoff allow -")
            #expect(try daemon.verify(session.access).status == 401)
            #expect(try daemon.manage(root, "POST", "/v1/auth/logoff").status == 409)
            #expect(try daemon.verify(root).status == 200)
        }
    }

    @Test func `who guesses has to wait, and is told how long`() throws {
        try DaemonUnderTest.run { daemon in
            _ = try populate(daemon)
            for name in ["ann", "eve"] {
                for _ in 0..<5 { #expect(try daemon.logOn(name, "not the secret").status == 401) }
                let early = try daemon.logOn(name, Self.secret)
                #expect(early.status == 429 && early["Retry-After"] == "1")
                #expect(
                    try daemon.summary(of: early) == "session.logon deny too_many_attempts")
            }
            daemon.clock.advance(by: .seconds(1))
            #expect(try daemon.logOn("eve", Self.secret).status == 401)
            #expect(try daemon.logOn("eve", Self.secret)["Retry-After"] == "2")
            #expect(try daemon.logOn("ann", Self.secret).status == 201)
        }
    }

    @Test func `many at once are hashed one after the other, and nobody else waits for them`()
        throws
    {
        try DaemonUnderTest.run { daemon in
            let token = try populate(daemon)
            let connections = try (0..<40).map { number in
                let connection = try daemon.connect(.admin)
                let body = #"{"name": "name-\#(number)", "secret": "not the secret"}"#
                try connection.send(Ask("POST", "/v1/auth/logon/acme", json: body).text)
                return connection
            }
            #expect(try daemon.verify(token).status == 200)
            let statuses = try connections.map { try $0.answer().status }
            #expect(statuses.filter { $0 == 401 }.count >= ServerLimits.hashingCountMax)
            #expect(statuses.allSatisfy { $0 == 401 || $0 == 429 })
        }
    }

    @Test func `a log-on that cannot be recorded gives no token`() throws {
        let room = Room()
        var options = DaemonUnderTest.Options()
        options.engine = .memory(room)
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let token = try populate(daemon)
            room.changeCountMax = 0
            #expect(try daemon.logOn("ann", Self.secret).status == 503)
            room.changeCountMax = .max
            try daemon.waitUntilHealthy()
            #expect(try daemon.logOn("ann", Self.secret).status == 201)
            let tokens = try daemon.manage(token, "GET", "/v1/tokens")
            #expect(tokens.value("result.1") != nil && tokens.value("result.2") == nil)
        }
    }

    @Test func `a connection that ends while its secret is hashed leaves the daemon well`() throws {
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let token = try populate(daemon)
            for _ in 0..<4 {
                let body = #"{"name": "ann", "secret": "\#(Self.secret)"}"#
                try daemon.connect(.admin).send(
                    Ask("POST", "/v1/auth/logon/acme", json: body).text)
            }
            #expect(try daemon.logOn("ann", Self.secret).status == 201)
            #expect(try daemon.manage(token, "GET", "/v1/members").status == 200)
        }
    }
}
