/// How what is asked for stands to whoever asks.
enum Relation: String, Sendable {
    case whole, itself = "self", parent, child, sibling, otherAccount, otherOrganization, absent
    case wrongType
}

/// One thing to ask for: what the path says, and where the product places it.
struct Target: Sendable {
    enum Place: Sendable { case home, away, everywhere }

    let relation: Relation
    let parameters: [String]
    /// Whether the organization of the asker has it.
    var isMine = true
    var place = Place.everywhere
    /// Whether it is an integration, or belongs to one, of another category than the holder's.
    var isOtherCategory = false
    /// Whether it is another point than the holder's, or an integration that is not at that.
    var isOtherPoint = false
    /// Whether an integration, or something of one, is meant.
    var isOfIntegration = false
    /// Whether the path names an account of the asker's organization as the owner of something else.
    var isUnderAccount = false
    var kin = Kin.none
    /// Whether what the path names spans the organization, which everybody in it knows of.
    var isOrganization = false

    /// Tokens and members only.
    enum Kin: Sendable {
        case none
        /// The shown token itself.
        case itself
        /// Minted by it.
        case child
        /// Of the same member.
        case member
        /// Lent to the shown token's own member and minted by the shown token.
        case childOfMember
    }
    var level = Holder.Level.organization

    static func nothing(_ relation: Relation, _ parameters: String...) -> Target {
        var target = Target(relation: relation, parameters: parameters)
        target.isMine = false
        return target
    }

    func marked(_ change: (inout Target) -> Void) -> Target {
        var copy = self
        change(&copy)
        return copy
    }
}

/// What a route's path can name, each with everything that it may be.
enum Named: Sendable {
    case nothing, account, integration, credentialOwner, credential, token, organization, member
    case role, provider, permissionSet, point
    /// An organization to log on to, whose member has the secret.
    case logon
    /// What a gateway demands of a token beyond being valid.
    case requirement
}
