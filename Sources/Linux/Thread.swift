import CLinux
import Glibc
import Synchronization

/// A thread of the operating system, for the few long-lived ones; joined when asked to, and let go
/// where nobody has asked.
package final class Thread: Sendable {
    private let handle: pthread_t
    private let isJoined = Atomic<Bool>(false)

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    package init(_ name: String, _ body: @escaping @Sendable () -> Void) throws(Errno) {
        var handle = pthread_t()
        let start = unsafe Unmanaged.passRetained(Start(name, body))
        let failure = unsafe pthread_create(
            &handle, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe strongroom_name_thread(String(start.name.prefix(15)))
                start.body()
                return nil
            }, start.toOpaque())
        guard failure == 0 else {
            unsafe start.release()
            throw Errno(code: failure)
        }
        self.handle = handle
    }

    deinit {
        // What it has taken of the system is given back when it ends.
        if !isJoined.load(ordering: .acquiring) { _ = pthread_detach(handle) }
    }

    /// Waits for its end.
    package func join() {
        guard !isJoined.exchange(true, ordering: .acquiringAndReleasing) else { return }
        _ = pthread_join(handle, nil)
    }
}

/// What the system has for threads to run on.
package enum Processors {
    /// At least one.
    package static var count: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

/// The calling thread's own standing with the scheduler.
package enum SystemThread {
    /// From here on the thread runs when others do not want to: for work that nobody waits for.
    package static func yieldToOthers() {
        // On Linux a thread has a priority of its own; 0 names the caller. Where it is refused, the
        // thread runs as before.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
    }
}
