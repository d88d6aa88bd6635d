import StrongroomClient
import Testing

/// A process that asks for more than its share, and one that asks for little.
@Suite struct FloodTests {
    @Test func `a flood is answered whole, and so is everybody beside it`() throws {
        try Site.serving { site in
            let secret = try Tenant(site).integrationToken.access
            let file = try site.file("flood.token", secret.clear)
            let flood = try ChildProcess(
                Programs.bench(),
                [
                    "verify", "--socket", site.run + "/gateway.sock", "--token-file", file,
                    "--connections", "8", "--pipeline", "64", "--seconds", "2", "--json",
                ], in: site.root, streams: site.root + "/flood")
            let gateway = site.gateway
            var count = 0
            while flood.isRunning {
                #expect(throws: Never.self) { try gateway.verify(secret) }
                count += 1
            }
            let ended = try flood.wait()
            #expect(ended.status == 0, "\(ended.errorText)")
            #expect(ended.text.contains("\"errors\":0"), "\(ended.text)")
            #expect(count > 0)
        }
    }
}
