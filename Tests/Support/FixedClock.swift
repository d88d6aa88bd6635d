import Synchronization
package import Vault

/// Time that stands still until a test moves it, forwards or back.
package final class FixedClock: Clock {
    private let microseconds: Atomic<Int64>

    /// 2027-01-15T08:00:00Z unless told otherwise.
    package init(_ start: Instant = Instant(microseconds: 1_800_000_000_000_000)) {
        microseconds = Atomic(start.microseconds)
    }

    package func now() -> Instant {
        Instant(microseconds: microseconds.load(ordering: .sequentiallyConsistent))
    }

    package func advance(by span: TimeSpan) {
        microseconds.wrappingAdd(span.microseconds, ordering: .sequentiallyConsistent)
    }

    package func set(_ instant: Instant) {
        microseconds.store(instant.microseconds, ordering: .sequentiallyConsistent)
    }
}
