import Testing

/// Whose token it is that is shown, in the words of the product.
struct Holder: Sendable, CustomTestStringConvertible {
    enum Level: String, Sendable { case organization, account, integration }
    enum Origin: String, Sendable { case byDefault = "default", adhoc, member }
    enum Narrowing: String, Sendable {
        case none
        /// Accounts with the label of the holder's own.
        case gold
        /// Integrations of the category of the holder's own.
        case ticketing
        /// Integrations at the point of the holder's own.
        case desk
    }

    /// A permission set and where it holds.
    struct Lent: Sendable {
        let set: String
        var narrowing = Narrowing.none

        var isOwnOnly: Bool { self.set == "member" }
    }

    let level: Level
    let origin: Origin
    /// More than one where a member has more than one role: what they give is a union.
    let lent: [Lent]

    var testDescription: String {
        let sets = lent.map { $0.narrowing == .none ? $0.set : "\($0.set) of \($0.narrowing)" }
        return "\(level.rawValue) \(origin.rawValue) \(sets.joined(separator: " and "))"
    }

    private static func adhoc(
        _ level: Level, _ set: String, _ narrowing: Narrowing = .none
    ) -> Holder {
        Holder(level: level, origin: .adhoc, lent: [Lent(set: set, narrowing: narrowing)])
    }

    private static func member(_ lent: Lent...) -> Holder {
        Holder(level: .organization, origin: .member, lent: lent)
    }

    static let all: [Holder] = [
        Holder(level: .organization, origin: .byDefault, lent: [Lent(set: "administrator")]),
        adhoc(.organization, "administrator"), adhoc(.organization, "viewer"),
        adhoc(.organization, "member"), adhoc(.organization, "account-manager"),
        adhoc(.organization, "token-issuer"), adhoc(.organization, "administrator", .gold),
        adhoc(.organization, "administrator", .ticketing), adhoc(.organization, "viewer", .gold),
        adhoc(.account, "administrator"), adhoc(.account, "viewer"), adhoc(.account, "member"),
        adhoc(.account, "account-manager"), adhoc(.account, "connect-ui"),
        adhoc(.account, "connect-ui", .desk), adhoc(.account, "token-issuer"),
        Holder(level: .integration, origin: .byDefault, lent: [Lent(set: "integration")]),
        adhoc(.integration, "integration"), member(Lent(set: "administrator")),
        member(Lent(set: "viewer")), member(Lent(set: "member")),
        member(Lent(set: "account-manager", narrowing: .gold)),
        member(Lent(set: "viewer"), Lent(set: "account-manager", narrowing: .gold)),
    ]
}

/// What is shown, and in which state the token behind it is.
enum TokenState: String, CaseIterable, Sendable {
    case none, malformed, multiple, unknown, wrongSecret
    case primary, secondary
    case expired, revoked, parentDead, ownerGone, integrationDisabled, memberDisabled
    /// The roles were taken from the member; nothing is left to do but with the token itself.
    case unbound
    case organizationDisabled
    case refresh, olderRefresh, revokedRefresh

    /// Whether an access secret of a living token is shown.
    var isGood: Bool { self == .primary || self == .secondary || self == .unbound }

    /// Whether a refresh secret of a living token is shown.
    var isRefresh: Bool { self == .refresh || self == .olderRefresh }

    func applies(to holder: Holder) -> Bool {
        switch self {
        case .parentDead: holder.origin != .byDefault
        case .ownerGone: holder.level != .organization
        case .integrationDisabled: holder.level == .integration
        case .memberDisabled, .unbound: holder.origin == .member
        default: true
        }
    }
}
