import CLinux
import Glibc

/// What a descriptor is ready for.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    package static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    package static let hangup = Readiness(
        rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue | EPOLLRDHUP.rawValue)
    package static let peerClosed = Readiness(rawValue: EPOLLRDHUP.rawValue)
    package static let edgeTriggered = Readiness(rawValue: EPOLLET.rawValue)
}

/// Waits for many descriptors at once; each is known by a number that its owner chose.
@safe
package struct Epoll: ~Copyable {
    private let descriptor: Descriptor
    private var events: [epoll_event]
    private var readyCount = 0

    package init(eventCountMax: Int = 512) throws(Errno) {
        descriptor = Descriptor(owning: try call { epoll_create1(Int32(EPOLL_CLOEXEC)) })
        unsafe events = unsafe Array(repeating: epoll_event(), count: eventCountMax)
    }

    package func add(
        _ target: borrowing Descriptor, key: UInt64, for readiness: Readiness
    ) throws(Errno) {
        try control(EPOLL_CTL_ADD, target.number, key, readiness)
    }

    package func remove(_ target: borrowing Descriptor) throws(Errno) {
        try control(EPOLL_CTL_DEL, target.number, 0, [])
    }

    /// Waits; returns how many are ready. A negative time-out waits for ever.
    package mutating func wait(milliseconds: Int32) throws(Errno) -> Int {
        let number = descriptor.number
        let outcome = unsafe events.withUnsafeMutableBufferPointer { buffer in
            unsafe epoll_wait(number, buffer.baseAddress, Int32(buffer.count), milliseconds)
        }
        if outcome < 0 {
            if Errno.last != .interrupted { throw .last }
            readyCount = 0
            return 0
        }
        readyCount = Int(outcome)
        return readyCount
    }

    /// One of those that the last `wait` found ready.
    package func ready(_ index: Int) -> (key: UInt64, readiness: Readiness) {
        precondition(index < readyCount, "an event that the last wait did not report")
        let event = unsafe events[index]
        return unsafe (unsafe event.data.u64, Readiness(rawValue: event.events))
    }

    private func control(
        _ operation: Int32, _ number: Int32, _ key: UInt64, _ readiness: Readiness
    ) throws(Errno) {
        var event = unsafe epoll_event(events: readiness.rawValue, data: epoll_data_t(u64: key))
        let own = descriptor.number
        try call { unsafe epoll_ctl(own, operation, number, &event) }
    }
}

/// Wakes a thread that waits in `Epoll`, which adds it edge-triggered: every call is an edge, and
/// nothing has to be read to make it quiet again.
package struct Wakeup: ~Copyable, Sendable {
    package let descriptor: Descriptor

    package init() throws(Errno) {
        let flags = Int32(EFD_CLOEXEC | EFD_NONBLOCK)
        descriptor = Descriptor(owning: try call { eventfd(0, flags) })
    }

    /// From any thread; a counter that is full is awake already.
    package func wake() { _ = eventfd_write(descriptor.number, 1) }
}

/// Signals as events: blocked everywhere, read here.
package struct SignalSource: ~Copyable, Sendable {
    package let descriptor: Descriptor

    /// Must be called before other threads start, for they inherit the mask.
    package init(_ signals: [Int32]) throws(Errno) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        let failure = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        if failure != 0 { throw Errno(code: failure) }
        let flags = Int32(SFD_CLOEXEC)
        descriptor = Descriptor(owning: try call { unsafe signalfd(-1, &set, flags) })
    }

    /// Waits for the next of them.
    package func next() throws(Errno) -> Int32 {
        var information = signalfd_siginfo()
        let number = descriptor.number
        try call {
            unsafe read(number, &information, MemoryLayout<signalfd_siginfo>.size)
        }
        return Int32(information.ssi_signo)
    }
}

/// Signals that wait until they are let act: for what has to be put right before they do.
///
/// Only while the process has one thread: another would take them.
package struct HeldSignals: ~Copyable {
    /// Readable while one of them waits; nobody reads it, so that it acts as it always does.
    package let descriptor: Descriptor
    private let held: sigset_t
    private let before: sigset_t

    package init(_ signals: [Int32]) throws(Errno) {
        var (held, before) = (sigset_t(), sigset_t())
        _ = unsafe pthread_sigmask(SIG_BLOCK, nil, &before)
        unsafe sigemptyset(&held)
        // One that was blocked before would wait for ever, and keep everybody else waiting.
        for signal in signals where unsafe sigismember(&before, signal) == 0 {
            unsafe sigaddset(&held, signal)
        }
        descriptor = Descriptor(
            owning: try call { unsafe signalfd(-1, &held, Int32(SFD_CLOEXEC)) })
        self.held = held
        self.before = before
        hold()
    }

    deinit { release() }

    /// Those that wait act now; returns if they do not end the process, or when it goes on.
    package func letAct() {
        release()
        hold()
    }

    private func hold() {
        var held = held
        _ = unsafe pthread_sigmask(SIG_BLOCK, &held, nil)
    }

    private func release() {
        var before = before
        _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    }
}
