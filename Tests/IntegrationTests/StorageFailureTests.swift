import Foundation
import StrongroomClient
import Testing

/// A system that fails the daemon, by way of strace: what the campaign `io-errors` tries everywhere.
@Suite struct StorageFailureTests {
    @Test(arguments: ["EIO", "ENOSPC", "EINTR"])
    func `after the first failed sync nothing is written, and a sentence says why`(
        _ error: String
    ) throws {
        try Site.stopped { site in
            let trace = try serve(site, "inject=fdatasync:error=\(error):when=8")
            let made = makeOrganizations(site)
            #expect(!made.isEmpty)
            let ended = try site.stop()
            #expect(!ended.isSignalled && ended.status == 1)
            #expect(try site.log().hasSuffix("look at the disk, then start again\n"))
            let calls = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
            let failed = try #require(calls.firstIndex { $0.contains("INJECTED") })
            #expect(calls[(failed + 1)...].filter { !$0.contains("exited") } == [])
            try site.start()
            for id in made { #expect(throws: Never.self) { try site.operators.organization(id) } }
        }
    }

    @Test(arguments: ["ENOSPC", "EDQUOT"])
    func `want of room is told, undone and outlived`(_ error: String) throws {
        try Site.stopped { site in
            // Behind the room that is made for the log at the start.
            _ = try serve(site, "inject=pwrite64:error=\(error):when=80")
            let made = makeOrganizations(site)
            #expect(!made.isEmpty && made.count < 20)
            let again = try site.operators.createOrganization(name: "again")
            for id in made + [again.organization.id] {
                #expect(throws: Never.self) { try site.operators.organization(id) }
            }
            #expect(try site.stop().status == 0)
        }
    }

    /// Only calls on the database and its log are seen and counted.
    private func serve(_ site: Site, _ injection: String) throws -> String {
        let trace = site.root + "/trace"
        let database = site.data + "/strongroom.db"
        try site.start(
            "/usr/bin/strace",
            [
                "-D", "-f", "-qq", "-o", trace, "-P", database, "-P", database + "-wal",
                "-e", "trace=pwrite64,fdatasync,fsync,ftruncate,unlink", "-e", injection,
                try Programs.daemon(), "--data", site.data, "--run", site.run,
                "--unseal", site.unseal,
            ])
        return trace
    }

    /// Those that were acknowledged before something went wrong.
    private func makeOrganizations(_ site: Site) -> [Organization.ID] {
        var made: [Organization.ID] = []
        do {
            for number in 0..<20 {
                let name = "organization-\(number)"
                made.append(try site.operators.createOrganization(name: name).organization.id)
            }
        } catch {
            // Which is what the test is for.
        }
        return made
    }
}
