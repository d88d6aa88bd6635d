import Server
import Support
import Testing

@Suite struct `The end of the daemon` {
    @Test func `connections at rest and in the middle do not hold it up, the sockets are gone`()
        throws
    {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.headerSeconds = 1
        var held: [RawConnection] = []
        var path = ""
        try DaemonUnderTest.run(options) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let rest = try daemon.connect(.gateway)
            try rest.send(Ask("GET", "/v1/verify", bearer: token).text)
            #expect(try rest.answer().status == 200)
            let begun = try daemon.connect(.gateway)
            try begun.send("GET /v1/ver")
            // What came after it is answered: the loop has seen it before it is told to drain.
            try rest.send(Ask("GET", "/v1/verify", bearer: token).text)
            #expect(try rest.answer().status == 200)
            held = [rest, begun]
            path = daemon.path(.gateway)
        }
        #expect(try held[0].ends())
        let late = try held[1].answer()
        #expect(late.status == 408 && late.closes)
        #expect(throws: (any Error).self) { try RawConnection(path) }
    }

    @Test func `whoever waits for news is answered`() throws {
        var waiting: RawConnection?
        // The last answer comes when the log has been looked at.
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let now = try daemon.ask(.gateway, Ask("GET", "/v1/epoch"))
            let epoch = try #require(now.number("result.epoch"))
            let connection = try daemon.connect(.gateway)
            try connection.send(Ask("GET", "/v1/epoch?since=\(epoch)&wait=60s").text)
            let second = try daemon.connect(.gateway)
            try second.send(Ask("GET", "/v1/epoch?since=\(epoch)&wait=60s").text)
            _ = try daemon.makeTenant()
            let off = #"{"state": "disabled"}"#
            #expect(try daemon.operate("PATCH", "organizations/acme", off).status == 200)
            let news = try second.answer()
            #expect(news.status == 200)
            #expect(try connection.answer().status == 200)
            let last = try #require(news.number("result.epoch"))
            try connection.send(Ask("GET", "/v1/epoch?since=\(last)&wait=60s").text)
            #expect(try daemon.verify("x").status == 401)
            waiting = connection
        }
        let answer = try #require(waiting).answer()
        #expect(answer.status == 200 || answer.status == 503)
    }
}
