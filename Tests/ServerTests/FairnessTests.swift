import Server
import Support
import Testing
import Vault

@Suite struct `Fair service` {
    private static func answers(_ connection: RawConnection, _ count: Int) throws -> [RawAnswer] {
        try (0..<count).map { _ in try connection.answer() }
    }

    @Test func `every request of a long pipeline is answered, in order, and none is forgotten`()
        throws
    {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let good = Ask("GET", "/v1/verify", bearer: token).text
            let bad = Ask("GET", "/v1/verify", bearer: "x").text
            let connection = try daemon.connect(.gateway, timeoutSeconds: 30)
            // As much as the kernel takes while nobody reads: several shares, and several reads.
            let statuses = (0..<400).map { $0 % 3 == 0 ? 401 : 200 }
            try connection.send(statuses.map { $0 == 200 ? good : bad }.joined())
            let answers = try Self.answers(connection, statuses.count)
            #expect(answers.map(\.status) == statuses)
            #expect(connection.isQuiet)
            // A part of a request behind a whole share waits for its rest.
            try connection.send(String(repeating: good, count: 32) + good.prefix(20))
            let share = try Self.answers(connection, 32)
            #expect(share.map(\.status) == Array(repeating: 200, count: 32))
            #expect(connection.isQuiet)
            try connection.send(String(good.dropFirst(20)))
            #expect(try connection.answer().status == 200)
        }
    }

    @Test func `a flood's answers leave nobody without one`() throws {
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let ask = Ask("GET", "/v1/verify", bearer: token).text
            let floods = try (0..<8).map { _ in try daemon.connect(.gateway, timeoutSeconds: 30) }
            let modest = try daemon.connect(.gateway, timeoutSeconds: 30)
            for round in 0..<3 {
                for flood in floods { try flood.send(String(repeating: ask, count: 250)) }
                try modest.send(ask)
                #expect(try modest.answer().status == 200, "\(round)")
                for flood in floods {
                    let statuses = try Self.answers(flood, 250).map(\.status)
                    #expect(statuses == Array(repeating: 200, count: 250))
                    #expect(flood.isQuiet)
                }
            }
        }
    }

    @Test func `who has an old secret does not come before the organization's own`() throws {
        let room = Room()
        var options = DaemonUnderTest.Options()
        options.engine = .memory(room)
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let tenant = try daemon.makeTenant()
            let (root, old) = (tenant.organization.token.access, tenant.integration.token)
            let reset = try daemon.manage(root, "PUT", "/v1/tokens/\(old.id)/reset")
            let new = try HeldToken(reset, at: "result").access
            #expect(try daemon.verify(new).status == 200)
            let listing = Ask("GET", "/v1/accounts", bearer: root)
            #expect(try daemon.ask(.admin, listing).status == 200)
            let flood = try (0..<40).map { _ in try daemon.connect(.gateway) }
            let asking = try daemon.connect(.admin)
            // They come while the owner has something to do, and are taken up at one time.
            room.isHeld = true
            defer { room.isHeld = false }
            let first = try daemon.connect(.gateway)
            try first.send(Ask("GET", "/v1/verify", bearer: new).text)
            try daemon.wait { room.isHolding }
            for connection in flood {
                try connection.send(Ask("GET", "/v1/verify", bearer: old.access).text)
            }
            for _ in 0..<20 { daemon.waitAMoment() }
            try asking.send(listing.text)
            for _ in 0..<20 { daemon.waitAMoment() }
            room.isHeld = false
            #expect(try first.answer().status == 200)
            let own = try daemon.event(of: try asking.answer())
            var before = 0
            for connection in flood {
                let answer = try connection.answer()
                #expect(answer.status == 401)
                if try daemon.event(of: answer).sequence < own.sequence { before += 1 }
            }
            #expect(before < 5, "\(before) of the flood came first")
        }
    }

    @Test func `requests that wait at the store's owner are each answered once`() throws {
        try DaemonUnderTest.run { daemon in
            let greedy = try daemon.makeTenant("greedy")
            let modest = try daemon.makeTenant("modest")
            func list(_ tenant: HeldOrganization) -> String {
                Ask("GET", "/v1/accounts", bearer: tenant.token.access).text
            }
            let flood = try (0..<100).map { _ in try daemon.connect(.admin, timeoutSeconds: 30) }
            let asking = try daemon.connect(.admin, timeoutSeconds: 30)
            for _ in 0..<3 {
                for connection in flood { try connection.send(list(greedy.organization)) }
                try asking.send(list(modest.organization))
                let own = try asking.answer()
                #expect(own.status == 200 && own.text.contains(modest.account))
                for connection in flood {
                    let answer = try connection.answer()
                    #expect(answer.status == 200 && answer.text.contains(greedy.account))
                    #expect(connection.isQuiet)
                }
            }
        }
    }
}
