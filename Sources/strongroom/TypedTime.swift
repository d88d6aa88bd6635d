import Linux
import StrongroomClient
import Wire

/// Times as people type them.
enum TypedTime {
    /// An instant, a day, or a span such as `24h` or `7d` from now; nil for anything else.
    ///
    /// - Parameter ageIsPast: whether a span goes back from now.
    static func instant(_ text: String, ageIsPast: Bool) -> UTCTime? {
        if let instant = UTCTime(text) ?? UTCTime(text.replacing("Z", with: ".000000Z"))
            ?? UTCTime(text + "T00:00:00.000000Z")
        {
            return instant
        }
        guard let span = span(text) else { return nil }
        let (time, isOver) = SystemTime.microseconds()
            .addingReportingOverflow(ageIsPast ? -span : span)
        return isOver ? nil : UTCTime(microseconds: time)
    }

    private static func span(_ text: String) -> Int64? {
        if text.hasSuffix("d"), let days = Int64(text.dropLast()), (0...36_500).contains(days) {
            return days * 86_400_000_000
        }
        return DurationText.parse(text)
    }
}
