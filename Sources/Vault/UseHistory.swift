/// How much a token had been used at the beginning of each hour in which it was used lately.
///
/// A mark is written with the first use of an hour only, so that a busy token costs one row an
/// hour and not one with every writing of its uses.
package struct UseHistory: Equatable, Sendable {
    package struct Mark: Equatable, Sendable {
        /// Hours since 1970-01-01T00:00:00Z.
        package let hour: Int64
        /// Uses over the token's whole life before the first one of this hour.
        package let total: UInt64

        package init(hour: Int64, total: UInt64) {
            self.hour = hour
            self.total = total
        }
    }

    /// The hour that it is and the 24 before it: never less than a day.
    package static let hoursKept: Int64 = 24

    package let organization: OrganizationID
    package let token: TokenID
    /// Uses of generations that are gone, or whose count began anew.
    package var carried: UInt64
    /// In the order of hours.
    package var marks: [Mark]

    package init(
        organization: OrganizationID, token: TokenID, carried: UInt64 = 0, marks: [Mark] = []
    ) {
        self.organization = organization
        self.token = token
        self.carried = carried
        self.marks = marks
    }

    /// Returns whether there was no mark for this hour yet.
    mutating func mark(hour: Int64, total: UInt64) -> Bool {
        marks.removeAll { $0.hour < hour &- Self.hoursKept }
        // A clock that was put back makes no marks until it is where it was.
        guard marks.last.map({ $0.hour < hour }) ?? true else { return false }
        marks.append(Mark(hour: hour, total: total))
        return true
    }

    /// - Parameter total: uses over the token's whole life, up to now.
    func uses(since hour: Int64, total: UInt64) -> UInt64 {
        guard let first = marks.first(where: { $0.hour >= hour }) else { return 0 }
        return total > first.total ? total - first.total : 0
    }
}

extension Instant {
    /// Rounded down, before 1970 too.
    var hour: Int64 {
        let length = TimeSpan.hours(1).microseconds
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: length)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// Uses over the last day.
extension Vault {
    /// Between 24 and 25 hours, as hours are marked; those not yet written included.
    func usesOfLastDay(_ token: Token) throws(Refusal) -> UInt64 {
        let history = try history(of: token.id, in: token.organization)
        let unwritten = try unwrittenUses(of: token)
        guard let history else { return unwritten }
        let total = try storedTotal(of: token, history).saturatingSum(unwritten)
        let since = clock.now().hour &- UseHistory.hoursKept
        return max(unwritten, history.uses(since: since, total: total))
    }

    private func history(
        of token: TokenID, in organization: OrganizationID
    ) throws(Refusal) -> UseHistory? {
        try look { () throws(StoreError) in try store.useHistory(of: token, in: organization) }
    }

    private func unwrittenUses(of token: Token) throws(Refusal) -> UInt64 {
        var sum: UInt64 = 0
        for generation in token.generations {
            sum = sum.saturatingSum(unwrittenUse(of: token, generation)?.count ?? 0)
        }
        return sum
    }

    private func storedTotal(of token: Token, _ history: UseHistory) throws(Refusal) -> UInt64 {
        var total = history.carried
        for generation in token.generations {
            let use = try look { () throws(StoreError) in
                try store.use(
                    of: token.id.value, generation: generation.number, in: token.organization)
            }
            total = total.saturatingSum(use?.count ?? 0)
        }
        return total
    }

    /// Before uses of a new hour are added to those that are stored.
    func markHour(_ id: TokenID, in organization: OrganizationID, at instant: Instant)
        throws(Refusal)
    {
        guard let token = try find(id, in: organization) else { return }
        var history =
            try history(of: id, in: organization)
            ?? UseHistory(organization: organization, token: id)
        let total = try storedTotal(of: token, history)
        guard history.mark(hour: instant.hour, total: total) else { return }
        try write(.putUseHistory(history))
    }

    /// Before a stored count goes or begins anew: the whole life's total must not fall.
    func carry(_ count: UInt64, of token: Token) throws(Refusal) {
        guard count > 0, var history = try history(of: token.id, in: token.organization) else {
            return
        }
        history.carried = history.carried.saturatingSum(count)
        // Undone with the change that takes the count away.
        try apply(.putUseHistory(history))
    }
}

extension UInt64 {
    func saturatingSum(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
