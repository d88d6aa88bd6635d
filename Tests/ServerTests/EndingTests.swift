import Audit
import Glibc
import Linux
import Server
import Store
import Support
import Synchronization
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

    /// The directory of segments, of which each can be made to take long.
    private final class Slow: SegmentFiles, Sendable {
        struct State {
            var directory: SegmentDirectory?
            var isHeld = false
            var openCount = 0
        }

        private let state = Mutex(State())

        var seen: State { state.withLock(\.self) }
        func setHeld(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }

        func watch(_ directory: SegmentDirectory) -> any SegmentFiles & Sendable {
            state.withLock { $0.directory = directory }
            return self
        }

        private func directory() throws(StoreError) -> SegmentDirectory {
            guard let directory = seen.directory else { throw .full }
            return directory
        }

        func list() throws(StoreError) -> [SegmentName] { try directory().list() }
        func setAside(_ name: SegmentName) throws(StoreError) { try directory().setAside(name) }

        func create(_ name: SegmentName, _ pieces: [[UInt8]]) throws(StoreError) {
            try directory().create(name, pieces)
        }

        func open(_ name: SegmentName) throws(StoreError) -> any SegmentFile {
            if seen.isHeld { state.withLock { $0.openCount += 1 } }
            while seen.isHeld { sched_yield() }
            return try directory().open(name)
        }
    }

    @Test func `a verification of the log is given up, not waited for`() throws {
        let files = Slow()
        var options = Self.patient
        options.engine = .memory(Room())
        options.files = { files.watch($0) }
        options.configuration.limits.useFlushSeconds = 0
        let segments = "strongroom_audit_segments_sealed_total"
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            defer { files.setHeld(false) }
            for count in 1...3 {
                #expect(try daemon.verify("x").status == 401)
                daemon.clock.advance(by: .days(2))
                try daemon.wait { try daemon.metrics()[segments] >= Double(count) }
            }
            files.setHeld(true)
            let connection = try daemon.connect(.admin)
            try connection.send(Ask("GET", "/v1/operator/audit/verify").text)
            try daemon.wait { files.seen.openCount == 1 }
            daemon.askToEnd()
            try daemon.wait { (try? daemon.connect(.admin)) == nil }
            files.setHeld(false)
            #expect(try connection.answer().status == 503)
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
