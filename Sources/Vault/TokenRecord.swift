package import Crypto
import Synchronization

/// All that a verification needs of a token, its owner and its ancestors, flattened.
///
/// It is made by the store's owner from authenticated rows and never changes; a change of
/// anything it was made from makes it stale, and a stale record decides nothing.
package final class TokenRecord: Sendable {
    package let token: TokenID
    package let selector: SelectorBytes
    package let level: Token.Level
    package let organization: OrganizationID
    package let account: AccountFacts?
    package let accountName: Name?
    package let integration: IntegrationFacts?
    package let integrationName: Name?
    package let provider: ProviderID?
    package let member: MemberID?
    package let createdAt: Instant
    package let permissions: PermissionMask
    /// Those of `permissions` that the token can use on anything at all.
    package let scope: PermissionMask
    package let narrowings: [Resources]
    package let alternatives: [[Allowance]]
    package let primary: Generation
    package let secondary: Generation?
    /// Why the token is good for nothing though its secret may be right; nil when it stands.
    package let fault: Refusal?
    /// The earliest end among the token's ancestors.
    package let chainEnd: Instant
    /// Uses since the last time they were written, by generation slot.
    package let uses = Uses()
    /// What it takes in memory.
    package let byteCount: Int
    private let freshness: Freshness
    private let freshAt: UInt64

    package init(
        token: Token, lineage: Lineage, owner: OwnerFacts, freshness: Freshness
    ) {
        self.token = token.id
        selector = token.selector
        level = token.level
        organization = token.organization
        account = owner.account
        accountName = owner.accountName
        integration = owner.integration
        integrationName = owner.integrationName
        provider = owner.provider
        member = token.member
        createdAt = token.createdAt
        permissions = lineage.permissions
        scope = lineage.scope(of: token.level)
        narrowings = lineage.narrowings
        alternatives = lineage.alternatives
        primary = token.primary
        secondary = token.secondary
        fault = owner.fault ?? lineage.fault
        chainEnd = lineage.end
        byteCount = Self.byteCount(of: lineage, owner)
        self.freshness = freshness
        freshAt = freshness.version
    }

    /// Whether nothing that the record was made from has changed since.
    package var isCurrent: Bool { freshness.version == freshAt }

    /// The end of the generation and of every ancestor.
    package func expires(_ slot: GenerationSlot) -> Instant {
        let own = slot == .primary ? primary.expires : secondary?.expires ?? primary.expires
        return min(own, chainEnd)
    }

    package func principal(_ slot: GenerationSlot) -> Principal {
        Principal(
            token: token, level: level, organization: organization, account: account?.id,
            integration: integration?.id, member: member, generation: slot,
            permissions: permissions, narrowings: narrowings, alternatives: alternatives,
            expires: expires(slot))
    }
}

/// What a token's chain of parents leaves of its own authority.
package struct Lineage: Sendable {
    package let permissions: PermissionMask
    package let narrowings: [Resources]
    /// Of each of these one must allow.
    package let alternatives: [[Allowance]]
    package let end: Instant
    package let fault: Refusal?

    package init(
        permissions: PermissionMask, narrowings: [Resources], alternatives: [[Allowance]],
        end: Instant, fault: Refusal?
    ) {
        self.permissions = permissions
        self.narrowings = narrowings
        self.alternatives = alternatives
        self.end = end
        self.fault = fault
    }

    /// What is done to a whole organization is given by nothing that is narrowed to a part of it.
    fileprivate func scope(of level: Token.Level) -> PermissionMask {
        let parts = permissions.subtracting(.ofWholeOrganization)
        guard level == .organization, narrowings.isEmpty else { return parts }
        return alternatives.reduce(permissions) { common, alternative in
            let whole = alternative.filter { $0.resources == nil }
            return common.intersection(
                whole.reduce(parts) { $0.union($1.permissions) })
        }
    }
}

/// What the object that a token speaks for says about it.
package struct OwnerFacts: Sendable {
    package var account: AccountFacts?
    package var accountName: Name?
    package var integration: IntegrationFacts?
    package var integrationName: Name?
    package var provider: ProviderID?
    package var fault: Refusal?

    package init() {}
}

/// One number per organization: raising it makes every record made before stale at once.
package final class Freshness: Sendable {
    private let counter = Atomic<UInt64>(0)

    package init() {}

    package var version: UInt64 { counter.load(ordering: .acquiring) }

    package func raise() { counter.wrappingAdd(1, ordering: .acquiringAndReleasing) }
}

/// Uses of a token that are not in the store yet: counted by loops and the store's owner, taken by the
/// owner alone.
///
/// Law: what was counted is on the owner's list, or on its way there. Who counts looks last whether the
/// record is listed; who takes unlists it first.
package final class Uses: Sendable {
    private let primaryCount = Atomic<UInt64>(0)
    private let secondaryCount = Atomic<UInt64>(0)
    private let primaryLast = Atomic<Int64>(0)
    private let secondaryLast = Atomic<Int64>(0)
    private let isListed = Atomic<Bool>(false)

    package init() {}

    /// Returns whether the record is to be put on the list.
    package func note(_ slot: GenerationSlot, at instant: Instant) -> Bool {
        // The time first: a count without one would be of 1970.
        switch slot {
        case .primary:
            primaryLast.store(instant.microseconds, ordering: .relaxed)
            primaryCount.wrappingAdd(1, ordering: .sequentiallyConsistent)
        case .secondary:
            secondaryLast.store(instant.microseconds, ordering: .relaxed)
            secondaryCount.wrappingAdd(1, ordering: .sequentiallyConsistent)
        }
        guard !isListed.load(ordering: .sequentiallyConsistent) else { return false }
        return list()
    }

    /// Returns whether the record was not on the list.
    package func list() -> Bool { !isListed.exchange(true, ordering: .sequentiallyConsistent) }

    /// The record is off the list: before anything is taken, or when nothing will be.
    package func unlist() { isListed.store(false, ordering: .sequentiallyConsistent) }

    /// What `take` would give.
    package func peek(_ slot: GenerationSlot) -> (count: UInt64, last: Instant)? {
        switch slot {
        case .primary: Self.use(primaryCount.load(ordering: .sequentiallyConsistent), primaryLast)
        case .secondary:
            Self.use(secondaryCount.load(ordering: .sequentiallyConsistent), secondaryLast)
        }
    }

    /// The count since the last call, and the last use if there was one.
    package func take(_ slot: GenerationSlot) -> (count: UInt64, last: Instant)? {
        switch slot {
        case .primary:
            Self.use(primaryCount.exchange(0, ordering: .sequentiallyConsistent), primaryLast)
        case .secondary:
            Self.use(secondaryCount.exchange(0, ordering: .sequentiallyConsistent), secondaryLast)
        }
    }

    /// What was taken was not kept. When it was last used has stayed here.
    package func giveBack(_ count: UInt64, _ slot: GenerationSlot) {
        switch slot {
        case .primary: primaryCount.wrappingAdd(count, ordering: .sequentiallyConsistent)
        case .secondary: secondaryCount.wrappingAdd(count, ordering: .sequentiallyConsistent)
        }
    }

    private static func use(
        _ count: UInt64, _ last: borrowing Atomic<Int64>
    ) -> (count: UInt64, last: Instant)? {
        count == 0 ? nil : (count, Instant(microseconds: last.load(ordering: .relaxed)))
    }
}
