import Audit
import Linux
import Server
import Store
import Support
import Testing
import Vault

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

    @Test func `whoever connects from then on is refused, while others are still answered`() throws
    {
        try DaemonUnderTest.run(Self.patient, isAudited: false) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let text = Ask("GET", "/v1/verify", bearer: token).text
            let begun = try daemon.connect(.gateway)
            try begun.send(text + String(text.prefix(10)))
            #expect(try begun.answer().status == 200)
            daemon.askToEnd()
            for surface in [Surface.admin, .gateway] {
                try daemon.wait {
                    do {
                        _ = try daemon.connect(surface)
                        return false
                    } catch {
                        return error as? Errno == .connectionRefused
                    }
                }
            }
            #expect(begun.isQuiet)
            try begun.send(String(text.dropFirst(10)))
            let last = try begun.answer()
            #expect(last.status == 200 && last.closes)
        }
    }

    private static var patient: DaemonUnderTest.Options {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.headerSeconds = 60
        options.configuration.limits.drainSeconds = 60
        return options
    }

    @Test func `what has arrived before is answered, whoever was looked at last`() throws {
        try DaemonUnderTest.run(Self.patient, isAudited: false) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let text = Ask("GET", "/v1/verify", bearer: token).text
            var connections = try (0..<20).map { _ in try daemon.connect(.gateway) }
            for connection in connections {
                try connection.send(text)
                #expect(try connection.answer().status == 200)
            }
            // The loops and the store's owner: each has looked who is ready, and goes no further.
            daemon.clock.isHeld = true
            defer { daemon.clock.isHeld = false }
            try daemon.wait { daemon.clock.waitingCount == 3 }
            for _ in 0..<5 { connections.append(try daemon.connect(.gateway)) }
            for connection in connections { try connection.send(text) }
            daemon.askToEnd()
            // It is asked for on a thread of its own.
            for _ in 0..<10 { daemon.waitAMoment() }
            daemon.clock.isHeld = false
            for connection in connections {
                let answer = try connection.answer()
                #expect(answer.status == 200 && answer.closes)
                #expect(try connection.ends())
            }
        }
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

    @Test func `the log ends with the number of what was refused last, under a checkpoint`() throws
    {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.refusalsRecordedPerSecond = 1
        var directory: TemporaryDirectory?
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            directory = daemon.directory
            for _ in 0..<30 {
                for asked in [Ask("GET", "/v1/verify"), Ask("POST", "/v1/credential")] {
                    let answer = try daemon.ask(.gateway, asked)
                    #expect(answer.status == 401)
                }
            }
        }
        let path = try #require(directory).file("data")
        let opened = try VaultDirectory.open(
            at: path, unseal: .standard(for: path), passphrases: NoPassphrase())
        let head = try opened.store.auditHead()
        let note = String(decoding: head.checkpoint, as: UTF8.self).split(separator: "\n")
        #expect(note[1] == "\(head.size)")
        var query = AuditQuery()
        query.limit = 1000
        let search = AuditSearch(storage: opened.store, files: opened.segments)
        let events = try search.page(query).entries.map(\.event)
        let refused = events.count { $0.kind == .tokenVerify || $0.kind == .credentialRelease }
        let told = events.filter { $0.kind == .floodSuppress }.reduce(0) { $0 + $1.detail }
        #expect(refused + Int(told) == 60 && told > 0)
    }
}
