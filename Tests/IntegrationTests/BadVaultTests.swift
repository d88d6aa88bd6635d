import Foundation
import Glibc
import StrongroomClient
import Testing

/// What cannot be served is refused with one sentence, and left as it is.
@Suite struct BadVaultTests {
    @Test func `a directory that is not there is neither served nor made`() throws {
        try Site.empty { site in
            try expectRefusal(site, says: "there is no vault in")
            #expect(!FileManager.default.fileExists(atPath: site.data))
        }
    }

    @Test func `a directory with something else in it is neither served nor initialized`() throws {
        try Site.empty { site in
            try FileManager.default.createDirectory(
                atPath: site.data, withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
            _ = try site.file("data/letter.txt", "somebody else's")
            try expectRefusal(site, says: "there is no vault in")
            let made = try site.strongroom("init", "--data", site.data, "--unseal", site.unseal)
            #expect(made.status == 1)
            #expect(made.errorText.contains("is not empty"))
            #expect(!FileManager.default.fileExists(atPath: site.keyFile))
            #expect(try Snapshot(site.data).names == ["letter.txt"])
        }
    }

    @Test func `a vault is not initialized over`() throws {
        try Site.stopped { site in
            let before = try Snapshot(site.root)
            let made = try site.strongroom("init", "--data", site.data, "--unseal", site.unseal)
            #expect(made.status == 1)
            #expect(made.errorText.contains("is not empty"))
            #expect(try before.changes(in: site.root) == [])
        }
    }

    @Test(arguments: [0, 9, 60, 200, -1])
    func `a damaged key ring is refused`(at place: Int) throws {
        try Site.stopped { site in
            try flip(site.data + "/key-ring", at: place)
            try expectRefusal(site)
        }
    }

    @Test(arguments: ["key-ring", "strongroom.db", "audit-key.pub", "audit"])
    func `a vault that lacks a part is refused`(part: String) throws {
        try Site.stopped { site in
            try FileManager.default.removeItem(atPath: site.data + "/" + part)
            try expectRefusal(site)
            #expect(!FileManager.default.fileExists(atPath: site.data + "/" + part))
        }
    }

    @Test func `a damaged database is refused`() throws {
        try Site.stopped { site in
            let path = site.data + "/strongroom.db"
            for place in 0..<512 { try flip(path, at: place) }
            try expectRefusal(site, says: "is not a sound database")
        }
    }

    @Test func `a database that was cut short is refused`() throws {
        try Site.stopped { site in
            let path = site.data + "/strongroom.db"
            let handle = try FileHandle(forUpdating: URL(filePath: path))
            try handle.truncate(atOffset: 8192)
            try expectRefusal(site)
        }
    }

    @Test func `another vault's key opens nothing`() throws {
        try Site.stopped { site in
            let hex = String(repeating: "5a", count: 32)
            try FileManager.default.removeItem(atPath: site.keyFile)
            _ = try site.file("master.key", hex + "\n")
            let run = try expectRefusal(site, says: "not the one that this vault was made with")
            #expect(!run.errorText.contains(hex))
        }
    }

    @Test func `a key that others may read opens nothing`() throws {
        try Site.stopped { site in
            try site.setMode(0o644, of: site.keyFile)
            try expectRefusal(site, says: "can be read by others")
        }
    }

    @Test func `a second daemon is turned away and the first goes on serving`() throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let other = site.root + "/other-run"
            let second = try site.strongroomd(
                ["--data", site.data, "--run", other, "--unseal", site.unseal])
            #expect(second.status == 1)
            #expect(second.errorText.contains("another daemon uses"))
            #expect(!FileManager.default.fileExists(atPath: other))
            _ = try site.gateway.verify(tenant.integrationToken.access)
        }
    }

    @Test func `a second vault does not take a running daemon's sockets`() throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let data = site.root + "/other-data"
            let made = try site.strongroom("init", "--data", data, "--unseal", site.unseal)
            #expect(made.status == 0)
            let second = try site.strongroomd(
                ["--data", data, "--run", site.run, "--unseal", site.unseal])
            #expect(second.status == 1)
            _ = try site.gateway.verify(tenant.integrationToken.access)
        }
    }

    @Test func `sockets are not made where anybody may write`() throws {
        try Site.stopped { site in
            try FileManager.default.createDirectory(
                atPath: site.run, withIntermediateDirectories: false)
            try site.setMode(0o777, of: site.run)
            try expectRefusal(site, says: "anybody may write in")
            #expect(try Snapshot(site.run).names == [])
        }
    }

    @Test func `a run directory too long for a socket is named as such`() throws {
        try Site.stopped { site in
            let run = site.root + "/" + String(repeating: "r", count: 100)
            try expectRefusal(site, run: run, says: "is too long for a socket's path")
        }
    }

    /// Runs a daemon that must refuse, and compares the vault's bytes.
    @discardableResult
    private func expectRefusal(
        _ site: Site, run: String? = nil, says sentence: String? = nil,
        at place: SourceLocation = #_sourceLocation
    ) throws -> Execution {
        let hasData = FileManager.default.fileExists(atPath: site.data)
        let before = hasData ? try Snapshot(site.data) : nil
        let ended = try site.strongroomd(
            ["--data", site.data, "--run", run ?? site.run, "--unseal", site.unseal])
        #expect(ended.status == 1 && !ended.isSignalled, sourceLocation: place)
        #expect(ended.output.isEmpty, sourceLocation: place)
        let lines = ended.errorText.split(separator: "\n")
        let refusals = lines.filter { !$0.contains("on the same disk") && !$0.contains("landlock") }
        #expect(refusals.count == 1, "\(ended.errorText)", sourceLocation: place)
        #expect(refusals.allSatisfy { $0.hasPrefix("strongroomd: ") }, sourceLocation: place)
        if let sentence {
            #expect(ended.errorText.contains(sentence), sourceLocation: place)
        }
        if let before {
            #expect(try before.changes(in: site.data) == [], sourceLocation: place)
        }
        return ended
    }

    private func flip(_ path: String, at place: Int) throws {
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[place < 0 ? bytes.count + place : place] ^= 0x55
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.write(contentsOf: bytes)
    }
}
