import Linux
package import Vault

/// The time of day, as the system has it.
package struct SystemClock: Clock {
    package init() {}
    package func now() -> Instant { Instant(microseconds: SystemTime.microseconds()) }
}
