import Foundation
import Linux
import StrongroomClient
import Testing

@Suite struct SecretTests {
    @Test func `no secret is in a file, an answer, a log or the process's own page`() throws {
        try Site.serving { site in
            let story = try SecretStory(site)
            try story.use()
            var found = try story.hunt.search(directory: site.data)
            found += try story.hunt.search(process: try #require(site.daemon).pid)
            found += try story.searchStreams()
            try story.end()
            found += try story.hunt.search(directory: site.data)
            // A log that was never emptied shows what was in it.
            try site.stop(SIGKILL)
            found += try story.hunt.search(directory: site.data)
            try site.start()
            try site.stop()
            found += try story.hunt.search(directory: site.data)
            found += try story.searchStreams()
            #expect(found == [])
        }
    }

    @Test func `the hunt finds each form of a secret`() {
        let secret = PlantedSecret("planted", "a secret worth hiding?")
        let hunt = SecretHunt(secrets: [secret])
        for shift in 0..<6 {
            let text = String(repeating: "x", count: shift) + "a secret worth hiding?" + "yy"
            #expect(!hunt.search(Data(text.utf8), "raw").isEmpty)
            let encoded = Data(text.utf8).base64EncodedData()
            #expect(!hunt.search(encoded, "base64").isEmpty)
            let hex = text.utf8.map { String($0, radix: 16) }.joined()
            #expect(!hunt.search(Data(hex.utf8), "hex").isEmpty)
        }
        #expect(hunt.search(Data("another secret".utf8), "nothing").isEmpty)
    }

    @Test func `a passphrase is in no file, no log and no page of the process`() throws {
        try Site.empty { site in
            let passphrase = "planted passphrase \(UUID().uuidString)"
            let file = try site.file("passphrase", passphrase + "\n")
            let hunt = SecretHunt(secrets: [PlantedSecret("passphrase", passphrase)])
            let script = #"program=$1; shift; exec "$program" "$@" 3<"# + file
            let made = try site.execute(
                "/bin/sh",
                ["-c", script, "sh", Programs.commandLine(), "init", "--data", site.data]
                    + ["--unseal", "passphrase"])
            try #require(made.status == 0, "\(made.errorText)")
            try site.start(
                "/bin/sh",
                ["-c", script, "sh", Programs.daemon(), "--data", site.data, "--run", site.run]
                    + ["--unseal", "passphrase"])
            let tenant = try Tenant(site)
            _ = try site.gateway.credential(tenant.integrationToken.access)
            let pid = try #require(site.daemon).pid
            var found = try hunt.search(directory: site.data) + hunt.search(process: pid)
            found += hunt.search(made.output, "init") + hunt.search(made.errors, "init")
            if ProcessMemory.mayRead {
                found += try #require(ProcessMemory(of: pid)).search(hunt.secrets)
            }
            try site.stop()
            found += try hunt.search(file: site.logs + ".err")
            #expect(found == [])
            #expect(try site.strongroom("audit", "verify", "--data", site.data).status == 0)
        }
    }

    @Test(.enabled(if: ProcessMemory.mayRead, "who may not trace others cannot read their memory"))
    func `a second after their use neither credential nor token is in the daemon's memory`()
        throws
    {
        try Site.serving { site in
            let story = try SecretStory(site)
            try story.use()
            SystemTime.sleep(milliseconds: 1100)
            let pid = try #require(site.daemon).pid
            let memory = try #require(ProcessMemory(of: pid))
            let found = try memory.search(story.hunt.secrets)
            #expect(found == [])
            // What must be there shows that the search works.
            let control = PlantedSecret("control", story.organization.id.text)
            let path = PlantedSecret("path", site.run)
            #expect(try !memory.search([control, path]).isEmpty)
        }
    }
}
