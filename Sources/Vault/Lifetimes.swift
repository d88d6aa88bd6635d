/// The lifetimes that the operator's configuration sets; never unlimited.
package struct Lifetimes: Equatable, Sendable {
    package var defaultToken = TimeSpan.days(365)
    package var adhoc = TimeSpan.hours(24)
    package var adhocIntegration = TimeSpan.minutes(10)
    /// What any lifetime is capped by.
    package var longest = TimeSpan.days(365)
    package var grace = TimeSpan.hours(24)
    package var graceMax = TimeSpan.days(7)
    /// How long a token that has ended can still be looked up.
    package var deadTokens = TimeSpan.days(30)

    package init() {}
}
