import Vault

/// An object as the model knows it: only what the product's page says about it.
protocol Known {
    associatedtype Kind: IdentifiedKind
    var id: Identifier<Kind> { get }
    var name: Name { get }
}

struct KnownAccount: Known {
    let id: AccountID
    let name: Name
    var environment: Account.Environment
    var labels: [String]
}

struct KnownPoint: Known {
    let id: IntegrationPointID
    let name: Name
    let connector: ConnectorID
    var rules: ProviderRules
}

struct KnownIntegration: Known {
    let id: IntegrationID
    let account: AccountID
    let name: Name
    var provider: ProviderID
    var point: IntegrationPointID?
    var credential: CredentialID?
    var isDisabled = false
}

struct KnownCredential: Known {
    let id: CredentialID
    let holder: CredentialOwner
    /// Nil for what belongs to the organization or to a point.
    let account: AccountID?
    let name: Name
    var type: CredentialType
    var version = 1
    var expires: Instant?
    var secret: String
}

struct KnownRole: Known {
    let id: RoleID
    let name: Name
    var set: PermissionSet
    var resources: Resources?

    /// The first three are everybody's.
    var isBuiltIn: Bool { id.value <= 3 }
    var isAdministrators: Bool { self.set == .administrator && resources == nil }

    static let builtIn: [KnownRole] = [PermissionSet.administrator, .viewer, .member].map { set in
        KnownRole(
            id: RoleID(UInt128(set.rawValue)), name: Name(stored: set.text), set: set,
            resources: nil)
    }

    func isNarrower(than other: KnownRole) -> Bool {
        let gives = Rulebook.sets[set] ?? []
        guard gives.isSubset(of: Rulebook.sets[other.set] ?? []) else { return false }
        guard other.set != .member || set == .member else { return false }
        return other.resources.map { resources?.isShorter(than: $0) ?? false } ?? true
    }
}

struct KnownMember: Known {
    let id: MemberID
    let name: Name
    let kind: Member.Kind
    var isDisabled: Bool
    var roles: [RoleID]
    var span: TimeSpan
    var hasSecret: Bool
    var secretSetAt: Instant?
}

struct KnownGeneration {
    let number: UInt32
    var expires: Instant
    /// Since the rotation that made it the older one, or else since it was made.
    var useCount = 0
    var lastUsed: Instant?
}

struct KnownToken {
    let id: TokenID
    let level: Token.Level
    let origin: Token.Origin
    let account: AccountID?
    let integration: IntegrationID?
    let parent: TokenID?
    /// How often the parent had been reset when this was minted.
    let parentResets: Int
    let member: MemberID?
    let set: PermissionSet
    let resources: Resources?
    let span: TimeSpan
    /// The end that no renewal moves.
    let end: Instant?
    let createdAt: Instant
    var resets = 0
    var revokedAt: Instant?
    var primary: KnownGeneration
    var secondary: KnownGeneration?

    /// Ended for good: only a default token can be brought back.
    var isGone: Bool { revokedAt != nil && origin != .byDefault }

    /// What a sweep goes by: the moment of revocation, or else the end of the newest generation.
    var sweepTime: Instant { revokedAt ?? primary.expires }

    var death: Instant {
        let end = max(primary.expires, secondary?.expires ?? primary.expires)
        return min(end, revokedAt ?? end)
    }

    func slot(of generation: UInt32) -> GenerationSlot? {
        if primary.number == generation { return .primary }
        return secondary?.number == generation ? .secondary : nil
    }

    func expires(_ slot: GenerationSlot) -> Instant {
        slot == .primary ? primary.expires : secondary?.expires ?? primary.expires
    }

    mutating func noteUse(_ slot: GenerationSlot, at now: Instant) {
        if slot == .primary {
            primary.useCount += 1
            primary.lastUsed = now
        } else {
            secondary?.useCount += 1
            secondary?.lastUsed = now
        }
    }
}

/// What somebody may present: one secret of one generation of a token.
struct Key: Hashable, Sendable {
    let organization: OrganizationID
    let token: TokenID
    let generation: UInt32
    let isRefresh: Bool
}
