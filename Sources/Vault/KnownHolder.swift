/// Who waits in whose place at the store's owner; nothing is allowed by it.
extension Vault {
    /// Whose token this is, where that is known without a look-up and the secret is the token's own,
    /// dead or alive.
    package func knownHolder(of token: DetachedToken) -> OrganizationID? {
        let known = cache.record(token.selector)
        // What is not known is hashed and compared for nobody: it takes as long.
        let record = known ?? nobody
        let isRefresh = token.kind == .refresh
        let kind: TokenSecretKind = isRefresh ? .refresh : .access
        guard let hashes = token.hashes(for: record, kind: kind, ring: ring) else { return nil }
        let isOwn =
            isRefresh
            ? refreshSlot(of: hashes, in: record) != nil && hashes.kindFits
            : decide(record, hashes, .none, at: Instant(microseconds: 0)).isOnHolder
        return isOwn ? known?.organization : nil
    }
}
