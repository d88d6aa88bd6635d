import Server
import Support
import Testing

/// `GET /v1/epoch`: what has ended, for gateways that keep answers.
@Suite struct `The feed of revocations` {
    private func epoch(_ query: String, _ daemon: DaemonUnderTest) throws -> RawAnswer {
        try daemon.ask(.gateway, Ask("GET", "/v1/epoch" + query))
    }

    @Test(arguments: [
        ("?since=", 422), ("?since=-1", 422), ("?since=01", 422), ("?since=x", 422),
        ("?since=18446744073709551616", 422), ("?since=0&since=0", 400), ("?until=1", 400),
        ("?wait=61s", 422), ("?wait=-1s", 422), ("?wait=60", 422), ("?since=0&wait=1m0.1s", 422),
    ])
    func `is not read with a query that is none`(_ query: String, _ status: Int) throws {
        try DaemonUnderTest.run { daemon in
            let answer = try epoch(query, daemon)
            #expect(answer.status == status)
        }
    }

    @Test func `is for the gateway alone`() throws {
        try DaemonUnderTest.run { daemon in
            let onAdmin = try daemon.ask(.admin, Ask("GET", "/v1/epoch"))
            #expect(onAdmin.status == 404)
            #expect(try daemon.ask(.gateway, Ask("POST", "/v1/epoch")).status == 405)
        }
    }

    @Test func `names what ended and whose answers it touches, in order`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let bearer = organization.token.access
            let start = try #require(epoch("", daemon).number("result.epoch"))
            let path = "/v1/integrations/\(account)/\(integration.id)"
            try daemon.ask(
                .gateway, Ask(form: "token=\(integration.token.access)", to: "/v1/revoke"))
            try daemon.manage(bearer, "PATCH", path, #"{"state": "disabled"}"#)
            try daemon.manage(bearer, "DELETE", "/v1/accounts/\(account)")
            try daemon.operate(
                "PATCH", "organizations/\(organization.id)", #"{"state": "disabled"}"#)
            let news = try epoch("?since=\(start)", daemon)
            #expect(news.value("result.reset") as? Bool == false)
            #expect(news.number("result.epoch") == start + 4)
            let wanted = [
                ("token", integration.token.id, integration.token.id),
                ("integration", integration.id, organization.id),
                ("account", account, organization.id),
                ("organization", organization.id, organization.id),
            ]
            for (index, (kind, id, affected)) in wanted.enumerated() {
                let path = "result.revoked.\(index)."
                #expect(news.string(path + "kind") == kind && news.string(path + "id") == id)
                #expect(news.string(path + "affects") == affected)
                #expect(news.number(path + "epoch") == start + index + 1)
            }
            #expect(news.value("result.revoked.4") == nil)
            #expect(try daemon.summary(of: news) == "epoch.read allow -")
            let rest = try epoch("?since=\(start + 3)", daemon)
            #expect(rest.string("result.revoked.0.id") == organization.id)
        }
    }

    @Test func `says so when it does not know what came after`() throws {
        try DaemonUnderTest.run { daemon in
            let answer = try epoch("?since=99&wait=60s", daemon)
            #expect(answer.value("result.reset") as? Bool == true)
            #expect(answer.number("result.epoch") == 0)
        }
    }

    @Test func `is waited for, by many at once, and each is told`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token
            let waiting = try (0..<20).map { _ in
                let connection = try daemon.connect(.gateway)
                try connection.send(Ask("GET", "/v1/epoch?since=0&wait=60s").text)
                return connection
            }
            // Answered on the same loop: the waiters' requests have been read by then.
            #expect(try daemon.verify(token.access).status == 200)
            #expect(waiting.allSatisfy { $0.isQuiet })
            try daemon.ask(.gateway, Ask(form: "token=\(token.access)", to: "/v1/revoke"))
            for connection in waiting {
                let answer = try connection.answer()
                #expect(answer.status == 200 && answer.string("result.revoked.0.id") == token.id)
                #expect(!answer.closes)
            }
        }
    }

    @Test func `is told in time when there is no news, and to a waiter that went to nobody`() throws
    {
        try DaemonUnderTest.run { daemon in
            let answer = try epoch("?since=0&wait=20ms", daemon)
            #expect(answer.number("result.epoch") == 0)
            #expect(answer.value("result.revoked.0") == nil)
            #expect(answer.value("result.reset") as? Bool == false)
        }
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            do {
                let gone = try daemon.connect(.gateway)
                try gone.send(Ask("GET", "/v1/epoch?since=0&wait=60s").text)
                #expect(try daemon.verify(token).status == 200)
            }
            try daemon.ask(.gateway, Ask(form: "token=\(token)", to: "/v1/revoke"))
            #expect(try epoch("?since=0", daemon).number("result.epoch") == 1)
        }
    }

    @Test func `keeps nobody waiting when the daemon ends`() throws {
        var waiting: RawConnection?
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let connection = try daemon.connect(.gateway)
            try connection.send(Ask("GET", "/v1/epoch?since=0&wait=60s").text)
            #expect(try daemon.verify(token).status == 200)
            waiting = connection
        }
        let answer = try #require(try waiting?.answer())
        #expect(answer.status == 200 && answer.closes)
    }

    @Test func `has room for 64 waiters; one more is answered at once`() throws {
        try DaemonUnderTest.run { daemon in
            let ask = Ask("GET", "/v1/epoch?since=0&wait=60s").text
            let waiting = try (0..<64).map { _ in
                let connection = try daemon.connect(.gateway)
                try connection.send(ask)
                return connection
            }
            let token = try daemon.makeTenant().integration.token.access
            #expect(try daemon.verify(token).status == 200)
            let more = try daemon.connect(.gateway)
            try more.send(ask)
            #expect(try more.answer().number("result.epoch") == 0)
            #expect(waiting.allSatisfy { $0.isQuiet })
            try daemon.ask(.gateway, Ask(form: "token=\(token)", to: "/v1/revoke"))
            for connection in waiting {
                #expect(try connection.answer().number("result.epoch") == 1)
            }
        }
    }

    @Test func `is never behind a verification's answer that it does not name`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token
            let before = try daemon.verify(token.access)
            try daemon.ask(.gateway, Ask(form: "token=\(token.access)", to: "/v1/revoke"))
            let told = try epoch("?since=\(before["X-Strongroom-Epoch"] ?? "")", daemon)
            #expect(told.string("result.revoked.0.affects") == before["X-Strongroom-Token"])
            let asked = Int(before["X-Strongroom-Epoch"] ?? "") ?? .max
            #expect((told.number("result.revoked.0.epoch") ?? 0) > asked)
        }
    }
}
