package import Crypto

/// A bearer token: an object with one or two generations of secrets, kept as keyed hashes only.
package struct Token: Sendable {
    package enum Level: UInt8, Sendable { case organization = 1, account, integration }

    package enum Origin: UInt8, Sendable {
        /// Made with its owner; the owner's own.
        case byDefault = 1
        /// Minted by another token, for a while.
        case adhoc
        /// Given to a member who logged on.
        case logon
    }

    package let id: TokenID
    package let selector: SelectorBytes
    package let organization: OrganizationID
    package let account: AccountID?
    package let integration: IntegrationID?
    package let level: Level
    package let origin: Origin
    package let parent: TokenID?
    /// The parent's `lineage` at minting; a reset of the parent leaves this one behind, dead.
    package let parentLineage: UInt32
    package let member: MemberID?
    package var name: Name
    package var fullname: String
    package let permissionSet: PermissionSet
    package let resources: Resources?
    /// What a renewal grants, before the parent and the policy have had their say.
    package let timeToLive: TimeSpan
    /// The end that no renewal moves; nil for tokens that policy renews.
    package let end: Instant?
    package let createdAt: Instant
    package var updatedAt: Instant
    package var revision: UInt64
    /// Counts resets; children carry the one they were born under.
    package var lineage: UInt32
    package var revokedAt: Instant?
    package var primary: Generation
    package var secondary: Generation?

    /// From a row that was authenticated.
    package init(
        id: TokenID, selector: SelectorBytes, organization: OrganizationID, account: AccountID?,
        integration: IntegrationID?, level: Level, origin: Origin, parent: TokenID?,
        parentLineage: UInt32, member: MemberID?, name: Name, fullname: String,
        permissionSet: PermissionSet, resources: Resources?, timeToLive: TimeSpan, end: Instant?,
        createdAt: Instant, updatedAt: Instant, revision: UInt64, lineage: UInt32,
        revokedAt: Instant?, primary: Generation, secondary: Generation?
    ) {
        self.id = id
        self.selector = selector
        self.organization = organization
        self.account = account
        self.integration = integration
        self.level = level
        self.origin = origin
        self.parent = parent
        self.parentLineage = parentLineage
        self.member = member
        self.name = name
        self.fullname = fullname
        self.permissionSet = permissionSet
        self.resources = resources
        self.timeToLive = timeToLive
        self.end = end
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
        self.lineage = lineage
        self.revokedAt = revokedAt
        self.primary = primary
        self.secondary = secondary
    }

    /// The object that the token speaks for.
    package var owner: (kind: ObjectKind, value: UInt128) {
        switch level {
        case .organization: (.organization, organization.value)
        case .account: (.account, account?.value ?? 0)
        case .integration: (.integration, integration?.value ?? 0)
        }
    }
}

/// One generation of a token's secrets: an access secret and a refresh secret, as keyed hashes.
package struct Generation: Sendable {
    /// Counts from 1 over the life of the token.
    package let number: UInt32
    /// Epoch of the token key that made the hashes.
    package let epoch: UInt32
    package let access: MAC
    package let refresh: MAC
    package let createdAt: Instant
    /// The first instant at which neither secret is accepted any more.
    package var expires: Instant

    package init(
        number: UInt32, epoch: UInt32, access: MAC, refresh: MAC, createdAt: Instant,
        expires: Instant
    ) {
        self.number = number
        self.epoch = epoch
        self.access = access
        self.refresh = refresh
        self.createdAt = createdAt
        self.expires = expires
    }
}

/// Which of a token's generations a secret belonged to.
package enum GenerationSlot: UInt8, CaseIterable, Sendable {
    case primary = 1
    case secondary

    package var text: StaticString {
        switch self {
        case .primary: "primary"
        case .secondary: "secondary"
        }
    }
}

/// How often and when last something was used; kept beside the object, written now and then.
package struct Use: Equatable, Sendable {
    package let organization: OrganizationID
    /// A token's or a credential's identifier.
    package let object: UInt128
    /// The token's generation; 0 for a credential.
    package let generation: UInt32
    /// Since the generation was made, or since it became the secondary one.
    package var count: UInt64
    package var lastUsedAt: Instant?

    package init(
        organization: OrganizationID, object: UInt128, generation: UInt32, count: UInt64 = 0,
        lastUsedAt: Instant? = nil
    ) {
        self.organization = organization
        self.object = object
        self.generation = generation
        self.count = count
        self.lastUsedAt = lastUsedAt
    }
}
