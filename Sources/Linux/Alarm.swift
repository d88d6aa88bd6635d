import CLinux

/// Wakes a thread that waits in `Epoll`, to the microsecond where its own time-out counts
/// milliseconds.
///
/// It is added edge-triggered: nothing has to be read to make it quiet again.
package struct Alarm: ~Copyable {
    package let descriptor: Descriptor

    package init() throws(Errno) {
        descriptor = Descriptor(owning: try call { strongroom_alarm() })
    }

    /// Rings once, at an instant of `SystemTime.monotonicNanoseconds`; at once for a past one.
    package func set(nanoseconds: UInt64) throws(Errno) {
        // Zero would turn it off.
        let instant = max(1, nanoseconds)
        let number = descriptor.number
        try call { strongroom_set_alarm(number, instant) }
    }
}
