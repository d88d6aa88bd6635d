import Foundation
import Linux
import StrongroomClient
import Support
import Testing

@Suite struct DurabilityTests {
    private static let clientCount = 4

    @Test func `what was acknowledged outlives kill -9 under load, again and again`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("kill -9 under load: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        try Site.serving { site in
            let organization = try site.operators.createOrganization(name: "acme")
            let acknowledged = Acknowledged()
            for life in 1...4 {
                let delay = Int.random(in: 20...400, using: &random)
                let ended = try endUnderLoad(
                    site, organization.token.access, "life-\(life)", acknowledged,
                    signal: SIGKILL, milliseconds: delay)
                #expect(ended.isSignalled && ended.status == SIGKILL)
                try site.start()
                try check(site, organization.token.access, acknowledged.all, "seed \(seed)")
            }
            #expect(acknowledged.all.dead.count > 0)
            try checkLog(site, acknowledged.all, "seed \(seed)")
        }
    }

    @Test func `what was acknowledged outlives SIGTERM under load, which ends in order`() throws {
        try Site.serving { site in
            let organization = try site.operators.createOrganization(name: "acme")
            let acknowledged = Acknowledged()
            let ended = try endUnderLoad(
                site, organization.token.access, "life", acknowledged, signal: SIGTERM,
                milliseconds: 300)
            #expect(!ended.isSignalled && ended.status == 0)
            #expect(try site.log().hasSuffix("strongroomd: stopped\n"))
            #expect(!FileManager.default.fileExists(atPath: site.run + "/gateway.sock"))
            try checkLog(site, acknowledged.all, "SIGTERM")
            try site.start()
            #expect(acknowledged.all.dead.count > 0)
            try check(site, organization.token.access, acknowledged.all, "SIGTERM")
        }
    }

    private func endUnderLoad(
        _ site: Site, _ bearer: SecretText, _ name: String, _ acknowledged: Acknowledged,
        signal: Int32, milliseconds: Int
    ) throws -> Execution {
        let threads = try (0..<Self.clientCount).map { index in
            let client = RestlessClient(site, bearer, name: "\(name)-\(index)", acknowledged)
            return try Linux.Thread("client-\(index)") { client.run() }
        }
        SystemTime.sleep(milliseconds: milliseconds)
        let ended = try site.stop(signal)
        for thread in threads { thread.join() }
        return ended
    }

    private func check(
        _ site: Site, _ bearer: SecretText, _ facts: Acknowledged.Facts, _ run: String
    ) throws {
        let (gateway, manager) = (site.gateway, site.manager(bearer))
        for account in facts.accounts {
            #expect(throws: Never.self, "\(run)") { try manager.account(account) }
        }
        for secret in facts.live {
            #expect(throws: Never.self, "\(run)") { try gateway.verify(secret) }
            #expect(throws: Never.self, "\(run)") { try gateway.credential(secret) }
        }
        for secret in facts.dead {
            #expect(try refusedStatus { try gateway.verify(secret) } == 401, "\(run)")
        }
    }

    /// Proved from the files, and with an event for each answer that a client has seen.
    private func checkLog(_ site: Site, _ facts: Acknowledged.Facts, _ run: String) throws {
        if site.daemon != nil { #expect(try site.stop().status == 0) }
        let proof = try site.strongroom("audit", "verify", "--data", site.data)
        #expect(proof.status == 0, "\(run): \(proof.errorText)")
        let export = try site.strongroom(
            "audit", "export", "--format", "jsonl", "--data", site.data)
        var sequence = 0
        var recorded: Set<String> = []
        for line in export.output.split(separator: 10) {
            let event = try #require(
                JSONSerialization.jsonObject(with: line) as? [String: Any])
            #expect(event["seq"] as? Int == sequence)
            sequence += 1
            recorded.insert(event["request_id"] as? String ?? "")
        }
        let lost = facts.requestIDs.filter { !recorded.contains($0) }
        #expect(lost.isEmpty, "\(run): acknowledged and not on the log")
        #expect(Set(facts.requestIDs).count == facts.requestIDs.count, "\(run): an id twice")
    }
}
