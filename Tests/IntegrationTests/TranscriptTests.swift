import Foundation
import StrongroomClient
import Testing

/// The command line, verb by verb, against sessions that are kept in files.
@Suite struct TranscriptTests {
    @Test(arguments: Transcript.names)
    func `a verb says and does what its transcript says`(name: String) throws {
        let transcript = try Transcript(name)
        try (name == "init" ? Site.empty : { try Site.serving([], $0) }) { (site: Site) in
            let seen = try replay(transcript, site)
            if Transcript.isWriting { return try seen.write() }
            for (seen, expected) in zip(seen.lines, transcript.lines) { #expect(seen == expected) }
        }
    }

    @Test func `every verb of the help has a transcript`() throws {
        try Site.empty { site in
            let help = try site.strongroom("help").text
            let topics = help.split(separator: "\n").filter { $0.hasPrefix("  ") }.compactMap {
                $0.split(separator: " ").first.map(String.init)
            }.filter { $0 != "help" }
            #expect(topics.count > 8)
            var verbs: [String] = []
            for topic in topics {
                let lines = try site.strongroom("help", topic).text.split(separator: "\n")
                let isVerb = !lines[0].hasSuffix(" VERB ...")
                let words = lines.filter { $0.hasPrefix("  ") }.compactMap {
                    $0.split(separator: " ").first
                }
                verbs += isVerb ? [topic] : words.map { "\(topic)-\($0)" }
            }
            #expect(Set(verbs).subtracting(Transcript.names) == [])
            #expect(Set(Transcript.names).subtracting(verbs) == [])
        }
    }

    @Test(arguments: [
        ["account", "get", "tenant-1"], ["account", "list"], ["integration", "list"],
        ["integration", "get", "tenant-1", "tickets"],
    ])
    func `--json is the exact answer of the API`(arguments: [String]) throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let file = try site.file("acme.token", tenant.organizationToken.access.clear)
            let run = try site.execute(
                Programs.commandLine(), arguments + ["--json", "--token-file", file])
            let noun = arguments[0] + "s"
            let path = ["/v1", noun] + arguments.dropFirst(2)
            let answer = try site.admin.request(
                .get, path.joined(separator: "/"), bearer: tenant.organizationToken.access)
            #expect(run.text == answer.text)
            #expect(run.errors.isEmpty)
        }
    }

    @Test func `--json gives a refusal's exact answer, with 1, and its sentence beside it`() throws
    {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let file = try site.file("acme.token", tenant.organizationToken.access.clear)
            let run = try site.strongroom(
                "account", "get", "nobody", "--json", "--token-file", file)
            #expect(run.status == 1)
            let problem = try #require(
                JSONSerialization.jsonObject(with: run.output) as? [String: Any])
            #expect(problem["status"] as? Int == 404)
            #expect(run.errorText.hasPrefix("strongroom: the vault refused (404)"))
        }
    }

    // What zsh reads is bash's script behind two lines of its own.
    @Test(arguments: ["bash", "zsh"])
    func `the completion script is one that its shell reads`(shell: String) throws {
        try Site.empty { site in
            let script = try site.strongroom("completion", shell)
            #expect(script.status == 0)
            let file = try site.file("completion", script.text)
            let loaded = try site.execute("/bin/bash", ["-n", file])
            #expect(loaded.status == 0, "\(loaded.errorText)")
        }
    }

    private static let fish = "/usr/bin/fish"
    private static let hasFish = FileManager.default.isExecutableFile(atPath: fish)

    @Test(.enabled(if: hasFish, "there is no fish here"))
    func `the completion script for fish is one that fish reads`() throws {
        try Site.empty { site in
            let script = try site.strongroom("completion", "fish")
            #expect(script.status == 0)
            let file = try site.file("completion", script.text)
            let loaded = try site.execute(Self.fish, ["--no-execute", file])
            #expect(loaded.status == 0, "\(loaded.errorText)")
        }
    }

    @Test func `bash completes verbs, options and nothing that is not there`() throws {
        try Site.empty { site in
            let file = try site.file("completion", site.strongroom("completion", "bash").text)
            let ask = #"""
                source "$0"; shift 0
                COMP_WORDS=(strongroom "$@"); COMP_CWORD=$#; COMPREPLY=()
                _strongroom; printf '%s\n' "${COMPREPLY[@]}"
                """#
            func completions(_ words: String...) throws -> [String] {
                let run = try site.execute("/bin/bash", ["-c", ask, file] + words)
                return run.text.split(separator: "\n").map(String.init)
            }
            #expect(try completions("acc") == ["account"])
            #expect(try completions("account", "cr") == ["create"])
            #expect(try completions("account", "create", "--lab") == ["--label"])
            #expect(try completions("--run", "x", "account", "del") == ["delete"])
            // Bash takes these apart before they are looked at.
            #expect(try completions("--run", "=", "x", "account", "del") == ["delete"])
            #expect(try completions("--run", "=", "compl") == ["completion"])
            #expect(try completions("account", "--run", "=").contains("completion"))
            #expect(try completions("frobnicate", "x") == [])
        }
    }

    @Test(.enabled(if: hasFish, "there is no fish here"))
    func `fish completes the verbs of the topic that was typed`() throws {
        try Site.empty { site in
            let file = try site.file("completion", site.strongroom("completion", "fish").text)
            func completions(_ line: String) throws -> [String] {
                let run = try site.execute(
                    Self.fish,
                    ["--no-config", "-c", "source $argv[1]; complete -C $argv[2]", file, line],
                    environment: ["HOME": site.root])
                return run.text.split(separator: "\n").compactMap {
                    $0.split(separator: "\t").first.map(String.init)
                }
            }
            #expect(try completions("strongroom acc") == ["account"])
            #expect(try completions("strongroom account to") == ["token"])
            #expect(try completions("strongroom --run=x account del") == ["delete"])
            #expect(try completions("strongroom --run x account del") == ["delete"])
            #expect(try completions("strongroom account token is") == [])
            #expect(try completions("strongroom token is") == ["issue"])
            #expect(try completions("strongroom account create --lab") == ["--label"])
        }
    }

    private func replay(_ transcript: Transcript, _ site: Site) throws -> Transcript {
        var normalization = Normalization(root: site.root)
        let lines = try transcript.lines.map { line -> Transcript.Line in
            switch line {
            case .remark: return line
            case .preparation(let command):
                let run = try shell(command, site)
                try #require(run.status == 0, "\(command): \(run.errorText)")
                return line
            case .step(let step):
                let run = try shell(step.command, site)
                var outcome = normalization.lines(run.text, mark: ">")
                outcome += normalization.lines(run.errorText, mark: "!")
                if run.status != 0 { outcome.append("= \(run.status)") }
                return .step(.init(command: step.command, outcome: outcome))
            }
        }
        return Transcript(name: transcript.name, lines: lines)
    }

    private func shell(_ command: String, _ site: Site) throws -> Execution {
        let programs = try #require(Programs.directory)
        return try site.execute(
            "/usr/bin/setsid", ["--wait", "/bin/bash", "-c", "umask 077; " + command],
            environment: ["PATH": programs + ":/usr/bin:/bin", "LC_ALL": "C"])
    }
}
