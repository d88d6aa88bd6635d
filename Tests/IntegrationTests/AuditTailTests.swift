import Foundation
import Linux
import StrongroomClient
import Testing

/// `audit tail` beside a daemon that others use meanwhile.
struct AuditTailTests {
    /// A tail under way; what it has printed stands in a file.
    private func tail(_ site: Site, _ arguments: String...) throws -> ChildProcess {
        try ChildProcess(
            Programs.commandLine(), ["audit", "tail", "--json"] + arguments, in: site.root,
            streams: site.root + "/tail",
            environment: ["STRONGROOM_SOCKET": site.run + "/admin.sock"])
    }

    private func lines(_ site: Site) throws -> [String] {
        try String(contentsOfFile: site.root + "/tail.out", encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    /// Waits until it is so; that it never is so, the test itself will say.
    private func wait(until isSo: () throws -> Bool) throws {
        for _ in 0..<600 {
            if try isSo() { return }
            SystemTime.sleep(milliseconds: 50)
        }
    }

    /// Waits until the tail has asked for everything that is on the log now, and once more.
    private func waitForRounds(_ tail: ChildProcess, _ site: Site) throws {
        var query = ListQuery()
        query.limit = 1
        query.order = "seq[desc]"
        let newest = try #require(site.operators.auditEvents(query).first)
        query.limit = 1000
        query.order = nil
        query.startAfter = String(newest.sequence)
        query.filters = ["event[eq]audit.list"]
        try wait {
            try site.operators.auditEvents(query).filter { $0.peerPID == Int64(tail.pid) }.count > 3
        }
    }

    @Test func `with a filter every event is shown, and once`() throws {
        try Site.serving { site in
            let tail = try tail(site, "--event", "organization.create", "--start-after", "0")
            let names = (0..<3).map { "org-\($0)" }
            for name in names {
                _ = try site.operators.createOrganization(name: name)
                try waitForRounds(tail, site)
            }
            tail.signal(SIGTERM)
            _ = try tail.wait()
            #expect(try lines(site).count == names.count)
            #expect(Set(try lines(site)).count == names.count)
        }
    }

    @Test func `a list that somebody else asked for is shown, its own is not`() throws {
        try Site.serving { site in
            let tail = try tail(site, "--start-after", "0")
            let other = try site.admin.request(.get, "/v1/operator/audit")
            let id = try #require(other.header("x-request-id"))
            try wait { try lines(site).contains { $0.contains(id) } }
            try waitForRounds(tail, site)
            tail.signal(SIGTERM)
            _ = try tail.wait()
            let shown = try lines(site).filter { $0.contains(#""audit.list""#) }
            let own = shown.filter { $0.contains("\"pid\":\(tail.pid)}") }
            #expect(shown.count { $0.contains(id) } == 1)
            #expect(own == [])
        }
    }

    @Test func `a crash of the command line prints no memory`() throws {
        try Site.serving { site in
            let tail = try tail(site, "--event", "organization.create")
            try waitForRounds(tail, site)
            tail.signal(SIGSEGV)
            let ended = try tail.wait()
            #expect(ended.isSignalled && ended.status == SIGSEGV)
            #expect(ended.output.isEmpty && ended.errors.isEmpty)
        }
    }
}
