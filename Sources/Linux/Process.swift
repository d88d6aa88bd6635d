import CLinux
import Glibc

/// The process's own protection: what a crash, a tracer or a mistake could carry out of it.
package enum ProcessHygiene {
    /// Switches the runtime's crash report off, which prints memory; starts the program anew if
    /// that was not done yet, for the runtime reads the setting before `main`.
    package static func forbidBacktraces() throws(Errno) {
        let name = "SWIFT_BACKTRACE"
        let wanted = "enable=no"
        if let value = unsafe getenv(name), unsafe String(cString: value) == wanted { return }
        try call { unsafe setenv(name, wanted, 1) }
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe CommandLine.arguments.map {
            unsafe strdup($0)
        }
        unsafe arguments.append(nil)
        unsafe execv("/proc/self/exe", arguments)
        throw .last
    }

    /// No core, no dump, no tracer of the same user, no new privileges, a closed umask.
    package static func harden() throws(Errno) {
        umask(0o077)
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        try call { unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) }
        try call { strongroom_forbid_dumps() }
    }

    /// Whoever writes to a pipe or a socket that nobody reads is told so, and not ended by a signal.
    package static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

    /// As many open files as the system lets this process have.
    package static func raiseFileLimit() -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(resource, &limit) == 0 else { return 1024 }
        limit.rlim_cur = min(limit.rlim_max, 1 << 20)
        guard unsafe setrlimit(resource, &limit) == 0 else { return 1024 }
        return Int(limit.rlim_cur)
    }

    package static var ownUID: UInt32 { geteuid() }
    package static var ownPID: Int32 { getpid() }

    /// Lines on standard error; log lines carry no request's text.
    package static func writeError(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        unsafe bytes.withUnsafeBytes { buffer in
            _ = unsafe write(2, buffer.baseAddress, buffer.count)
        }
    }

    /// What `ps` shows; 15 characters at most.
    package static func nameProcess(_ name: String) { unsafe strongroom_name_thread(name) }

    package static func exit(_ status: Int32) -> Never { Glibc.exit(status) }

    /// Leaves everything as it is: nothing is let go of, flushed or written on the way out.
    package static func exitAtOnce(_ status: Int32) -> Never { _exit(status) }

    /// Nil for an empty variable, as for one that is not set.
    package static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}

/// The kernel's own walls around the process, once it has opened what it needs.
package enum Sandbox {
    package enum State: Sendable {
        case on(String)
        case unavailable(String)

        package var text: String {
            switch self {
            case .on(let detail): "on (\(detail))"
            case .unavailable(let why): "off (\(why))"
            }
        }
    }

    /// Files below `writable` only; nothing may be executed. Before any thread starts.
    package static func confineFiles(writable: [String]) -> State {
        let version = strongroom_landlock_version()
        guard version > 0 else { return .unavailable("the kernel has no Landlock: \(Errno.last)") }
        var writablePaths: [UnsafePointer<CChar>?] = unsafe writable.map {
            unsafe UnsafePointer(strdup($0))
        }
        defer {
            unsafe writablePaths.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
        }
        let outcome = unsafe strongroom_landlock_confine(&writablePaths, writable.count)
        guard outcome == 0 else { return .unavailable("\(Errno.last)") }
        return .on("Landlock ABI \(version)")
    }

    /// No programs, no tracing, no sockets but Unix ones; for every thread.
    package static func confineCalls() -> State {
        guard strongroom_seccomp_confine() == 0 else { return .unavailable("\(Errno.last)") }
        return .on("seccomp filter")
    }
}
