import Support
import Testing
import Vault

/// 1.4: what `resources` leave of an authority, through chains of tokens and for every way to name
/// what they admit.
@Suite struct `Narrowing through chains` {
    private let world: World
    /// A second account of the organization: another label, another environment.
    private let other: Account
    private let otherIntegration: Integration

    init() throws {
        world = try World()
        var new = Vault.NewAccount()
        new.name = Name("other")
        new.labels = ["silver"]
        new.environment = .test
        let (vault, organization) = (world.vault, world.organization.id)
        let grant = try world.fixture.operatorGrant()
        other = try vault.step { () throws(Refusal) in
            try vault.createAccount(grant, in: organization, new)
        }
        otherIntegration = try world.fixture.makeIntegration("others", in: other).integration
    }

    private typealias Narrowing = (name: String, resources: Resources)

    /// All that admit the world's account and integration and not the other ones.
    private var admitting: [Narrowing] {
        [
            ("account id", Resources(accounts: .init(ids: [world.account.id]))),
            ("label", Resources(accounts: .init(labels: ["gold"]))),
            ("environment", Resources(accounts: .init(environments: [.prod]))),
            ("integration id", Resources(integrations: .init(ids: [world.integration.id]))),
            (
                "both",
                Resources(
                    accounts: .init(labels: ["gold"]),
                    integrations: .init(connectors: [ConnectorID("ticketing")]))
            ),
        ]
    }

    private var refusing: [Narrowing] {
        [
            ("account id", Resources(accounts: .init(ids: [other.id]))),
            ("label", Resources(accounts: .init(labels: ["silver"]))),
            ("environment", Resources(accounts: .init(environments: [.test]))),
            ("integration id", Resources(integrations: .init(ids: [otherIntegration.id]))),
            ("connector", Resources(integrations: .init(connectors: [ConnectorID("siem")]))),
            ("no account", Resources(accounts: .init(ids: []))),
            ("no label", Resources(accounts: .init(labels: []))),
            ("no connector", Resources(integrations: .init(connectors: []))),
            (
                "one of two",
                Resources(accounts: .init(labels: ["gold"], environments: [.test]))
            ),
        ]
    }

    private func reaches(_ minted: MintedToken, _ account: Account, _ integration: Integration)
        -> Bool
    {
        refusal {
            let place = Resource.integration(
                account.organization, AccountFacts(account), world.vault.facts(of: integration))
            _ = try authorize(
                .token(try world.principal(minted)), .management(.integrationsGet), on: place)
        } == nil
    }

    @Test func `in a chain the order of two narrowings makes no difference`() throws {
        for first in admitting + refusing {
            for second in admitting + refusing {
                let parent = try world.mint(
                    .administrator, by: world.root, resources: first.resources)
                let child = try world.mint(.administrator, by: parent, resources: second.resources)
                let grandchild = try world.mint(.administrator, by: child)
                let isAdmitting =
                    admitting.contains { $0.resources == first.resources }
                    && admitting.contains { $0.resources == second.resources }
                for token in [child, grandchild] {
                    let isReached = reaches(token, world.account, world.integration)
                    #expect(isReached == isAdmitting, "\(first.name), \(second.name)")
                    if isAdmitting {
                        #expect(!reaches(token, other, otherIntegration), "\(first.name)")
                    }
                }
            }
        }
    }

    @Test func `what a chain does not admit it does not mint for either`() throws {
        for narrowing in refusing {
            let parent = try world.mint(
                .administrator, by: world.root, resources: narrowing.resources)
            #expect(throws: Refusal.foreign, "\(narrowing.name)") {
                try world.mintForIntegration(by: parent)
            }
        }
        for narrowing in admitting {
            let parent = try world.mint(
                .administrator, by: world.root, resources: narrowing.resources)
            #expect(try world.fault(try world.mintForIntegration(by: parent)) == nil)
        }
    }

    @Test func `an account token cannot be widened past its account`() throws {
        let wide = Resources(accounts: .init(ids: [world.account.id, other.id]))
        let everything = Resources(accounts: .init(environments: [.prod, .test]))
        for resources in [nil, wide, everything] {
            let token = try world.mintForAccount(
                .administrator, by: world.root, resources: resources)
            #expect(reaches(token, world.account, world.integration))
            #expect(!reaches(token, other, otherIntegration))
            #expect(throws: Refusal.insufficientScope) { try world.mint(.viewer, by: token) }
            let place = Resource.account(other.organization, AccountFacts(other))
            #expect(throws: Refusal.foreign) {
                try world.grant(world.text(token), .management(.tokensCreate), on: place)
            }
            let child = try world.mintForAccount(.administrator, by: token, resources: wide)
            #expect(!reaches(child, other, otherIntegration))
        }
    }

    @Test func `a parent that died between mint and use takes its children along`() throws {
        let deaths: [(MintedToken) throws -> Void] = [
            { try world.end($0) },
            { _ = try world.reset($0, by: world.text(world.root)) },
            { try world.revoke(world.text($0)) },
            { _ in world.clock.advance(by: .hours(1)) },
        ]
        for death in deaths {
            let parent = try world.mint(.administrator, by: world.root, timeToLive: .hours(1))
            let child = try world.mintForAccount(.administrator, by: parent, timeToLive: .hours(9))
            let leaf = try world.mintForIntegration(by: child)
            let place = Resource.account(world.organization.id, AccountFacts(world.account))
            // Everything was decided while the parent lived; only the minting comes too late.
            let grant = try world.grant(world.text(child), .management(.tokensCreate), on: place)
            for token in [parent, child, leaf] { #expect(try world.fault(token) == nil) }
            try death(parent)
            for token in [child, leaf] { #expect(try world.fault(token) != nil) }
            #expect(throws: Refusal.self) {
                try world.vault.step { () throws(Refusal) in
                    try world.vault.mintAccountToken(
                        grant, world.account, AdhocRequest(permissionSet: .viewer),
                        remembering: nil)
                }
            }
            #expect(throws: Refusal.self) {
                try world.rotate(child, by: world.refreshText(child))
            }
        }
    }

    @Test func `at the end of the calendar a lifetime ends with it`() throws {
        let start = Instant(microseconds: Instant.latest.microseconds - 3_600_000_000)
        world.clock.set(start)
        // The world's own tokens have long ended; an operator gives new ones.
        let late = try World(in: world.fixture, named: "late")
        #expect(late.root.token.primary.expires <= .latest)
        let child = try late.mint(.viewer, by: late.root, timeToLive: .days(365))
        #expect(child.token.primary.expires <= .latest)
        #expect(try late.fault(child) == nil)
        late.clock.set(.latest)
        #expect(try late.fault(child) == .expired)
        #expect(throws: Refusal.self) { try late.mint(.viewer, by: late.root) }
    }

    @Test func `before the epoch time goes on as after it`() throws {
        world.clock.set(Instant(microseconds: -62_135_596_800_000_000))
        let early = try World(in: world.fixture, named: "early")
        let child = try early.mint(.viewer, by: early.root, timeToLive: .hours(1))
        #expect(try early.fault(child) == nil)
        early.clock.advance(by: .hours(1))
        #expect(try early.fault(child) == .expired)
    }

    @Test(arguments: [1, 59, 60, 365 * 24 * 3600] as [Int64])
    func `a lifetime within the cap is given to the microsecond`(seconds: Int64) throws {
        let root = try world.rotate(world.root, by: world.text(world.root))
        let child = try world.mint(.viewer, by: root, timeToLive: .seconds(seconds))
        let end = world.clock.now().advanced(by: .seconds(seconds))
        #expect(child.token.primary.expires == min(end, root.token.primary.expires))
    }
}
