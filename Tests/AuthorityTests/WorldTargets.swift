import Vault

/// Everything that can be asked for in a world, of each kind.
extension World {
    func targets(_ named: Named) -> [Target] {
        switch named {
        case .nothing: [Target(relation: .whole, parameters: [])]
        case .account: accounts
        case .integration: integrations
        case .credentialOwner: owners
        case .credential:
            credentials.map { target in
                let accounts = [mine.home.id.text, "home", mine.away.id.text]
                return target.marked { $0.isUnderAccount = accounts.contains(target.parameters[0]) }
            }
        case .token: tokens
        case .organization, .logon: organizations
        case .point: points
        case .member: members
        case .role: roles
        case .requirement: requirements
        case .provider:
            [
                Target(relation: .itself, parameters: ["jira"]),
                .nothing(.absent, "nobody"), .nothing(.wrongType, mine.home.id.text),
            ]
        case .permissionSet:
            [
                Target(relation: .itself, parameters: ["viewer"]),
                .nothing(.absent, "nobody"), .nothing(.wrongType, mine.home.id.text),
            ]
        }
    }

    private static let nobody: UInt128 = 12345

    private var noToken: String { TokenID(Self.nobody).text }
    private var noAccount: String { AccountID(Self.nobody).text }
    private var noPoint: String { IntegrationPointID(Self.nobody).text }

    private func here(
        _ relation: Relation, _ place: Target.Place, _ parts: String...
    ) -> Target {
        Target(relation: relation, parameters: parts, place: place)
    }

    private var organizations: [Target] {
        [
            Target(relation: .itself, parameters: [mine.organization.id.text]),
            Target(relation: .itself, parameters: ["mine"]),
            Target(relation: .otherOrganization, parameters: [foreign.organization.id.text]),
            .nothing(.absent, OrganizationID(Self.nobody).text), .nothing(.absent, "nobody"),
            .nothing(.wrongType, mine.home.id.text),
        ]
    }

    private var accounts: [Target] {
        [
            here(.itself, .home, mine.home.id.text), here(.itself, .home, "home"),
            here(.otherAccount, .away, mine.away.id.text), here(.otherAccount, .away, "away"),
            .nothing(.otherOrganization, foreign.home.id.text), .nothing(.absent, noAccount),
            .nothing(.absent, "nobody"), .nothing(.wrongType, mine.tickets.id.text),
            .nothing(.wrongType, mine.organization.id.text),
        ]
    }

    /// None, and one account or another.
    private var requirements: [Target] {
        [Target(relation: .whole, parameters: [])] + accounts
    }

    private func ofIntegration(
        _ relation: Relation, _ place: Target.Place, _ other: Bool, _ parts: String...
    ) -> Target {
        var target = Target(relation: relation, parameters: parts, place: place)
        target.isOtherCategory = other
        target.isOtherPoint = other || place == .away
        target.isOfIntegration = true
        return target
    }

    private var integrations: [Target] {
        let (home, away) = (mine.home.id.text, mine.away.id.text)
        return [
            ofIntegration(.itself, .home, false, home, mine.tickets.id.text),
            ofIntegration(.itself, .home, false, "home", "tickets"),
            ofIntegration(.sibling, .home, true, home, mine.events.id.text),
            ofIntegration(.otherAccount, .away, false, away, mine.far.id.text),
            .nothing(.otherAccount, home, mine.far.id.text),
            .nothing(.otherAccount, away, mine.tickets.id.text),
            .nothing(.otherOrganization, foreign.home.id.text, foreign.tickets.id.text),
            .nothing(.otherOrganization, home, foreign.tickets.id.text),
            .nothing(.otherOrganization, foreign.home.id.text, mine.tickets.id.text),
            .nothing(.absent, home, IntegrationID(Self.nobody).text),
            .nothing(.absent, noAccount, mine.tickets.id.text), .nothing(.absent, home, "nobody"),
            .nothing(.wrongType, home, mine.home.id.text),
            .nothing(.wrongType, mine.tickets.id.text, home),
        ]
    }

    private var points: [Target] {
        [
            here(.itself, .everywhere, mine.desk.id.text), here(.itself, .everywhere, "desk"),
            here(.sibling, .everywhere, mine.spare.id.text).marked { $0.isOtherPoint = true },
            .nothing(.otherOrganization, foreign.desk.id.text),
            .nothing(.absent, noPoint), .nothing(.absent, "nobody"),
            .nothing(.wrongType, mine.tickets.id.text),
        ]
    }

    private var owners: [Target] {
        [
            here(.itself, .home, mine.home.id.text), here(.itself, .home, "home"),
            ofIntegration(.child, .home, false, mine.tickets.id.text),
            ofIntegration(.child, .home, true, mine.events.id.text),
            here(.parent, .everywhere, mine.organization.id.text)
                .marked { $0.isOrganization = true },
            here(.parent, .everywhere, mine.desk.id.text).marked { $0.isOrganization = true },
            here(.otherAccount, .away, mine.away.id.text),
            ofIntegration(.otherAccount, .away, false, mine.far.id.text),
            .nothing(.otherOrganization, foreign.home.id.text),
            .nothing(.otherOrganization, foreign.tickets.id.text),
            .nothing(.otherOrganization, foreign.organization.id.text),
            .nothing(.otherOrganization, foreign.desk.id.text)
                .marked { $0.isOrganization = true },
            .nothing(.absent, noPoint).marked { $0.isOrganization = true },
            .nothing(.absent, noAccount), .nothing(.absent, "nobody"),
            .nothing(.wrongType, mine.root.id), .nothing(.wrongType, mine.person.id.text),
        ]
    }

    private var credentials: [Target] {
        let home = mine.home.id.text
        let own = mine.tickets.credential?.text ?? "-"
        let shared = mine.homeCredential.id.text
        return [
            here(.itself, .home, home, shared), here(.itself, .home, "home", "shared"),
            ofIntegration(.child, .home, false, mine.tickets.id.text, own),
            ofIntegration(
                .child, .home, true, mine.events.id.text, mine.events.credential?.text ?? "-"),
            here(
                .parent, .everywhere, mine.organization.id.text, mine.wholeCredential.id.text
            ).marked { $0.isOrganization = true },
            here(.parent, .everywhere, mine.desk.id.text, mine.deskCredential.id.text)
                .marked { $0.isOrganization = true },
            .nothing(.parent, mine.spare.id.text, mine.deskCredential.id.text)
                .marked { $0.isOrganization = true },
            .nothing(.otherOrganization, foreign.desk.id.text, foreign.deskCredential.id.text)
                .marked { $0.isOrganization = true },
            here(.otherAccount, .away, mine.away.id.text, mine.awayCredential.id.text),
            .nothing(.otherAccount, home, mine.awayCredential.id.text),
            .nothing(.child, home, own), .nothing(.sibling, mine.tickets.id.text, shared),
            .nothing(.parent, home, mine.wholeCredential.id.text),
            .nothing(.otherOrganization, home, foreign.homeCredential.id.text),
            .nothing(
                .otherOrganization, foreign.home.id.text, foreign.homeCredential.id.text),
            .nothing(.absent, home, CredentialID(Self.nobody).text),
            .nothing(.absent, home, "nobody"), .nothing(.wrongType, home, mine.tickets.id.text),
        ]
    }

    private var members: [Target] {
        var targets = [
            here(.sibling, .everywhere, mine.person.id.text),
            here(.sibling, .everywhere, "person"),
            .nothing(.otherOrganization, foreign.person.id.text),
            .nothing(.absent, MemberID(Self.nobody).text), .nothing(.absent, "nobody"),
            .nothing(.wrongType, mine.role.id.text),
        ]
        if let member {
            targets.append(
                here(.itself, .everywhere, member.id.text).marked { $0.kin = .member })
        }
        return targets
    }

    private var roles: [Target] {
        [
            here(.itself, .everywhere, mine.role.id.text),
            here(.itself, .everywhere, "readers"),
            .nothing(.otherOrganization, foreign.role.id.text),
            .nothing(.absent, RoleID(Self.nobody).text), .nothing(.absent, "nobody"),
            .nothing(.wrongType, mine.person.id.text),
        ]
    }

    private var tokens: [Target] {
        var targets = [
            token(.itself, shown, kin: .itself), token(.otherAccount, awayToken),
            token(.child, mine.ticketsToken), token(.child, mine.eventsToken),
            token(.otherAccount, mine.farToken), token(.parent, mine.root),
            .nothing(.otherOrganization, foreignToken.id),
            .nothing(.otherOrganization, foreign.ticketsToken.id), .nothing(.absent, noToken),
            .nothing(.wrongType, mine.home.id.text), .nothing(.wrongType, "home"),
        ]
        if let parent { targets.append(token(.parent, parent)) }
        if let child {
            targets.append(token(.child, child, kin: member == nil ? .child : .childOfMember))
        }
        if let sibling {
            targets.append(token(.sibling, sibling, kin: member == nil ? .none : .member))
        }
        // Where the holder is one of them already, it is listed as itself.
        var seen: Set<String> = []
        return targets.filter { seen.insert($0.parameters[0]).inserted }
    }

    private func token(
        _ relation: Relation, _ kept: RotatedToken, kin: Target.Kin = .none
    ) -> Target {
        let token = kept.token
        var target = Target(relation: relation, parameters: [kept.id])
        target.kin = kin
        target.level =
            switch token.level {
            case .organization: .organization
            case .account: .account
            case .integration: .integration
            }
        if let account = token.account {
            target.place = account == mine.home.id ? .home : .away
        }
        target.isOfIntegration = token.integration != nil
        target.isOtherCategory = token.integration == mine.events.id
        target.isOtherPoint = token.integration != nil && token.integration != mine.tickets.id
        return target
    }
}
