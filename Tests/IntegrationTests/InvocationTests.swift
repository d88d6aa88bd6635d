import Foundation
import StrongroomClient
import Testing

/// The daemon's flags and its configuration file.
@Suite struct InvocationTests {
    @Test(arguments: [
        ["--colour", "red"], ["serve"], ["--data"], ["--io_threads", "0"],
        ["--io_threads", "many"],
        ["--gateways", "[33]"], ["--gateways", #"{"uid":[33]}"#], ["--durability", "perhaps"],
        ["--lifetimes", #"{"grace":"9d"}"#], ["--limits", #"{"speed":1}"#], ["--data", "-vault"],
        ["--config", "/nonexistent/strongroom.json"],
    ])
    func `a wrong flag ends with 2, one sentence and nothing done`(flags: [String]) throws {
        try Site.stopped { site in
            let before = try Snapshot(site.data)
            let base = ["--run", site.run, "--unseal", site.unseal]
            let ended = try site.strongroomd(base + flags)
            #expect(ended.status == 2)
            let lines = ended.errorText.split(separator: "\n")
            let isHinted = lines.last == "strongroomd: see strongroomd --help"
            #expect(lines.count == (isHinted ? 2 : 1), "\(ended.errorText)")
            #expect(!ended.errorText.contains("perhaps") && !ended.errorText.contains("colour"))
            #expect(try before.changes(in: site.data) == [])
            #expect(!FileManager.default.fileExists(atPath: site.run))
        }
    }

    @Test(arguments: [
        ("{\n  \"durability\": \"disk\",\n  \"durabilty\": \"disk\"\n}", "line 3"),
        ("{\n  \"io_threads\": 0}", "line 2: io_threads"), ("{\n\n  \"run\": }", "line 3"),
        ("[]", "line 1"),
        ("{\"data\": \"/a\",\n \"data\": \"/b\"}", "line 2: a member is there twice"),
    ])
    func `a wrong configuration names its line`(text: String, place: String) throws {
        try Site.stopped { site in
            let file = try site.file("strongroom.json", text)
            let ended = try site.strongroomd(
                ["--config", file, "--data", site.data, "--run", site.run])
            #expect(ended.status == 2)
            #expect(ended.errorText.contains(file + ": " + place), "\(ended.errorText)")
            #expect(ended.errorText.split(separator: "\n").count == 1)
        }
    }

    /// What a client's secret lies in, and what is said of it; behind a link too, whose own mode says
    /// nothing.
    @Test(
        arguments: [
            (0o640, false, "others may read"), (0o604, true, "others may read"),
            (nil, false, "cannot be read"), (nil, true, "cannot be read"),
        ] as [(mode: Int?, isLink: Bool, sentence: String)])
    func `a client's secret that others may read is refused`(
        mode: Int?, isLink: Bool, sentence: String
    ) throws {
        try Site.stopped { site in
            let secret = site.root + "/client.secret"
            if let mode {
                _ = try site.file("client.secret", "open sesame")
                try FileManager.default.setAttributes(
                    [.posixPermissions: mode], ofItemAtPath: secret)
            }
            let link = site.root + "/link"
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: secret)
            let path = isLink ? link : secret
            let file = try site.file(
                "strongroom.json",
                #"{"introspection": {"clients": [{"id": "a", "secret_file": "\#(path)"}]}}"#)
            let ended = try site.strongroomd(
                ["--config", file, "--data", site.data, "--run", site.run, "--unseal", site.unseal])
            #expect(ended.status == 1)
            #expect(ended.errorText.contains(sentence), "\(ended.errorText)")
            #expect(ended.errorText.contains(path))
        }
    }

    @Test func `a flag wins over the file, and every key of the file is known`() throws {
        try Site.stopped { site in
            let file = try site.file(
                "strongroom.json",
                """
                {"data": "\(site.data)", "run": "/nonexistent", "unseal": "\(site.unseal)",
                 "gateways": {"uids": [\(getuid())], "gids": []},
                 "operators": {"uids": [\(getuid())]}, "management": {"uids": [\(getuid())]},
                 "inject": {"uids": [\(getuid())]}, "durability": "process", "io_threads": 2,
                 "cache_bytes": 1048576, "limits": {"idle_seconds": 30},
                 "audit": {"refusals_per_second": 100}, "lifetimes": {"grace": "1h"},
                 "introspection": {"revocation_bound": "10s"}}
                """)
            try site.start(Programs.daemon(), ["--config", file, "--run", site.run])
            let tenant = try Tenant(site)
            #expect(try site.operators.status().durability == "process")
            let token = tenant.integrationToken.access
            _ = try site.gateway.verify(token)
            let injected = try site.gateway.connection.request(
                .get, "/v1/verify", query: [.init("inject", "authorization")], bearer: token)
            let expected = "Basic " + Data("robot:jira-api-key".utf8).base64EncodedString()
            #expect(
                injected.secretHeader("x-strongroom-upstream-authorization")?.clear == expected)
            #expect(FileManager.default.fileExists(atPath: site.run + "/management.sock"))
            #expect(try site.stop().status == 0)
            #expect(try Snapshot(site.run).names == [])
        }
    }

    @Test func `help and version go to standard output and end with 0`() throws {
        try Site.empty { site in
            for flag in ["--help", "--version"] {
                let run = try site.strongroomd([flag])
                #expect(run.status == 0 && run.errors.isEmpty)
                #expect(run.text.hasPrefix("strongroomd"))
            }
        }
    }

    @Test func `the help names every key of the configuration`() throws {
        try Site.empty { site in
            let help = try site.strongroomd(["--help"]).text
            let names = try Self.configurationNames()
            #expect(names.count > 30 && names.contains("io_threads"))
            for name in names {
                #expect(help.contains("--\(name) ") || help.contains("\"\(name)\":"), "\(name)")
            }
        }
    }

    /// As the reading of the configuration knows them.
    private static func configurationNames() throws -> Set<String> {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Server/ConfigurationReading.swift").standardized
        let text = try String(contentsOf: path, encoding: .utf8)
        let members = text.matches(of: #/(?:case|name [!=]=) "([a-z_]+)"/#).map(\.output.1)
        let head = try #require(text.split(separator: "/// Whether a flag").first)
        let keys = head.matches(of: #/\n +case (.+)/#).flatMap { line in
            line.output.1.split(separator: ", ").compactMap {
                // `ioThreads = "io_threads"` or the word alone.
                $0.split { " =\"".contains($0) }.last
            }
        }
        return Set((members + keys).map(String.init))
    }

    /// A service manager's log may end before the daemon does.
    @Test func `a daemon whose log nobody reads any more goes on, and ends with 0`() throws {
        try Site.stopped { site in
            let arguments = ["--data", site.data, "--run", site.run, "--unseal", site.unseal]
            try site.start(
                "/usr/bin/python3", ["-c", Self.unread, "2", Programs.daemon()] + arguments)
            _ = try Tenant(site)
            let ended = try site.stop()
            #expect(ended.status == 0 && !ended.isSignalled)
        }
    }

    @Test func `the command line ends like any other when nobody reads what it prints`() throws {
        try Site.empty { site in
            let run = try site.execute(
                "/usr/bin/python3",
                ["-c", Self.unread, "1", Programs.commandLine(), "completion", "bash"])
            #expect(run.isSignalled && run.status == SIGPIPE)
            #expect(run.errors.isEmpty)
        }
    }

    /// Runs a program one of whose streams leads to nobody.
    private static let unread = """
        import os, signal, sys
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        reading, writing = os.pipe()
        os.close(reading)
        os.dup2(writing, int(sys.argv[1]))
        os.execv(sys.argv[2], sys.argv[2:])
        """

    @Test func `an empty STRONGROOM_SOCKET is as good as none`() throws {
        try Site.empty { site in
            let run = try site.strongroom("status", environment: ["STRONGROOM_SOCKET": ""])
            #expect(run.status == 3)
            #expect(run.errorText.contains("/run/strongroom/admin.sock"))
        }
    }
}
