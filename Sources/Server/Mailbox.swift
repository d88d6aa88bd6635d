package import Linux
import Synchronization

/// Messages to one thread, which sleeps in `Epoll` or is busy; bounded by what its senders await.
///
/// A message costs a system call only when its reader sleeps: a reader that is busy looks again
/// before it goes to sleep.
package final class Mailbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var isAsleep = false
        var isUrgent = false
    }

    /// Guards what waits and whether the reader must be woken.
    private let state = Mutex(State())
    package let wakeup: Wakeup

    package init() throws(Errno) { wakeup = try Wakeup() }

    /// - Parameter isUrgent: the reader should not take long with what he has.
    package func post(_ message: Message, isUrgent: Bool = false) {
        let mustWake = state.withLock { state in
            state.messages.append(message)
            if isUrgent { state.isUrgent = true }
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if mustWake { wakeup.wake() }
    }

    /// Everything that has arrived, in order.
    package func takeAll() -> [Message] {
        state.withLock { state in
            var taken: [Message] = []
            swap(&taken, &state.messages)
            state.isUrgent = false
            return taken
        }
    }

    /// Whether something urgent has arrived and was not taken.
    package var isUrgent: Bool { state.withLock(\.isUrgent) }

    /// What has arrived and was not taken.
    package var count: Int { state.withLock { $0.messages.count } }

    /// Whether the reader may sleep: from now on the next message wakes it.
    package func maySleep() -> Bool {
        state.withLock { state in
            guard state.messages.isEmpty else { return false }
            state.isAsleep = true
            return true
        }
    }
}
