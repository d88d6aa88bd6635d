import Crypto
import Support
import Vault

/// One organization and everything in it that a token may stand in a relation to.
///
/// Two of them hold objects of the same names, so that a name that reached across would be seen.
struct Tenant {
    let organization: Organization
    /// The default token, an administrator's.
    let root: RotatedToken
    /// Where the holder lives; gold.
    let home: Account
    let away: Account
    /// In `home`, of the category `ticketing`; and one of another category.
    let tickets: Integration
    let events: Integration
    /// In `away`, of the category `ticketing`.
    let far: Integration
    let ticketsToken: RotatedToken
    let eventsToken: RotatedToken
    let farToken: RotatedToken
    let homeCredential: Credential
    let awayCredential: Credential
    let wholeCredential: Credential
    /// Where `tickets` was set up, with a credential of its own; and one that nobody uses.
    let desk: IntegrationPoint
    let spare: IntegrationPoint
    let deskCredential: Credential
    /// An administrator among the members, so that no other is the last one.
    let keeper: Member
    /// A viewer, who logs on with a secret.
    let person: Member
    let role: Role

    init(_ fixture: Fixture, named name: String) throws {
        let vault = fixture.vault
        let made = try fixture.makeOrganization(name)
        organization = made.organization
        let id = made.organization.id
        root = try RotatedToken(made.token, fixture)
        home = try fixture.makeAccount("home", in: id, labels: ["gold"])
        away = try fixture.makeAccount("away", in: id, labels: ["silver"])
        desk = try fixture.makePoint("desk", in: id)
        spare = try fixture.makePoint("spare", in: id)
        deskCredential = try fixture.makeCredential(.integrationPoint(desk.id), of: nil, in: id)
        (tickets, ticketsToken) = try fixture.keepIntegration(
            "tickets", "jira", in: home, at: desk)
        (events, eventsToken) = try fixture.keepIntegration("events", "splunk", in: home)
        (far, farToken) = try fixture.keepIntegration("tickets", "servicenow", in: away)
        homeCredential = try fixture.makeCredential(.account(home.id), of: home.id, in: id)
        awayCredential = try fixture.makeCredential(.account(away.id), of: away.id, in: id)
        wholeCredential = try fixture.makeCredential(.organization(id), of: nil, in: id)
        keeper = try fixture.makeMember("keeper", [.name(Name(stored: "administrator"))], in: id)
        person = try fixture.makeMember(
            "person", [.name(Name(stored: "viewer"))], in: id,
            secret: try fixture.hashed("\(name) horse battery"))
        let grant = try fixture.operatorGrant()
        role = try vault.step { () throws(Refusal) in
            var new = Vault.NewRole(permissionSet: .viewer)
            new.name = Name("readers")
            return try vault.createRole(grant, in: id, new)
        }
        try vault.commit()
    }
}

/// A token with two generations, and the secrets of both.
struct RotatedToken {
    let token: Token
    let newest: MintedToken
    let older: MintedToken

    init(_ minted: MintedToken, _ fixture: Fixture) throws {
        older = minted
        let grant = try fixture.operatorGrant()
        newest = try fixture.vault.step { () throws(Refusal) in
            try fixture.vault.rotate(grant, minted.token, grace: nil, remembering: nil)
        }
        token = newest.token
    }

    var id: String { token.id.text }
}

extension MintedToken {
    var access: [UInt8] { accessText.withBytes { $0.copied } }
    var refresh: [UInt8] { refreshText.withBytes { $0.copied } }
}

extension Fixture {
    func keepIntegration(
        _ name: String, _ provider: String, in account: Account, at point: IntegrationPoint? = nil
    ) throws -> (Integration, RotatedToken) {
        var new = Vault.NewIntegration(provider: ProviderID(provider))
        new.name = Name(name)
        new.integrationPoint = point.map { .identifier($0.id) }
        let scope = account.scope
        let grant = try operatorGrant()
        let made = try vault.step { () throws(Refusal) in
            let payload = try payload(isBasic: provider != "splunk")
            return try vault.createIntegration(
                grant, in: scope, new, credential: .inline(payload), remembering: nil)
        }
        return (made.integration, try RotatedToken(made.token, self))
    }

    func makeCredential(
        _ holder: CredentialOwner, of account: AccountID?, in organization: OrganizationID
    ) throws -> Credential {
        var new = Vault.NewCredential()
        new.name = Name("shared")
        let grant = try operatorGrant()
        return try vault.step { () throws(Refusal) in
            try vault.createCredential(
                grant, new, try payload(isBasic: true),
                owner: KeyOwner(organization: organization, account: account), holder: holder)
        }
    }

    private func payload(isBasic: Bool) throws(Refusal) -> CredentialPayload {
        do {
            if isBasic { return try .basic(username: "robot", secret: "swordfish") }
            let secret = Array("swordfish".utf8)
            return try CredentialPayload(
                type: .token, parts: [(.secret, secret.count)]
            ) { _, bytes, offset in
                for (index, byte) in secret.enumerated() {
                    bytes.setByte(byte, at: offset + index)
                }
            }
        } catch {
            throw .secretMemoryExhausted
        }
    }

    /// Lets every account set up any ticketing provider.
    func makePoint(_ name: String, in organization: OrganizationID) throws -> IntegrationPoint {
        var new = Vault.NewIntegrationPoint(connector: ConnectorID("ticketing"))
        new.name = Name(name)
        new.environments[.prod] = ProviderRule(allow: .all)
        let grant = try operatorGrant()
        return try vault.step { () throws(Refusal) in
            try vault.createIntegrationPoint(grant, in: organization, new)
        }
    }

    func makeMember(
        _ name: String, _ roles: [Reference<RoleKind>], in organization: OrganizationID,
        secret: StretchedSecret? = nil
    ) throws -> Member {
        var new = Vault.NewMember()
        new.name = Name(name)
        new.roles = roles
        new.secret = secret
        let grant = try operatorGrant()
        return try vault.step { () throws(Refusal) in
            try vault.createMember(grant, in: organization, new)
        }
    }
}
