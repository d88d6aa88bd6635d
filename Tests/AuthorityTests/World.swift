import Crypto
import Support
import Vault

/// Two organizations, and in the first of them the token that is shown with all its kin.
struct World {
    let fixture: Fixture
    let mine: Tenant
    let foreign: Tenant
    let holder: Holder
    /// Whose token it is; nil for tokens of nobody.
    let member: Member?
    let shown: RotatedToken
    /// Nil for tokens that came with their owner.
    let parent: RotatedToken?
    /// Nil where the set mints nothing.
    let child: RotatedToken?
    /// Another child of the same parent, for the same member.
    let sibling: RotatedToken?
    /// Tokens of the other account, and of the other organization.
    let awayToken: RotatedToken
    let foreignToken: RotatedToken

    var vault: Vault { fixture.vault }

    init(_ holder: Holder, seed: UInt64 = 1) throws {
        let fixture = try Fixture(seed: seed)
        let mine = try Tenant(fixture, named: "mine")
        let foreign = try Tenant(fixture, named: "foreign")
        let minting = Minting(fixture: fixture, tenant: mine)
        let member = holder.origin == .member ? try minting.member(holder) : nil
        let root = try fixture.principal(mine.root.newest)
        let parent = try minting.mint(by: root, .organization, .administrator)
        let kept = try RotatedToken(parent, fixture)
        let lender = try fixture.principal(kept.newest)
        switch holder.origin {
        case .byDefault:
            shown = holder.level == .integration ? mine.ticketsToken : mine.root
            (self.parent, sibling) = (nil, nil)
        case .adhoc, .member:
            shown = try minting.shown(holder, member, by: lender)
            sibling = try minting.shown(holder, member, by: lender)
            self.parent = kept
        }
        child = try minting.child(of: shown, holder)
        awayToken = try RotatedToken(
            try minting.mint(by: root, .account, .viewer, in: mine.away), fixture)
        let stranger = Minting(fixture: fixture, tenant: foreign)
        foreignToken = try RotatedToken(
            try stranger.mint(
                by: try fixture.principal(foreign.root.newest), .organization, .viewer),
            fixture)
        (self.fixture, self.mine, self.foreign) = (fixture, mine, foreign)
        (self.holder, self.member) = (holder, member)
        try fixture.vault.commit()
    }
}

/// Mints over the domain's own operations, as the holders of the parents.
struct Minting {
    let fixture: Fixture
    let tenant: Tenant

    private var vault: Vault { fixture.vault }
    private var organization: OrganizationID { tenant.organization.id }

    func mint(
        by parent: Principal, _ level: Token.Level, _ set: PermissionSet,
        in account: Account? = nil, narrowed narrowing: Holder.Narrowing = .none
    ) throws -> MintedToken {
        var wanted = AdhocRequest(permissionSet: set)
        wanted.resources = narrowing.resources
        if narrowing == .desk { wanted.integrationPoint = .identifier(tenant.desk.id) }
        // Shorter than what is above, so that only what is shown expires.
        wanted.timeToLive = set == .administrator && narrowing == .none ? nil : .hours(1)
        let place = account ?? tenant.home
        let facts = AccountFacts(place)
        return try vault.step { () throws(Refusal) in
            switch level {
            case .organization:
                let grant = try authorize(
                    .token(parent), .management(.tokensCreate), on: .ownPart(organization))
                return try vault.mintOrganizationToken(grant, wanted, remembering: nil)
            case .account:
                let grant = try authorize(
                    .token(parent), .management(.tokensCreate), on: .account(organization, facts))
                return try vault.mintAccountToken(grant, place, wanted, remembering: nil)
            case .integration:
                let grant = try authorize(
                    .token(parent), .management(.tokensCreateIntegration),
                    on: .integration(organization, facts, vault.facts(of: tenant.tickets)))
                return try vault.mintIntegrationToken(
                    grant, tenant.tickets, wanted, remembering: nil)
            }
        }
    }

    /// One that is as the holder's; asked for twice, it has a sibling.
    func shown(_ holder: Holder, _ member: Member?, by lender: Principal) throws -> RotatedToken {
        if let member {
            let grant = try authorize(
                .token(lender), .management(.tokensCreate), on: .member(member.id, organization))
            let minted = try vault.step { () throws(Refusal) in
                try vault.mintMemberToken(
                    grant, member, Vault.MemberTokenRequest(), remembering: nil)
            }
            return try RotatedToken(minted, fixture)
        }
        let lent = holder.lent[0]
        return try RotatedToken(
            try mint(
                by: lender, holder.domainLevel, try set(lent.set),
                narrowed: lent.narrowing), fixture)
    }

    func child(of shown: RotatedToken, _ holder: Holder) throws -> RotatedToken? {
        let principal = try fixture.principal(shown.newest)
        if holder.may("tokens:create") {
            let level: Token.Level =
                holder.level == .account || holder.isNarrow
                ? .account : .organization
            let set: PermissionSet = holder.may("accounts:get") ? .viewer : .member
            if level == .account, set == .member { return nil }
            return try RotatedToken(try mint(by: principal, level, set), fixture)
        }
        guard holder.may("tokens:create_integration") else { return nil }
        return try RotatedToken(try mint(by: principal, .integration, .integration), fixture)
    }

    /// Bound to the roles that the holder has, of which the narrowed ones are made first.
    func member(_ holder: Holder) throws -> Member {
        let grant = try fixture.operatorGrant()
        var roles: [Reference<RoleKind>] = []
        for lent in holder.lent {
            guard let resources = lent.narrowing.resources else {
                roles.append(.name(Name(stored: lent.set)))
                continue
            }
            var new = Vault.NewRole(permissionSet: try set(lent.set))
            new.resources = resources
            let role = try vault.step { () throws(Refusal) in
                try vault.createRole(grant, in: organization, new)
            }
            roles.append(.identifier(role.id))
        }
        return try fixture.makeMember("holder", roles, in: organization)
    }

    private func set(_ text: String) throws -> PermissionSet {
        guard let set = PermissionSet(text) else { throw Refusal.absent }
        return set
    }
}

extension Holder {
    var domainLevel: Token.Level {
        switch level {
        case .organization: .organization
        case .account: .account
        case .integration: .integration
        }
    }

    var isNarrow: Bool { lent.allSatisfy { $0.narrowing != .none } }

    func may(_ permission: String) -> Bool {
        lent.contains { PermissionTable.sets[$0.set]?.contains(permission) == true }
    }
}

extension Holder.Narrowing {
    var resources: Resources? {
        switch self {
        case .none, .desk: nil
        case .gold: Resources(accounts: .init(labels: ["gold"]))
        case .ticketing: Resources(integrations: .init(connectors: [ConnectorID("ticketing")]))
        }
    }
}
