import Linux
import Server
import Support
import Testing

@Suite struct `Limits of a connection` {
    @Test func `at a limit works, one more is refused and closes`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let cases: [(below: String, above: String, status: Int)] = [
                (Self.line(8192, token), Self.line(8193, token), 414),
                (Self.header(16_384, token), Self.header(16_385, token), 431),
                (Self.fields(64, token), Self.fields(65, token), 431),
            ]
            for (below, above, status) in cases {
                let good = try daemon.connect(.gateway)
                try good.send(below)
                #expect(try good.answer().status == 200)
                #expect(good.isQuiet)
                let bad = try daemon.connect(.gateway)
                bad.offer(Array(above.utf8))
                let refused = try bad.answer()
                #expect(refused.status == status && refused.closes)
                #expect(try bad.ends())
            }
        }
    }

    private static func line(_ count: Int, _ token: String) -> String {
        let fixed = "GET /v1/verify? HTTP/1.1".utf8.count
        let query = String(repeating: "a", count: count - fixed)
        return Ask("GET", "/v1/verify?" + query, bearer: token).text
    }

    private static func header(_ count: Int, _ token: String) -> String {
        let plain = Ask("GET", "/v1/verify", bearer: token).with("X-Pad: ").text
        let fixed = plain.utf8.count - "GET /v1/verify HTTP/1.1\r\n".utf8.count
        let pad = String(repeating: "p", count: count - fixed)
        return Ask("GET", "/v1/verify", bearer: token).with("X-Pad: " + pad).text
    }

    private static func fields(_ count: Int, _ token: String) -> String {
        var ask = Ask("GET", "/v1/verify", bearer: token)
        // With Host and Authorization.
        for number in 0..<count - 2 { ask.fields.append("X-\(number): y") }
        return ask.text
    }

    @Test func `a body has at most 131072 bytes`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let token = organization.token.access
            func body(_ count: Int) -> String {
                let frame = #"{"fullname": "Pad"}"#
                return frame + String(repeating: " ", count: count - frame.utf8.count)
            }
            let target = "/v1/accounts/\(account)"
            #expect(try daemon.manage(token, "PATCH", target, body(131_072)).status == 200)
            let connection = try daemon.connect(.admin)
            let above = Ask("PATCH", target, bearer: token, json: body(131_073))
            connection.offer(Array(above.text.utf8))
            let refused = try connection.answer()
            #expect(refused.status == 413 && refused.closes)
            #expect(try daemon.summary(of: refused) == "request.refuse deny too_large")
        }
    }

    @Test func `a body in pieces is one body, and what follows it is the next request`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let token = organization.token.access
            let padding = String(repeating: " ", count: 100_000)
            let first = Ask(
                "PATCH", "/v1/accounts/\(account)", bearer: token,
                json: padding + #"{"fullname": "One"}"#)
            let second = Ask("GET", "/v1/accounts/\(account)", bearer: token)
            let bytes = Array((first.text + second.text + first.text + second.text).utf8)
            let connection = try daemon.connect(.admin)
            for start in stride(from: 0, to: bytes.count, by: 7001) {
                try connection.send(Array(bytes[start..<min(start + 7001, bytes.count)]))
            }
            for _ in 0..<4 {
                let answer = try connection.answer()
                #expect(answer.status == 200 && answer.string("result.fullname") == "One")
            }
            #expect(connection.isQuiet)
        }
    }

    @Test func `a body behind an answered request is asked for, and its time runs`() throws {
        try DaemonUnderTest.run(Self.quick) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let whole = Ask(form: "token=\(token)", to: "/v1/introspect")
                .with("Expect: 100-continue").text
            let body = "token=\(token)"
            let verification = Ask("GET", "/v1/verify", bearer: token).text
            for count in [0, 10] {
                let connection = try daemon.connect(.gateway)
                let cut = whole.utf8.count - body.utf8.count + count
                try connection.send(verification + String(whole.prefix(cut)))
                #expect(try connection.answer().status == 200)
                guard count == 0 else {
                    let late = try connection.answer()
                    #expect(late.status == 408 && late.interimCount == 1)
                    continue
                }
                try connection.send(body)
                let answer = try connection.answer()
                #expect(answer.status == 200 && answer.interimCount == 1)
            }
        }
    }

    private static var quick: DaemonUnderTest.Options {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.headerSeconds = 1
        options.configuration.limits.bodySeconds = 1
        options.configuration.limits.writeSeconds = 1
        options.configuration.limits.idleSeconds = 1
        return options
    }

    @Test func `what takes too long to arrive is told so, what is silent is closed`() throws {
        try DaemonUnderTest.run(Self.quick) { daemon in
            let idle = try daemon.connect(.gateway)
            let header = try daemon.connect(.gateway)
            try header.send("GET /v1/verify HTTP/1.1\r\nHost: s")
            let body = try daemon.connect(.gateway)
            try body.send(String(Ask(form: "token=abcdef", to: "/v1/introspect").text.dropLast()))
            for connection in [header, body] {
                let answer = try connection.answer()
                #expect(answer.status == 408 && answer.closes)
                #expect(try connection.ends())
                #expect(try daemon.summary(of: answer) == "request.refuse deny timeout")
            }
            #expect(try idle.ends())
        }
    }

    @Test func `a peer that takes no answers is let go, and others are served meanwhile`() throws {
        try DaemonUnderTest.run(Self.quick, isAudited: false) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let slow = try daemon.connect(.gateway)
            let many = Array(
                String(repeating: Ask("GET", "/v1/verify", bearer: token).text, count: 100).utf8)
            var isCutOff = false
            for _ in 0..<400 where !isCutOff {
                do {
                    try slow.send(many)
                } catch {
                    isCutOff = true
                }
            }
            #expect(isCutOff, "a peer that reads nothing was let write on and on")
            #expect(try daemon.verify(token).status == 200)
        }
    }

    @Test func `connections above the maximum are told to come back, and recorded`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.gatewayConnectionsMax = 16
        try DaemonUnderTest.run(options) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            var held: [RawConnection] = []
            for _ in 0..<16 {
                let connection = try daemon.connect(.gateway)
                try connection.send(Ask("GET", "/v1/verify", bearer: token).text)
                #expect(try connection.answer().status == 200)
                held.append(connection)
            }
            let above = try daemon.connect(.gateway)
            let refused = try above.answer()
            #expect(refused.status == 503 && refused["Retry-After"] == "1" && refused.closes)
            #expect(try above.ends())
            #expect(
                try daemon.summary(of: refused) == "connection.refuse deny too_many_connections")
            // More than are told at one time: the others are told when those have gone.
            let crowd = try (0..<40).map { _ in try daemon.connect(.gateway) }
            for connection in crowd { #expect(try connection.answer().status == 503) }
            // The administrators' side has places of its own.
            #expect(try daemon.operate("GET", "status").status == 200)
            held.removeLast()
            var status = 503
            for _ in 0..<100 where status != 200 { status = try daemon.verify(token).status }
            #expect(status == 200)
        }
    }

    @Test func `all loops of a socket have its places together`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.gatewayConnectionsMax = 16
        options.configuration.ioThreads = 5
        try DaemonUnderTest.run(options) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            var held: [RawConnection] = []
            // A place is free when a loop has seen that its last connection was closed.
            for _ in 0..<16 {
                try daemon.wait {
                    let connection = try daemon.connect(.gateway)
                    // Who is turned away is told so before he has said anything.
                    try? connection.send(Ask("GET", "/v1/verify", bearer: token).text)
                    guard try connection.answer().status == 200 else { return false }
                    held.append(connection)
                    return true
                }
            }
            for _ in 0..<20 { #expect(try daemon.connect(.gateway).answer().status == 503) }
            held.removeLast()
            try daemon.wait { (try? daemon.verify(token).status) == 200 }
        }
    }

    @Test func `who makes the daemon keep much is let go when all keep too much`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.sharedByteCountMax = 1 << 20
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let modest = try daemon.connect(.gateway)
            try modest.send("GET /v1/verify HTTP/1.1\r\n")
            let unfinished = Ask(form: String(repeating: "a", count: 131_072), to: "/v1/introspect")
            var greedy: [RawConnection] = []
            for _ in 0..<20 {
                let connection = try daemon.connect(.gateway)
                connection.offer(Array(unfinished.text.utf8.dropLast()))
                greedy.append(connection)
            }
            for _ in 0..<200 where greedy.count(where: \.isQuiet) > 9 { daemon.waitAMoment() }
            // 131,072 bytes and a head, but for what each may keep of its own: nine fit.
            #expect((1...9).contains(greedy.count(where: \.isQuiet)))
            let refused = try daemon.events().filter { $0.event == "connection.refuse" }
            #expect(!refused.isEmpty && refused.allSatisfy { $0.reason == "limit_reached" })
            try modest.send("Host: x\r\nAuthorization: Bearer \(token)\r\n\r\n")
            #expect(try modest.answer().status == 200)
            // What was let go of counts no more, however often it was.
            greedy = []
            for _ in 0..<30 {
                try daemon.connect(.gateway).offer(Array(unfinished.text.utf8.dropLast()))
            }
            var isKept = false
            for _ in 0..<100 where !isKept {
                let late = try daemon.connect(.gateway)
                late.offer(Array(unfinished.text.utf8.dropLast()))
                daemon.waitAMoment()
                isKept = late.isQuiet
            }
            #expect(isKept)
            #expect(try daemon.verify(token).status == 200)
        }
    }

    @Test func `a request that ends in the middle leaves no trace but room`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.gatewayConnectionsMax = 16
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let text = Ask(form: "token=\(token)", to: "/v1/introspect").text
            for count in stride(from: 1, to: text.utf8.count, by: 5) {
                let connection = try daemon.connect(.gateway)
                try connection.send(Array(text.utf8.prefix(count)))
            }
            for _ in 0..<50 where try daemon.verify(token).status != 200 {}
            #expect(try daemon.verify(token).status == 200)
            let events = try daemon.events()
            #expect(!events.contains { $0.event == "request.refuse" })
            #expect(!events.contains { $0.event == "token.introspect" })
        }
    }

    @Test(arguments: [Surface.gateway, .admin, .management])
    func `a peer that is not configured is turned away before it has said anything`(
        _ surface: Surface
    ) throws {
        let strangers = PeerPolicy(uids: [4_000_000_000], gids: [4_000_000_000])
        var options = DaemonUnderTest.Options()
        switch surface {
        case .gateway: options.configuration.gateways = strangers
        case .admin: options.configuration.operators = strangers
        case .management: options.configuration.management = strangers
        }
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let connection = try daemon.connect(surface)
            let refused = try connection.answer()
            #expect(refused.status == 403 && refused.closes)
            #expect(try connection.ends())
            guard surface != .admin else { return }
            let event = try daemon.event(of: refused)
            #expect(event.summary == "connection.refuse deny peer_not_allowed")
            #expect(event.peerUID == Int(ProcessHygiene.ownUID))
        }
    }

    @Test func `a flood of bad tokens is counted, not recorded one by one`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.refusalsRecordedPerSecond = 3
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let token = try daemon.makeTenant().integration.token
            let wellFormed = try daemon.makeOrganization("gone").token
            try daemon.operate("DELETE", "organizations/gone")
            for bad in ["x", token.refresh, wellFormed.access] {
                for _ in 0..<60 { #expect(try daemon.verify(bad).status == 401) }
            }
            let denied = try daemon.events().filter { $0.event == "token.verify" }
            // Who meets the loop's limit has not met the store thread's, where the others end.
            for reasons in [["malformed_token"], ["wrong_kind", "unknown_token"]] {
                let count = denied.count { reasons.contains($0.reason ?? "") }
                // The flood may take a few seconds, each with its own allowance.
                let most = reasons.count * 45
                #expect((1..<most).contains(count), "\(count) with \(reasons) were recorded")
            }
        }
    }
}
