import Foundation
import Glibc
import Linux
import StrongroomClient
import Testing

@Suite struct SandboxTests {
    @Test func `the daemon is confined, cannot be dumped, and says so at its start`() throws {
        try Site.serving { site in
            let pid = try #require(site.daemon).pid
            let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
            #expect(status.contains("NoNewPrivs:\t1\n"))
            #expect(status.contains("Seccomp:\t2\n"))
            let limits = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
            let core = try #require(
                limits.split(separator: "\n").first { $0.hasPrefix("Max core") })
            #expect(core.split(separator: " ").filter { $0 == "0" }.count == 2)
            let log = try site.log()
            #expect(log.contains("seccomp on ("))
            #expect(log.contains("landlock on (") || log.contains("landlock off ("))
            let environment = try FileHandle(forReadingFrom: URL(filePath: "/proc/\(pid)/environ"))
            let text = String(decoding: try environment.readToEnd() ?? Data(), as: UTF8.self)
            #expect(text.contains("SWIFT_BACKTRACE=enable=no"))
        }
    }

    /// The kernel gives the pages of a process that must not be dumped to root.
    @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
    func `another user may neither connect nor look`() throws {
        try Site.serving { site in
            try site.setMode(0o755, of: site.root)
            let pid = try #require(site.daemon).pid
            for command in [
                "cat \(site.data)/key-ring", "cat /proc/\(pid)/environ", "cat /proc/\(pid)/maps",
                "ls \(site.run)", "ls \(site.data)",
            ] {
                let tried = try site.execute(
                    "/usr/bin/setpriv",
                    ["--reuid", "65534", "--regid", "65534", "--clear-groups", "sh", "-c", command])
                #expect(tried.status != 0, "\(command)")
                #expect(tried.output.isEmpty)
            }
        }
    }

    @Test func `sockets and files are for nobody else`() throws {
        try Site.serving { site in
            func mode(_ path: String) throws -> Int {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                return (attributes[.posixPermissions] as? Int ?? 0o777) & 0o777
            }
            #expect(try mode(site.run) == 0o750)
            #expect(try mode(site.run + "/gateway.sock") == 0o660)
            #expect(try mode(site.run + "/admin.sock") == 0o660)
            #expect(try mode(site.data) == 0o700)
            for name in try Snapshot(site.data).names {
                #expect(try mode(site.data + "/" + name) & 0o077 == 0, "\(name)")
            }
            #expect(try mode(site.keyFile) == 0o600)
        }
    }

    @Test(arguments: [SIGSEGV, SIGABRT, SIGILL])
    func `a crash prints no memory and leaves no core`(signal: Int32) throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            _ = try site.gateway.credential(tenant.integrationToken.access)
            let before = try site.log()
            let ended = try site.stop(signal)
            #expect(ended.isSignalled && ended.status == signal)
            #expect(try site.log() == before)
            #expect(ended.output.isEmpty)
            let names = try Snapshot(site.root).names
            #expect(!names.contains { $0.split(separator: "/").last?.hasPrefix("core") == true })
            try site.start()
            _ = try site.gateway.verify(tenant.integrationToken.access)
        }
    }

    @Test func `the daemon opens no network socket`() throws {
        try Site.serving { site in
            let pid = try #require(site.daemon).pid
            let links = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
                .compactMap {
                    // One that has been closed in the meantime is none.
                    try? FileManager.default.destinationOfSymbolicLink(
                        atPath: "/proc/\(pid)/fd/\($0)")
                }
            let sockets = Set(links.filter { $0.hasPrefix("socket:") })
            #expect(!sockets.isEmpty)
            for table in ["tcp", "tcp6", "udp", "udp6", "raw", "packet"] {
                // A kernel without that family has no table for it.
                guard
                    let text = try? String(
                        contentsOfFile: "/proc/\(pid)/net/\(table)", encoding: .utf8)
                else { continue }
                let inodes = sockets.map { String($0.dropFirst(8).dropLast()) }
                let words = Set(text.split { $0 == " " || $0 == "\n" }.map(String.init))
                #expect(words.isDisjoint(with: inodes))
            }
        }
    }
}
