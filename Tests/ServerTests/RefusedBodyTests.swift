import Linux
import Server
import Support
import Testing

/// Clients that send a head and its body apart, as most do, and look for an answer after that.
@Suite struct `A body that is refused` {
    private struct Case: Sendable {
        let surface: Surface
        let method: String
        let target: String
        var type = "application/json"
        let status: Int
    }

    private static let cases = [
        Case(surface: .gateway, method: "POST", target: "/nowhere", status: 404),
        Case(surface: .gateway, method: "PUT", target: "/v1/epoch", status: 405),
        Case(surface: .gateway, method: "POST", target: "/v1/introspect", status: 415),
        Case(surface: .gateway, method: "GET", target: "/v1/epoch", status: 400),
        Case(surface: .admin, method: "POST", target: "/v1/nowhere", status: 404),
        Case(surface: .admin, method: "PUT", target: "/v1/accounts", status: 405),
        Case(
            surface: .admin, method: "POST", target: "/v1/accounts", type: "text/plain",
            status: 415),
        Case(surface: .admin, method: "GET", target: "/v1/accounts", status: 400),
    ]

    private func head(_ asked: Case, _ framing: String...) -> String {
        let lines =
            ["\(asked.method) \(asked.target) HTTP/1.1", "Host: s", "Content-Type: \(asked.type)"]
            + framing
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    private func expectHealth(_ connection: RawConnection, of daemon: DaemonUnderTest) throws {
        try connection.send(Ask("GET", "/healthz").text)
        let answer = try connection.answer()
        #expect([200, 404].contains(answer.status) && !answer.closes)
        if answer.status == 200 { daemon.ledger.forget(answer) }
    }

    @Test(arguments: [1, 4000, 131_072])
    func `is read to its end, then answered, and the connection goes on`(_ count: Int) throws {
        try DaemonUnderTest.run { daemon in
            for asked in Self.cases where asked.surface == .admin {
                let connection = try daemon.connect(asked.surface)
                let body = [UInt8](repeating: 120, count: count)
                try connection.send(head(asked, "Content-Length: \(count)"))
                daemon.waitAMoment()
                for start in stride(from: 0, to: count - 1, by: 50_000) {
                    try connection.send(Array(body[start..<min(start + 50_000, count - 1)]))
                    daemon.waitAMoment()
                }
                #expect(connection.isQuiet, "\(asked)")
                try connection.send([120])
                let answer = try connection.answer()
                #expect(answer.status == asked.status && !answer.closes, "\(asked)")
                #expect(try daemon.event(of: answer).event == "request.refuse")
                try expectHealth(connection, of: daemon)
            }
        }
    }

    /// Some gateways send a body's length without the body.
    @Test func `is waited for by nobody on the gateways' socket`() throws {
        try DaemonUnderTest.run { daemon in
            for asked in Self.cases where asked.surface == .gateway {
                let connection = try daemon.connect(asked.surface)
                try connection.send(head(asked, "Content-Length: 4000"))
                let answer = try connection.answer()
                #expect(answer.status == asked.status && answer.closes, "\(asked)")
                #expect(try daemon.event(of: answer).event == "request.refuse")
                try connection.send([UInt8](repeating: 120, count: 4000))
                #expect(try connection.ends())
                let whole = try daemon.connect(asked.surface)
                try whole.send(head(asked, "Content-Length: 5") + "hello")
                let kept = try whole.answer()
                #expect(kept.status == asked.status && !kept.closes, "\(asked)")
                try expectHealth(whole, of: daemon)
            }
        }
    }

    @Test func `behind answers that wait it is read when they are out`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            let reading = Ask("GET", "/v1/organization", bearer: token).text
            let refused = head(Self.cases[4], "Content-Length: 3000")
            let body = String(repeating: "GET /", count: 600)
            for cut in [0, 1, 2999, 3000] {
                let connection = try daemon.connect(.admin)
                try connection.send(reading + refused + String(body.prefix(cut)))
                #expect(try connection.answer().status == 200)
                try connection.send(String(body.dropFirst(cut)) + reading + refused + body)
                for status in [404, 200, 404] {
                    let answer = try connection.answer()
                    #expect(answer.status == status && !answer.closes)
                }
                #expect(connection.isQuiet)
            }
        }
    }

    @Test func `that does not come is asked for no longer than any other`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.bodySeconds = 1
        try DaemonUnderTest.run(options) { daemon in
            let token = try daemon.makeOrganization().token.access
            let reading = Ask("GET", "/v1/organization", bearer: token).text
            let refused = head(Self.cases[4], "Content-Length: 3000")
            for before in ["", reading] {
                let connection = try daemon.connect(.admin)
                try connection.send(before + refused + "half")
                if !before.isEmpty { #expect(try connection.answer().status == 200) }
                let late = try connection.answer()
                #expect(late.status == 408 && late.closes)
                #expect(try daemon.summary(of: late) == "request.refuse deny timeout")
            }
            // Whoever leaves in the middle is not answered, and it was no request.
            let gone = try daemon.connect(.admin)
            try gone.send(refused + "half")
        }
    }

    @Test func `beyond the limit is answered at once, and the client gets through with it`() throws
    {
        try DaemonUnderTest.run { daemon in
            for surface in [Surface.gateway, .admin] {
                for (target, status) in [("/nowhere", 404), (Self.taking(surface), 413)] {
                    let asked = Case(
                        surface: surface, method: "POST", target: target,
                        type: surface == .gateway
                            ? "application/x-www-form-urlencoded" : "application/json",
                        status: status)
                    let connection = try daemon.connect(surface)
                    try connection.send(head(asked, "Content-Length: 3000000"))
                    daemon.waitAMoment()
                    for _ in 0..<3 {
                        try connection.send([UInt8](repeating: 120, count: 1_000_000))
                        daemon.waitAMoment()
                    }
                    let answer = try connection.answer()
                    #expect(answer.status == status && answer.closes, "\(asked)")
                    #expect(try connection.ends())
                }
            }
        }
    }

    private static func taking(_ surface: Surface) -> String {
        surface == .gateway ? "/v1/introspect" : "/v1/accounts"
    }

    @Test(arguments: ["Transfer-Encoding: chunked", "Expect: 100-continue\r\nContent-Length: 5"])
    func `of a length that is not known, or not sent yet, is not waited for`(
        _ framing: String
    ) throws {
        try DaemonUnderTest.run { daemon in
            for asked in Self.cases {
                let connection = try daemon.connect(asked.surface)
                try connection.send(head(asked, framing))
                let answer = try connection.answer()
                #expect((400...415).contains(answer.status) && answer.closes, "\(asked)")
                #expect(answer.interimCount == 0)
                #expect(try connection.ends())
                // It is sent all the same, and is no request.
                try connection.send("5\r\nhello\r\n0\r\n\r\n" + Ask("GET", "/healthz").text)
            }
        }
    }

    @Test func `is not waited for where a gateway asks`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            for framing in ["Content-Length: 300000", "Transfer-Encoding: chunked"] {
                let connection = try daemon.connect(.gateway)
                let ask = Ask("POST", "/v1/verify/batch", bearer: token).with(framing)
                try connection.send(ask.text)
                let answer = try connection.answer()
                #expect(answer.status == 200 && answer.closes)
                #expect(try connection.ends())
                // Closed, not only at its end.
                #expect(throws: Errno.self) { try connection.send("x") }
            }
        }
    }
}

/// Connections whose last answer is out, and whose peer may be sending still.
@Suite struct `A connection that lingers` {
    private static let tooLarge =
        "POST /v1/introspect HTTP/1.1\r\nHost: s\r\nContent-Length: 99999999\r\n\r\n"

    private func lingering(_ daemon: DaemonUnderTest) throws -> RawConnection {
        let connection = try daemon.connect(.gateway)
        try connection.send(Self.tooLarge)
        let answer = try connection.answer()
        #expect(answer.status == 413 && answer.closes)
        #expect(try connection.ends())
        return connection
    }

    @Test func `is closed when so much has come, however fast`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.lingerSeconds = 3600
        try DaemonUnderTest.run(options) { daemon in
            let connection = try lingering(daemon)
            let piece = [UInt8](repeating: 120, count: 1 << 20)
            let count = ServerLimits.lingerByteCountMax / piece.count
            for _ in 0..<count { try connection.send(piece) }
            #expect(throws: Errno.self) {
                // What is not read yet fits into the kernel's buffers.
                for _ in 0..<count { try connection.send(piece) }
            }
        }
    }

    @Test func `is closed when its time is over, however slowly more comes`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.lingerSeconds = 1
        try DaemonUnderTest.run(options) { daemon in
            let connection = try lingering(daemon)
            try daemon.wait {
                do {
                    try connection.send("x")
                    return false
                } catch {
                    return true
                }
            }
        }
    }

    @Test func `has a place among the others as long as it does`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.gatewayConnectionsMax = 16
        options.configuration.limits.lingerSeconds = 3600
        try DaemonUnderTest.run(options) { daemon in
            var held = try (0..<16).map { _ in try lingering(daemon) }
            #expect(try daemon.verify("x").status == 503)
            held = []
            try daemon.wait { try daemon.verify("x").status == 401 }
            #expect(held.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `does not hold up the end`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.lingerSeconds = 3600
        options.configuration.limits.drainSeconds = 3600
        var held: RawConnection?
        try DaemonUnderTest.run(options) { daemon in
            held = try lingering(daemon)
        }
        #expect(throws: Errno.self) { try held?.send("x") }
    }
}
