import Glibc
import Synchronization
package import Vault

/// Time that stands still until a test moves it, forwards or back.
package final class FixedClock: Clock {
    private let microseconds: Atomic<Int64>
    private let held = Atomic<Bool>(false)
    private let waiting = Atomic<Int>(0)

    /// 2027-01-15T08:00:00Z unless told otherwise.
    package init(_ start: Instant = Instant(microseconds: 1_800_000_000_000_000)) {
        microseconds = Atomic(start.microseconds)
    }

    /// Lets a test do what is to come while everybody who asks for the time waits for it.
    package var isHeld: Bool {
        get { held.load(ordering: .sequentiallyConsistent) }
        set { held.store(newValue, ordering: .sequentiallyConsistent) }
    }

    /// How many wait.
    package var waitingCount: Int { waiting.load(ordering: .sequentiallyConsistent) }

    private func waitWhileHeld() {
        guard isHeld else { return }
        waiting.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while isHeld { sched_yield() }
        waiting.wrappingAdd(-1, ordering: .sequentiallyConsistent)
    }

    package func now() -> Instant {
        waitWhileHeld()
        return Instant(microseconds: microseconds.load(ordering: .sequentiallyConsistent))
    }

    package func advance(by span: TimeSpan) {
        microseconds.wrappingAdd(span.microseconds, ordering: .sequentiallyConsistent)
    }

    package func set(_ instant: Instant) {
        microseconds.store(instant.microseconds, ordering: .sequentiallyConsistent)
    }
}
