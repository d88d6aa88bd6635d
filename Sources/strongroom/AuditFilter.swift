import StrongroomClient

/// Which events of the audit log are wanted.
enum AuditFilter {
    static let options: [Option] = [
        .value("organization", "ID", "of this organization"),
        .value("account", "ID", "of this account"),
        .value("integration", "ID", "of this integration"),
        .value("token", "ID", "by this token"),
        .value("event", "EVENT", "of this kind, such as token.verify"),
        .value(
            "outcome", "OUTCOME", "that ended so", values: ["allow", "deny", "error"]),
        .value("since", "TIME", "not before; RFC 3339, or an age such as 10m or 24h"),
        .value("until", "TIME", "before; RFC 3339, or an age such as 10m or 24h"),
    ]

    private static let equals = [
        ("organization", "organization_id"), ("account", "account_id"),
        ("integration", "integration_id"), ("token", "token_id"), ("event", "event"),
        ("outcome", "outcome"),
    ]

    /// The events wanted, as a list's query.
    static func query(_ invocation: Invocation) throws(Failure) -> ListQuery {
        var query = try Listing.query(invocation)
        for (option, field) in equals {
            if let value = invocation.value(option) { query.filters.append("\(field)[eq]\(value)") }
        }
        if let since = try time(invocation, "since") { query.filters.append("time[gte]\(since)") }
        if let until = try time(invocation, "until") { query.filters.append("time[lt]\(until)") }
        return query
    }

    private static func time(
        _ invocation: Invocation, _ option: String
    ) throws(Failure) -> String? {
        guard let text = invocation.value(option) else { return nil }
        guard let time = TypedTime.instant(text, ageIsPast: true) else {
            throw .usage(
                "--\(option) needs a time such as 2026-01-02T03:04:05Z or an age such as 24h")
        }
        return time.description
    }
}
