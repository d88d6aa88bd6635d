import Foundation
import StrongroomClient
import Testing

/// The whole database put back to an earlier state of itself (I8), and what is made of it.
@Suite struct RollbackTests {
    private static let database = ["strongroom.db", "strongroom.db-wal"]

    /// Leaves a vault that is not served, whose token was revoked after the state that it is in;
    /// the body is told the epoch that gateways had seen by then.
    private func rolledBack(
        killed: Bool = false, _ body: (Site, Int64) throws -> Void
    ) throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            try site.stop()
            let kept = site.root + "/kept"
            try FileManager.default.copyItem(atPath: site.data, toPath: kept)
            try site.start()
            try site.gateway.revoke(tenant.integrationToken.access)
            let seen = try site.gateway.epoch().epoch
            try site.stop(killed ? SIGKILL : SIGTERM)
            for name in Self.database {
                let (old, new) = ("\(kept)/\(name)", "\(site.data)/\(name)")
                if FileManager.default.fileExists(atPath: new) {
                    try FileManager.default.removeItem(atPath: new)
                }
                if FileManager.default.fileExists(atPath: old) {
                    try FileManager.default.copyItem(atPath: old, toPath: new)
                }
            }
            try body(site, seen)
        }
    }

    private func startRefused(_ site: Site, _ flags: String...) throws -> String {
        let ended = try site.strongroomd(
            ["--data", site.data, "--run", site.run, "--unseal", site.unseal] + flags)
        #expect(ended.status == 1 && !ended.isSignalled)
        return ended.errorText
    }

    @Test(arguments: [false, true])
    func `an older database is refused with a sentence, after a kill too`(killed: Bool) throws {
        try rolledBack(killed: killed) { site, _ in
            let sentence = try startRefused(site)
            #expect(sentence.contains("is an older copy"))
            #expect(sentence.contains("--accept-rollback"))
        }
    }

    @Test func `accepting it is on the log for ever, and no number comes again`() throws {
        try rolledBack { site, seen in
            try site.start(["--accept-rollback"])
            let epoch = try site.gateway.epoch().epoch
            #expect(epoch > seen)
            let news = try site.gateway.epoch(since: epoch - 1)
            #expect(news.isReset)
            #expect(try site.stop().status == 0)
            let export = try site.strongroom(
                "audit", "export", "--format", "jsonl", "--data", site.data)
            #expect(export.text.contains(#""event":"rollback.accept""#))
            #expect(try site.strongroom("audit", "verify", "--data", site.data).status == 0)
            #expect(try startRefused(site, "--accept-rollback").contains("start without"))
            try site.start()
        }
    }

    @Test func `segments of what was undone do not stand in the way`() throws {
        try rolledBack { site, _ in
            let undone = site.data + "/audit/00000000000000000000-00000000000000009999.segment"
            try Data("what was sealed then".utf8).write(to: URL(filePath: undone))
            try site.start(["--accept-rollback"])
            #expect(try site.stop().status == 0)
            #expect(!FileManager.default.fileExists(atPath: undone))
            #expect(FileManager.default.fileExists(atPath: undone + ".undone"))
            #expect(try site.strongroom("audit", "verify", "--data", site.data).status == 0)
        }
    }

    @Test func `a gateway that remembers notices that everything was put back`() throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            try site.stop()
            let kept = site.root + "/kept"
            try FileManager.default.copyItem(atPath: site.data, toPath: kept)
            try site.start()
            let memory = VaultMemory()
            let gateway = GatewayClient(site.gateway.connection, remembering: memory)
            try gateway.revoke(tenant.integrationToken.access)
            _ = try gateway.epoch()
            try site.stop()
            try FileManager.default.removeItem(atPath: site.data)
            try FileManager.default.copyItem(atPath: kept, toPath: site.data)
            try site.start()
            let restarted = GatewayClient(
                site.gateway.connection, remembering: VaultMemory(memory.seen))
            #expect {
                try restarted.verify(tenant.integrationToken.access)
            } throws: { error in
                guard case ClientError.wentBack = error else { return false }
                return true
            }
        }
    }

    @Test func `a database without its anchor is refused`() throws {
        try Site.stopped { site in
            try FileManager.default.removeItem(atPath: site.data + "/anchor")
            #expect(try startRefused(site).contains("the anchor is missing"))
            try site.start(["--accept-rollback"])
        }
    }
}
