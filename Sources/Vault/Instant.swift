/// A point in time: microseconds since 1970-01-01T00:00:00Z.
package struct Instant: Hashable, Comparable, Sendable {
    package let microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static func < (left: Self, right: Self) -> Bool {
        left.microseconds < right.microseconds
    }

    /// Saturates instead of wrapping: an end of time beyond the range is the end of the range.
    package func advanced(by span: TimeSpan) -> Instant {
        let (sum, overflow) = microseconds.addingReportingOverflow(span.microseconds)
        guard overflow else { return Instant(microseconds: sum) }
        return Instant(microseconds: span.microseconds > 0 ? .max : .min)
    }
}

extension Instant {
    /// The end of the calendar that times are written in: 9999-12-31T23:59:59.999999Z.
    package static let latest = Instant(microseconds: 253_402_300_799_999_999)
}

/// A length of time in microseconds.
package struct TimeSpan: Hashable, Comparable, Sendable {
    package let microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static func < (left: Self, right: Self) -> Bool {
        left.microseconds < right.microseconds
    }

    package static func seconds(_ count: Int64) -> TimeSpan { TimeSpan(count, 1_000_000) }
    package static func minutes(_ count: Int64) -> TimeSpan { TimeSpan(count, 60_000_000) }
    package static func hours(_ count: Int64) -> TimeSpan { TimeSpan(count, 3_600_000_000) }
    package static func days(_ count: Int64) -> TimeSpan { TimeSpan(count, 86_400_000_000) }

    /// Saturates: a caller's number must not end the process.
    private init(_ count: Int64, _ unit: Int64) {
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        microseconds = overflow ? (count > 0 ? .max : .min) : product
    }
}

/// The domain's only source of time; handed in, so that tests can hold it still or turn it back.
package protocol Clock: Sendable {
    func now() -> Instant
}
