import Linux
import StrongroomClient

/// How long ago, or how soon, in the words of people.
enum RelativeTime {
    private static let units: [(seconds: Int64, noun: String)] = [
        (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"),
    ]

    /// Such as `3 minutes ago` or `in 24 hours`; the text itself for anything but a time.
    static func text(_ time: String, now: Int64 = SystemTime.microseconds()) -> String {
        guard let instant = UTCTime(time) else { return time }
        let seconds = (now - instant.microseconds) / 1_000_000
        if abs(seconds) < 1 { return "now" }
        return seconds > 0 ? "\(span(seconds)) ago" : "in \(span(-seconds))"
    }

    /// The time to the second with the words behind it.
    static func both(_ time: String, now: Int64 = SystemTime.microseconds()) -> String {
        guard UTCTime(time) != nil else { return time }
        return time.prefix(19) + "Z (" + text(time, now: now) + ")"
    }

    /// Rounded to the largest unit of which there are two or more; a day of 36 hours says more.
    private static func span(_ seconds: Int64) -> String {
        let unit = units.first { seconds >= 2 * $0.seconds } ?? (1, "second")
        let count = (seconds + unit.seconds / 2) / unit.seconds
        return count == 1 ? "1 \(unit.noun)" : "\(count) \(unit.noun)s"
    }
}
