/// Whose credential it is, and which.
struct CredentialUseKey: Hashable {
    let organization: OrganizationID
    let credential: CredentialID
}

/// Releases that are not in the store yet; as `UsedRecords` is for tokens, and with the same law.
struct UsedCredentials {
    private var waiting: [CredentialUseKey: Use] = [:]
    private var taken: [(key: CredentialUseKey, use: Use)] = []
    private var stepStart = 0

    subscript(key: CredentialUseKey) -> Use? { waiting[key] }

    mutating func note(_ use: Use, of key: CredentialUseKey) {
        guard let before = waiting[key] else { return waiting[key] = use }
        var sum = before
        sum.count = before.count.saturatingSum(use.count)
        sum.lastUsedAt = [before.lastUsedAt, use.lastUsedAt].compactMap(\.self).max()
        waiting[key] = sum
    }

    /// At most `limit` of them, off the list.
    mutating func take(atMost limit: Int) -> [Use] { take(Array(waiting.keys.prefix(limit))) }

    /// All of one organization.
    mutating func takeAll(of organization: OrganizationID) -> [Use] {
        take(waiting.keys.filter { $0.organization == organization })
    }

    private mutating func take(_ keys: [CredentialUseKey]) -> [Use] {
        keys.compactMap { key in
            guard let use = waiting.removeValue(forKey: key) else { return nil }
            taken.append((key, use))
            return use
        }
    }

    mutating func beginStep() { stepStart = taken.count }

    mutating func undoStep() { giveBack(from: stepStart) }

    mutating func commit() { taken.removeAll(keepingCapacity: true) }

    mutating func abandon() { giveBack(from: 0) }

    private mutating func giveBack(from start: Int) {
        for (key, use) in taken[start...] { note(use, of: key) }
        taken.removeSubrange(start...)
    }
}
