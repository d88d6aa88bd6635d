/// A person or a robot of an organization, who may do what its roles give at that moment.
package struct Member: Equatable, Sendable {
    package enum Kind: UInt8, CaseIterable, Sendable { case personal = 1, service }

    package let organization: OrganizationID
    package let id: MemberID
    package let name: Name
    package var fullname: String
    package let kind: Kind
    package var state: EnabledState
    /// Identifiers, so that a new role of an old name gives nothing to those who had the old one.
    package var roles: [RoleID]
    /// What its tokens live at most.
    package var timeToLive: TimeSpan
    /// What it logs on with; nil for one who cannot.
    package var secret: MemberSecret?
    /// Whoever logged on before then has done so with another secret.
    package var secretSetAt: Instant?
    package let createdAt: Instant
    package var updatedAt: Instant
    package var revision: UInt64

    package static let timeToLiveDefault = TimeSpan.hours(1)

    /// From a row that was authenticated.
    package init(
        organization: OrganizationID, id: MemberID, name: Name, fullname: String, kind: Kind,
        state: EnabledState, roles: [RoleID], timeToLive: TimeSpan, secret: MemberSecret?,
        secretSetAt: Instant?, createdAt: Instant, updatedAt: Instant, revision: UInt64
    ) {
        self.organization = organization
        self.id = id
        self.name = name
        self.fullname = fullname
        self.kind = kind
        self.state = state
        self.roles = roles
        self.timeToLive = timeToLive
        self.secret = secret
        self.secretSetAt = secretSetAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
    }
}

extension Member.Kind {
    package var text: String {
        switch self {
        case .personal: "personal"
        case .service: "service"
        }
    }

    package init?(_ text: String) {
        guard let match = Self.allCases.first(where: { $0.text == text }) else { return nil }
        self = match
    }

    /// The longest life of such a member's tokens.
    package var timeToLiveMax: TimeSpan {
        switch self {
        case .personal: .hours(24)
        case .service: .days(90)
        }
    }
}
