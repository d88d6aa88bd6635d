import Glibc

/// The kernel's clocks.
package enum SystemTime {
    /// Microseconds since 1970-01-01T00:00:00Z.
    package static func microseconds() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    /// Nanoseconds that never go back; for time-outs.
    package static func monotonicNanoseconds() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// For as long as that, a signal or not; not at all for a time below zero.
    package static func sleep(milliseconds: Int) {
        let (seconds, rest) = max(0, milliseconds).quotientAndRemainder(dividingBy: 1000)
        var time = timespec(tv_sec: seconds, tv_nsec: rest * 1_000_000)
        var left = timespec()
        while unsafe nanosleep(&time, &left) == -1, Errno.last == .interrupted { time = left }
    }
}
