import Server
import Support
import Testing
import Vault

@Suite struct `A store without room` {
    @Test func `nothing is kept or let through, and serving goes on when there is room again`()
        throws
    {
        let room = Room()
        var options = DaemonUnderTest.Options()
        options.engine = .memory(room)
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let (organization, _, integration) = try daemon.makeTenant()
            let token = integration.token.access
            #expect(try daemon.verify(token).status == 200)
            #expect(try daemon.ask(.gateway, Ask("GET", "/healthz")).status == 200)
            let before = try daemon.events().count
            // This one is signed for with its commit: no checkpoint is due that would want room.
            daemon.clock.advance(by: .seconds(2))
            #expect(try daemon.verify(token).status == 200)
            room.changeCountMax = 0
            for _ in 0..<3 {
                let answer = try daemon.verify(token)
                #expect(answer.status == 503 && answer["X-Strongroom-Token"] == nil)
                #expect(answer["Retry-After"] != nil)
                // Asking for the health must not make it look better than it is.
                for _ in 0..<3 {
                    #expect(try daemon.ask(.gateway, Ask("GET", "/healthz")).status == 503)
                }
            }
            let release = Ask("POST", "/v1/credential", bearer: token)
            let withheld = try daemon.ask(.gateway, release)
            #expect(withheld.status == 503 && !withheld.text.contains("swordfish"))
            let refused = try daemon.operate("POST", "organizations", #"{"name": "late"}"#)
            #expect(refused.status == 503 && !refused.text.contains("sro_"))
            let account = #"{"name": "late"}"#
            let whole = organization.token.access
            #expect(try daemon.manage(whole, "POST", "/v1/accounts", account).status == 503)
            room.changeCountMax = .max
            try daemon.waitUntilHealthy()
            #expect(try daemon.verify(token).status == 200)
            #expect(try daemon.operate("GET", "organizations/late").status == 404)
            #expect(try daemon.manage(whole, "POST", "/v1/accounts", account).status == 201)
            let events = try daemon.events()
            #expect(events.map(\.sequence) == Array(0..<events.count))
            #expect(events.count > before)
        }
    }

    @Test
    func `what was refused while its secret was hashed does not come about when there is room`()
        throws
    {
        for _ in 0..<4 {
            let room = Room()
            var options = DaemonUnderTest.Options()
            options.engine = .memory(room)
            try DaemonUnderTest.run(options, isAudited: false) { daemon in
                let root = try daemon.makeOrganization().token.access
                let body = #"{"name": "late", "secret": "correct horse battery"}"#
                let making = Ask("POST", "/v1/members", bearer: root, json: body).text
                let listing = Ask("GET", "/v1/accounts", bearer: root).text
                let connections = try (0..<12).map { _ in try daemon.connect(.admin) }
                room.changeCountMax = 0
                // The owner has something to do, so that what comes then is of one commit: the
                // record of one has no room, and the other is refused with it.
                for busy in connections.dropFirst(2) { try busy.send(Ask("GET", "/metrics").text) }
                try connections[0].send(making)
                try connections[1].send(listing)
                let status = try connections[0].answer().status
                #expect(try connections[1].answer().status == 503)
                room.changeCountMax = .max
                try daemon.waitUntilHealthy()
                try daemon.wait {
                    try daemon.metrics()[#"strongroom_queue_depth{queue="hashing"}"#] == 0
                }
                let member = try daemon.manage(root, "GET", "/v1/members/late")
                #expect(member.status == (status == 201 ? 200 : 404), "\(status)")
            }
        }
    }

    @Test func `a search that was taken up later than it came is not answered without its record`()
        throws
    {
        let room = Room()
        var options = DaemonUnderTest.Options()
        options.engine = .memory(room)
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            _ = try daemon.makeTenant()
            for _ in 0..<5 {
                let connections = try (0..<60).map { _ in
                    try daemon.connect(.admin, timeoutSeconds: 30)
                }
                let searching = try daemon.connect(.admin, timeoutSeconds: 30)
                room.changeCountMax = 0
                // One asker's, in their order: it has its turn when its batch has long left.
                for busy in connections { try busy.send(Ask("GET", "/metrics").text) }
                try searching.send(Ask("GET", "/v1/operator/audit").text)
                for busy in connections { _ = try busy.answer() }
                #expect(try searching.answer().status == 503)
                room.changeCountMax = .max
                try daemon.waitUntilHealthy()
            }
        }
    }

    @Test func `health comes back without anybody verifying`() throws {
        let room = Room()
        var options = DaemonUnderTest.Options()
        options.engine = .memory(room)
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            room.changeCountMax = 0
            for _ in 0..<4 {
                #expect(try daemon.ask(.gateway, Ask("GET", "/v1/verify")).status == 503)
            }
            #expect(try daemon.ask(.gateway, Ask("GET", "/healthz")).status == 503)
            room.changeCountMax = .max
            try daemon.waitUntilHealthy()
            let metrics = try daemon.ask(.admin, Ask("GET", "/metrics")).text
            #expect(metrics.contains("strongroom_audit_records_lost_total 4\n"))
            // What was lost meanwhile is on the log as a number.
            let gap = try daemon.events().filter { $0.reason == "store_full" }
            #expect(gap.map(\.summary) == ["flood.suppress error store_full"])
        }
    }

    @Test func `what ends an authority is kept by means of the reserve, and nothing else`() throws {
        let room = Room()
        room.reserveCount = 200
        var options = DaemonUnderTest.Options()
        options.engine = .memory(room)
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let token = integration.token.access
            #expect(try daemon.verify(token).status == 200)
            room.changeCountMax = 0
            #expect(try daemon.verify(token).status == 503)
            let whole = organization.token.access
            let late = #"{"name": "late"}"#
            for _ in 0..<3 {
                #expect(try daemon.verify(token).status == 503)
                #expect(try daemon.manage(whole, "POST", "/v1/accounts", late).status == 503)
                #expect(try daemon.manage(whole, "GET", "/v1/accounts").status == 503)
            }
            let revocation = Ask(form: "token=" + token, to: "/v1/revoke")
            #expect(try daemon.ask(.gateway, revocation).status == 200)
            #expect(try daemon.manage(whole, "DELETE", "/v1/accounts/\(account)").status == 200)
            #expect(try daemon.ask(.gateway, Ask("GET", "/healthz")).status == 503)
            room.changeCountMax = .max
            try daemon.waitUntilHealthy()
            #expect(try daemon.verify(token).status == 401)
            let kinds = try daemon.events().map(\.summary)
            #expect(kinds.contains { $0.hasPrefix("token.revoke allow") })
            #expect(kinds.contains { $0.hasPrefix("account.delete allow") })
        }
    }

    @Test func `requests that are refused beside it keep nobody from ending an authority`() throws {
        let room = Room()
        room.reserveCount = 200
        var options = DaemonUnderTest.Options()
        options.engine = .memory(room)
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            room.changeCountMax = 0
            #expect(try daemon.verify(token).status == 503)
            let connection = try daemon.connect(.gateway)
            // They come at one time, and are of one batch.
            let revocation = Ask(form: "token=" + token, to: "/v1/revoke").text
            try connection.send(Ask("GET", "/nowhere").text + revocation)
            #expect(try connection.answer().status == 404)
            #expect(try connection.answer().status == 200)
            room.changeCountMax = .max
            try daemon.waitUntilHealthy()
            #expect(try daemon.verify(token).status == 401)
            let lost = try daemon.metrics()["strongroom_audit_records_lost_total"]
            #expect(lost == 2)
        }
    }

    @Test func `whoever asked for a head only gets no more when the batch is not kept`() throws {
        let room = Room()
        var options = DaemonUnderTest.Options()
        options.engine = .memory(room)
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            #expect(try daemon.verify(token).status == 200)
            room.changeCountMax = 0
            let connection = try daemon.connect(.gateway)
            let asking = ["GET", "HEAD", "GET"].map { Ask($0, "/v1/verify", bearer: token).text }
            try connection.send(asking.joined())
            #expect(try connection.answer().status == 503)
            #expect(try connection.answer(toHead: true).status == 503)
            #expect(try connection.answer().status == 503)
        }
    }

    @Test func `an older database is gone on from only when that is on the log`() throws {
        let room = Room()
        var options = DaemonUnderTest.Options()
        options.engine = .memory(room)
        options.rollback = Rollback(
            found: .zero, remembered: HighWaterMark(generation: 7, epoch: 9, recordCount: 0))
        let accepting = options
        room.changeCountMax = 0
        #expect(throws: StoreError.full) {
            try DaemonUnderTest.run(accepting, isAudited: false) { _ in
                Issue.record("it serves")
            }
        }
        room.changeCountMax = .max
        try DaemonUnderTest.run(accepting, isAudited: false) { daemon in
            let events = try daemon.events().map(\.event)
            #expect(events.contains("rollback.accept"))
        }
    }

    @Test func `the daemon ends in order even then`() throws {
        let room = Room()
        var options = DaemonUnderTest.Options()
        options.engine = .memory(room)
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            room.changeCountMax = 0
            let status = try daemon.ask(.gateway, Ask("GET", "/v1/verify")).status
            #expect(status == 503)
        }
    }
}
