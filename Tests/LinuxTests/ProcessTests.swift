import Foundation
import Linux
import Testing

@Suite struct ProcessTests {
    @Test
    func `a hardened process leaves no core, gains no privilege and makes files for itself only`()
        async
    {
        await #expect(processExitsWith: .exitCode(0)) {
            try ProcessHygiene.harden()
            var limit = rlimit()
            _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
            let status = try String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
            guard umask(0) == 0o077 else { exit(1) }
            guard limit.rlim_cur == 0, limit.rlim_max == 0 else { exit(2) }
            exit(status.contains("NoNewPrivs:\t1") ? 0 : 3)
        }
    }

    @Test func `a confined process makes no network sockets and runs no programs`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            try ProcessHygiene.harden()
            guard case .on = Sandbox.confineCalls() else { exit(0) }
            let refused = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) == -1 && errno == EPERM
            let allowed = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) >= 0
            exit(refused && allowed ? 0 : 1)
        }
    }

    @Test func `a confined process writes below its directories only`() async throws {
        await #expect(processExitsWith: .exitCode(0)) {
            let scratch = try Scratch()
            try DurableFile.makeDirectory(scratch.file("mine"), mode: 0o700)
            try ProcessHygiene.harden()
            let mine = scratch.file("mine")
            guard case .on = Sandbox.confineFiles(writable: [mine]) else { exit(0) }
            let flags = O_CREAT | O_WRONLY
            let inside = refusal { () throws(Errno) in
                _ = try Descriptor.open(mine + "/file", flags)
            }
            let outside = refusal { () throws(Errno) in
                _ = try Descriptor.open(scratch.file("file"), flags)
            }
            let reading = refusal { () throws(Errno) in
                _ = try Descriptor.open("/etc/hostname", O_RDONLY)
            }
            exit(inside == nil && outside == .accessDenied && reading == .accessDenied ? 0 : 1)
        }
    }

    @Test func `an empty variable is one that is not set`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            _ = unsafe setenv("STRONGROOM_TEST", "", 1)
            guard ProcessHygiene.environment("STRONGROOM_TEST") == nil else { exit(1) }
            _ = unsafe setenv("STRONGROOM_TEST", "a", 1)
            exit(ProcessHygiene.environment("STRONGROOM_TEST") == "a" ? 0 : 2)
        }
    }

    @Test func `no length of a sleep is too much`() async {
        await #expect(processExitsWith: .signal(SIGALRM)) {
            SystemTime.sleep(milliseconds: .min)
            SignalMask.unblock(SIGALRM)
            _ = alarm(1)
            SystemTime.sleep(milliseconds: .max)
        }
    }

    @Test func `a pipe that nobody reads ends nothing`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            ProcessHygiene.ignoreBrokenPipes()
            var ends: [Int32] = [0, 0]
            guard unsafe pipe(&ends) == 0, dup2(ends[1], 2) == 2 else { exit(1) }
            close(ends[0])
            ProcessHygiene.writeError("to nobody")
            exit(0)
        }
    }

    @Test func `an error says in words what it is`() {
        #expect(Errno.noEntry.description == "No such file or directory")
        #expect(Errno(code: 99_999).description.contains("99999"))
    }

    @Test func `a descriptor that is let go is closed`() throws {
        let number: Int32
        do {
            let file = try Descriptor.open("/dev/null", O_RDONLY)
            number = file.number
            #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
        }
        // Another test may have taken the number: then it is another file.
        let link = "/proc/self/fd/\(number)"
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
        #expect(target != "/dev/null")
    }
}
