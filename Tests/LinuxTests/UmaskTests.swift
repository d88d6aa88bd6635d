import Foundation
import Linux
import Testing

/// Modes are what was asked for, whatever the umask; each in a process of its own, for the umask
/// is the whole process's.
@Suite struct UmaskTests {
    @Test func `a file's mode follows neither the umask nor what was there`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let scratch = try Scratch()
            let bytes = Array("x".utf8)
            for mask: UInt32 in [0o077, 0o777, 0] {
                umask(mask)
                let path = scratch.file("file-\(mask)")
                try unsafe DurableFile.create(path, with: bytes.span.bytes, mode: 0o644)
                guard try FileStatus.of(path)?.permissions == 0o644 else { exit(1) }
                try unsafe DurableFile.replace(path, with: bytes.span.bytes, mode: 0o600)
                guard try FileStatus.of(path)?.permissions == 0o600 else { exit(2) }
            }
            exit(0)
        }
    }

    @Test func `a directory's mode does not follow the umask`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let scratch = try Scratch()
            umask(0o777)
            try DurableFile.makeDirectory(scratch.file("directory"), mode: 0o750)
            exit(try FileStatus.of(scratch.file("directory"))?.permissions == 0o750 ? 0 : 1)
        }
    }

    @Test func `a socket's mode does not follow the umask, and leaves it alone`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let scratch = try Scratch()
            umask(0o002)
            let listener = try UnixSocket.listen(at: scratch.file("socket"), mode: 0o660)
            let status = try FileStatus.of(scratch.file("socket"))
            guard listener.number >= 0, status?.isSocket == true else { exit(1) }
            exit(status?.permissions == 0o660 && umask(0) == 0o002 ? 0 : 2)
        }
    }
}
