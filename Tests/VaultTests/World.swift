import Crypto
import Support
import Vault

/// What a call was refused with; nil where it went through.
func refusal<E: Error>(_ body: () throws(E) -> Void) -> E? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

/// One organization with an account and an integration in it, and the ways to act there.
struct World {
    let fixture: Fixture
    let organization: Organization
    let account: Account
    let integration: Integration
    /// The organization's default token, an administrator's.
    let root: MintedToken
    /// The integration's default token.
    let leaf: MintedToken

    var vault: Vault { fixture.vault }
    var clock: FixedClock { fixture.clock }
    var scope: AccountScope { AccountScope(organization: organization.id, account: account.id) }

    init(
        seed: UInt64 = 1, lifetimes: Lifetimes = Lifetimes(), rowByteCount: Int = 0
    ) throws {
        let fixture = try Fixture(seed: seed, lifetimes: lifetimes, rowByteCount: rowByteCount)
        try self.init(in: fixture, named: "acme")
    }

    init(in fixture: Fixture, named name: String) throws {
        self.fixture = fixture
        let made = try fixture.makeOrganization(name)
        organization = made.organization
        root = made.token
        account = try fixture.makeAccount("tenant", in: organization.id, labels: ["gold"])
        let integrated = try fixture.makeIntegration("tickets", in: account)
        integration = integrated.integration
        leaf = integrated.token
        try vault.commit()
    }

    func text(_ minted: MintedToken) -> [UInt8] { minted.accessText.withBytes { $0.copied } }

    func refreshText(_ minted: MintedToken) -> [UInt8] {
        minted.refreshText.withBytes { $0.copied }
    }

    func present(_ text: [UInt8]) throws -> DetachedToken {
        var presented = try PresentedToken()
        guard presented.read(text.span) else { throw Refusal.malformedToken }
        return try presented.detached()
    }

    /// Nil when the token is good, else why it is not.
    func fault(_ text: [UInt8], _ requirement: Requirement = .none) throws -> Refusal? {
        switch try vault.judge(try present(text), requirement).verdict {
        case .allow, .lookup: nil
        case .deny(let refusal, _): refusal
        }
    }

    func fault(_ minted: MintedToken, _ requirement: Requirement = .none) throws -> Refusal? {
        try fault(text(minted), requirement)
    }

    func actor(_ text: [UInt8]) throws -> Actor {
        try vault.authenticate(try present(text)) { _, _ in }
    }

    func principal(_ minted: MintedToken) throws -> Principal {
        guard case .token(let principal) = try actor(text(minted)) else { throw Refusal.wrongKind }
        return principal
    }

    /// As the row has it now.
    func stored(_ minted: MintedToken) throws -> Token {
        guard let token = try vault.find(minted.token.id, in: minted.token.organization) else {
            throw Refusal.absent
        }
        return token
    }

    func grant(
        _ text: [UInt8], _ operation: Operation, on resource: Resource
    ) throws -> Grant {
        try authorize(try actor(text), operation, on: resource)
    }

    func whole() -> Resource { .organization(organization.id) }

    func mint(
        _ set: PermissionSet, by parent: MintedToken, resources: Resources? = nil,
        timeToLive: TimeSpan? = nil, remembering request: IdempotencyRequest? = nil
    ) throws -> MintedToken {
        var wanted = AdhocRequest(permissionSet: set)
        wanted.resources = resources
        wanted.timeToLive = timeToLive
        let grant = try grant(
            text(parent), .management(.tokensCreate), on: .ownPart(organization.id))
        return try vault.step { () throws(Refusal) in
            try vault.mintOrganizationToken(grant, wanted, remembering: request)
        }
    }

    func mintForAccount(
        _ set: PermissionSet, by parent: MintedToken, resources: Resources? = nil,
        timeToLive: TimeSpan? = nil
    ) throws -> MintedToken {
        var wanted = AdhocRequest(permissionSet: set)
        wanted.resources = resources
        wanted.timeToLive = timeToLive
        let place = Resource.account(organization.id, AccountFacts(account))
        let grant = try grant(text(parent), .management(.tokensCreate), on: place)
        return try vault.step { () throws(Refusal) in
            try vault.mintAccountToken(grant, account, wanted, remembering: nil)
        }
    }

    func mintForIntegration(
        by parent: MintedToken, timeToLive: TimeSpan? = nil
    ) throws -> MintedToken {
        var wanted = AdhocRequest(permissionSet: .integration)
        wanted.timeToLive = timeToLive
        let place = Resource.integration(
            organization.id, AccountFacts(account), vault.facts(of: integration))
        let grant = try grant(text(parent), .management(.tokensCreateIntegration), on: place)
        return try vault.step { () throws(Refusal) in
            try vault.mintIntegrationToken(grant, integration, wanted, remembering: nil)
        }
    }

    func rotate(
        _ minted: MintedToken, by text: [UInt8], grace: TimeSpan? = nil,
        remembering request: IdempotencyRequest? = nil
    ) throws -> MintedToken {
        let token = try stored(minted)
        let operation = Operation.management(.tokensRotate, refreshSecretMay: true)
        let grant = try grant(text, operation, on: try vault.resource(token))
        return try vault.step { () throws(Refusal) in
            try vault.rotate(grant, token, grace: grace, remembering: request)
        }
    }

    func reset(_ minted: MintedToken, by text: [UInt8]) throws -> MintedToken {
        let token = try stored(minted)
        let grant = try grant(text, .management(.tokensReset), on: try vault.resource(token))
        return try vault.step { () throws(Refusal) in
            try vault.reset(grant, token, remembering: nil)
        }
    }

    func end(_ minted: MintedToken) throws {
        let token = try stored(minted)
        let grant = try fixture.operatorGrant()
        try vault.step { () throws(Refusal) in try vault.end(grant, token) }
    }

    func removeSecondary(_ minted: MintedToken, force: Bool = false) throws {
        let token = try stored(minted)
        let grant = try fixture.operatorGrant()
        _ = try vault.step { () throws(Refusal) in
            try vault.removeSecondary(grant, token, force: force)
        }
    }

    func revoke(_ text: [UInt8]) throws {
        let presented = try present(text)
        _ = try vault.step { () throws(Refusal) in try vault.revoke(presented) }
    }
}
