import Foundation
import Linux
import StrongroomClient
import Testing

/// `strongroom-bench seed`: vaults of any size, as a daemon would have written them.
@Suite struct SeedTests {
    @Test(arguments: [
        [], ["--data", "vault"], ["--tokens", "5"], ["--data", "vault", "--tokens", "0"],
        ["--data", "vault", "--tokens", "-5"], ["--data", "vault", "--tokens", "many"],
        ["--data", "vault", "--tokens", "100000001"], ["--data", "vault", "--tokens"],
        ["--data", "vault", "--tokens", "5", "--sample", "0"],
        ["--data", "vault", "--tokens", "5", "--unseal", "passphrase"],
        ["--data", "vault", "--tokens", "5", "--unseal", "swordfish"],
        ["--data", "vault", "--tokens", "5", "--colour", "red"],
    ])
    func `a wrong word ends with 2, one sentence and nothing made`(words: [String]) throws {
        try Site.empty { site in
            let ended = try site.seed(words)
            #expect(ended.status == 2)
            #expect(ended.errorText.split(separator: "\n").count == 1)
            #expect(!ended.errorText.contains("swordfish"))
            #expect(!FileManager.default.fileExists(atPath: site.root + "/vault"))
        }
    }

    @Test func `a directory that holds something is left as it was`() throws {
        try Site.stopped { site in
            let before = try Snapshot(site.data)
            let ended = try site.seed(
                ["--data", site.data, "--tokens", "5", "--token-file", site.root + "/texts"])
            #expect(ended.status == 1)
            #expect(ended.errorText.contains("is not empty"), "\(ended.errorText)")
            #expect(try before.changes(in: site.data) == [])
            #expect(!FileManager.default.fileExists(atPath: site.root + "/texts"))
        }
    }

    @Test func `a file in the texts' place is left alone, and no vault is made`() throws {
        try Site.empty { site in
            let file = try site.file("texts", "mine")
            let ended = try site.seed(
                ["--data", site.data, "--tokens", "5", "--token-file", file])
            #expect(ended.status == 1)
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
            #expect(!FileManager.default.fileExists(atPath: site.data))
        }
    }

    private static let smallDisk = "/dev/shm"

    private static var hasSmallDisk: Bool {
        guard let free = try? Path.freeByteCount(smallDisk) else { return false }
        return free < 100 << 30
    }

    @Test(.enabled(if: hasSmallDisk, "there is no disk with less than 100 GiB"))
    func `no more is begun than the disk has room for`() throws {
        try Site.empty { site in
            let data = Self.smallDisk + "/" + (site.root.split(separator: "/").last ?? "")
            let ended = try site.seed(["--data", data, "--tokens", "100000000"])
            #expect(ended.status == 1)
            #expect(ended.errorText.contains("make room"), "\(ended.errorText)")
            #expect(!FileManager.default.fileExists(atPath: data))
        }
    }

    @Test(arguments: [[], ["--unsorted"]])
    func `a daemon serves what was made`(flags: [String]) throws {
        try Site.empty { site in
            let texts = try site.seeded(215, sample: 40, flags)
            try site.start()
            for text in texts {
                var requirement = TokenRequirement()
                requirement.level = "integration"
                _ = try site.gateway.verify(SecretText(text), requirement)
            }
            let counts = try site.operators.status().counts
            #expect(counts["tokens"] == 216 && counts["organizations"] == 1)
            #expect(counts["accounts"] == 3 && counts["integrations"] == 22)
            #expect(try site.stop().status == 0)
            let proof = try site.strongroom("audit", "verify", "--data", site.data)
            #expect(proof.status == 0, "\(proof.errorText)")
        }
    }

    @Test func `an open loop answers for every request that fell due`() throws {
        try Site.empty { site in
            _ = try site.seeded(25, sample: 25, [])
            try site.start()
            let load = [
                "verify", "--socket", site.run + "/gateway.sock", "--token-file",
                site.root + "/texts", "--seconds", "1", "--json", "--connections", "4",
            ]
            let ended = try site.bench(load + ["--rate", "200"])
            #expect(ended.status == 0, "\(ended.errorText)")
            let outcome = try JSONDecoder().decode(Outcome.self, from: Data(ended.text.utf8))
            #expect(outcome.rate == 200 && outcome.errors == 0)
            // Of one fixed seed: as many fall due in every run.
            #expect((100...300).contains(outcome.answers))
            for rate in ["0", "-1", "many", "10000001"] {
                #expect(try site.bench(load + ["--rate", rate]).status == 2)
            }
        }
    }

    private struct Outcome: Decodable {
        let rate: Int
        let errors: Int
        let answers: Int
    }
}

extension Site {
    fileprivate func bench(_ arguments: [String]) throws -> Execution {
        try execute(Programs.bench(), arguments)
    }

    fileprivate func seed(_ arguments: [String]) throws -> Execution {
        try bench(["seed"] + arguments)
    }

    /// Makes this place's vault; the texts of the sample.
    fileprivate func seeded(
        _ count: Int, sample: Int, _ flags: [String]
    ) throws -> [String] {
        let file = root + "/texts"
        let made = try seed(
            [
                "--data", data, "--tokens", "\(count)", "--unseal", unseal, "--token-file", file,
                "--sample", "\(sample)",
            ] + flags)
        try #require(made.status == 0, "\(made.errorText)")
        let status = try #require(try FileStatus.of(file))
        #expect(status.permissions == 0o600)
        let content = try String(contentsOfFile: file, encoding: .utf8)
        let texts = content.split(separator: "\n").map(String.init)
        #expect(Set(texts).count == sample && texts.count == sample)
        #expect(texts.allSatisfy { $0.utf8.count == 70 && $0.hasPrefix("sri_") })
        return texts
    }
}
