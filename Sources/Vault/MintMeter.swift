/// How many tokens may be minted in a minute.
package struct MintLimits: Equatable, Sendable {
    package var perMinuteOrganization = 6_000
    package var perMinuteCaller = 1_200

    package init() {}
}

/// Holds back who mints without end: a minute's worth at once, then no faster than the rate.
///
/// One instant for each organization and each token that mints: when all that it has minted would
/// be done at the rate alone. It is kept in memory; a restart forgives.
struct MintMeter {
    static let window = TimeSpan.minutes(1)
    static let countMax = 65_536

    private var organizations: [OrganizationID: Instant] = [:]
    private var callers: [TokenID: Instant] = [:]

    /// Counts one mint, or says when there may be one.
    mutating func note(
        _ limits: MintLimits, organization: OrganizationID, caller: TokenID, at now: Instant
    ) throws(Refusal) {
        // A clock that was put back makes nobody wait longer than the window.
        let latest = now.advanced(by: Self.window)
        if let end = callers[caller] { callers[caller] = min(end, latest) }
        if let end = organizations[organization] { organizations[organization] = min(end, latest) }
        let ofCaller = Pace(perMinute: limits.perMinuteCaller)
        let ofOrganization = Pace(perMinute: limits.perMinuteOrganization)
        if let seconds = ofCaller.wait(callers[caller], at: now) {
            throw .rateLimited(
                "this token's limits.mints_per_minute_caller is reached",
                retryAfterSeconds: seconds)
        }
        if let seconds = ofOrganization.wait(organizations[organization], at: now) {
            throw .rateLimited(
                "the organization's limits.mints_per_minute_organization is reached",
                retryAfterSeconds: seconds)
        }
        Self.makeRoom(in: &callers, at: now)
        Self.makeRoom(in: &organizations, at: now)
        callers[caller] = ofCaller.next(callers[caller], at: now)
        organizations[organization] = ofOrganization.next(organizations[organization], at: now)
    }

    /// Who is done by now is as good as never seen; then those go that are done soonest.
    private static func makeRoom<Key>(in ends: inout [Key: Instant], at now: Instant) {
        guard ends.count >= countMax else { return }
        ends = ends.filter { $0.value > now }
        guard ends.count >= countMax, let soonest = ends.values.min(),
            let latest = ends.values.max()
        else { return }
        let middle = soonest.microseconds / 2 + latest.microseconds / 2
        ends = ends.filter { $0.value.microseconds > middle }
    }
}

/// The generic cell rate algorithm, with a window's worth of burst.
private struct Pace {
    let interval: TimeSpan

    init(perMinute count: Int) {
        let microseconds = MintMeter.window.microseconds / Int64(max(1, count))
        interval = TimeSpan(microseconds: max(1, microseconds))
    }

    /// Whole seconds until the next one; nil when there may be one now.
    func wait(_ end: Instant?, at now: Instant) -> Int? {
        let left = backlog(end, at: now) + interval.microseconds - MintMeter.window.microseconds
        return left > 0 ? Int((left + 999_999) / 1_000_000) : nil
    }

    func next(_ end: Instant?, at now: Instant) -> Instant {
        now.advanced(by: TimeSpan(microseconds: backlog(end, at: now) + interval.microseconds))
    }

    private func backlog(_ end: Instant?, at now: Instant) -> Int64 {
        guard let end, end > now else { return 0 }
        return end.microseconds - now.microseconds
    }
}
