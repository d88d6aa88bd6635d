package import Crypto

/// The keyed hashes of a presented secret: one for each epoch that a record's generations name.
///
/// Both are always made, so that the work does not tell whether a token has two generations.
package struct PresentedHashes: Sendable {
    package let primary: MAC
    package let secondary: MAC
    /// Whether the text's prefix is the one that such a secret of such a token is given out with.
    package let kindFits: Bool
}

/// What the vault says to a presented token.
package enum Verdict: Sendable {
    case allow(GenerationSlot)
    case deny(Refusal, GenerationSlot?)
    /// The token is good; the requirement names objects that have to be looked up first.
    case lookup(GenerationSlot)

    /// Whether the secret was shown to be one of the token's; only then does the answer tell
    /// anything of it.
    package var isOnHolder: Bool {
        if case .deny(_, nil) = self { false } else { true }
    }
}

/// Judges a presented token by its record; the secret first, then the state, then the demands.
///
/// Whoever does not hold the secret learns nothing about the token: every other answer comes
/// after the comparison.
package func decide(
    _ record: TokenRecord, _ hashes: PresentedHashes, _ requirement: Requirement, at now: Instant
) -> Verdict {
    let slot = slot(of: hashes, in: record)
    guard hashes.kindFits else { return .deny(.wrongKind, nil) }
    guard let slot else { return .deny(.wrongSecret, nil) }
    guard now < record.expires(slot) else { return .deny(.expired, slot) }
    if let fault = record.fault { return .deny(fault, slot) }
    if requirement == .none { return .allow(slot) }
    if requirement.isBad { return .deny(.badRequirement, slot) }
    if let level = requirement.level, level != record.level {
        return .deny(.insufficientScope, slot)
    }
    if let permission = requirement.permission, !record.scope.contains(permission) {
        return .deny(.insufficientScope, slot)
    }
    if requirement.needsLookup(record) { return .lookup(slot) }
    return meetsOwnFacts(record, requirement) ? .allow(slot) : .deny(.insufficientScope, slot)
}

/// Compares with both generations whatever the outcome of the first.
private func slot(of hashes: PresentedHashes, in record: TokenRecord) -> GenerationSlot? {
    let isPrimary = record.primary.access.matches(hashes.primary)
    let other = record.secondary?.access ?? MAC.zero
    let isSecondary = other.matches(hashes.secondary) && record.secondary != nil
    return isPrimary ? .primary : isSecondary ? .secondary : nil
}

private func meetsOwnFacts(_ record: TokenRecord, _ requirement: Requirement) -> Bool {
    if let wanted = requirement.account {
        guard record.account?.id.isMeant(by: wanted, named: record.accountName) == true else {
            return false
        }
    }
    if let wanted = requirement.integration {
        let own = record.integration?.id
        guard own?.isMeant(by: wanted, named: record.integrationName) == true else { return false }
    }
    if let wanted = requirement.connector, wanted != record.integration?.connector { return false }
    if let wanted = requirement.provider, wanted != record.provider { return false }
    return true
}

extension Identifier {
    func isMeant(by reference: Reference<Kind>, named name: Name?) -> Bool {
        switch reference {
        case .identifier(let identifier): identifier == self
        case .name(let wanted): wanted == name
        }
    }
}
