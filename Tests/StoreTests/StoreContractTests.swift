import Audit
import Crypto
import Support
import Testing
import Vault

/// What `Vault.Store` promises, held against every engine.
@Suite struct `The storage contract` {
    let specimens = Specimens()

    @Test(arguments: Fixture.Engine.allCases)
    func `an update of what is not there is refused, and the batch with it`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        try store.apply(.insertOrganization(specimens.organization("kept")))
        let absent = specimens.organization("absent")
        #expect(throws: StoreError.self) { try store.apply(.updateOrganization(absent)) }
        #expect(throws: StoreError.self) { try store.commit() }
        try store.abandon()
        #expect(try store.organizations(after: nil, limit: 10).isEmpty)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `a name that is taken, an id that is there and a selector that is known are refused`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        let organization = specimens.organization("acme")
        let account = specimens.account("tenant", in: organization.id)
        let token = specimens.token(in: organization.id)
        try store.apply(.insertOrganization(organization))
        try store.apply(.insertAccount(account))
        try store.apply(.insertToken(token))
        try store.commit()
        let refused: [Mutation] = [
            .insertOrganization(organization),
            .insertOrganization(specimens.organization("acme")),
            .insertAccount(specimens.account("tenant", in: organization.id)),
            .insertToken(token),
        ]
        for mutation in refused {
            #expect(throws: StoreError.self) { try store.apply(mutation) }
            try store.abandon()
        }
        // The same name in another organization is another name.
        let other = specimens.organization("other")
        try store.apply(.insertOrganization(other))
        try store.apply(.insertAccount(specimens.account("tenant", in: other.id)))
        try store.commit()
        #expect(try store.counts().accounts == 2)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `what was abandoned was never there`(_ engine: Fixture.Engine) throws {
        let store = try StoreUnderTest(engine).store
        let organization = specimens.organization("acme")
        try store.apply(.insertOrganization(organization))
        #expect(try store.organization(organization.id) == organization)
        #expect(try store.counts().organizations == 1)
        try store.abandon()
        #expect(try store.organization(organization.id) == nil)
        #expect(try store.counts() == StoreCounts())
        try store.commit()
        try store.abandon()
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `a step that is undone leaves the rest of its batch`(_ engine: Fixture.Engine) throws {
        let store = try StoreUnderTest(engine).store
        let kept = specimens.organization("kept")
        let undone = specimens.organization("undone")
        try store.beginStep()
        try store.apply(.insertOrganization(kept))
        try store.keepStep()
        try store.beginStep()
        try store.apply(.insertOrganization(undone))
        try store.apply(.insertToken(specimens.token(in: undone.id)))
        try store.undoStep()
        #expect(try store.organization(undone.id) == nil)
        try store.commit()
        #expect(try store.organizations(after: nil, limit: 10) == [kept])
        #expect(try store.counts().tokens == 0)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `steps do not nest, end without a beginning, or stay open over a commit`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        #expect(throws: StoreError.self) { try store.keepStep() }
        try store.abandon()
        #expect(throws: StoreError.self) { try store.undoStep() }
        try store.abandon()
        try store.beginStep()
        #expect(throws: StoreError.self) { try store.beginStep() }
        try store.abandon()
        try store.beginStep()
        #expect(throws: StoreError.self) { try store.commit() }
        try store.abandon()
        #expect(throws: StoreError.self) {
            try store.apply(.forget(before: Instant(microseconds: 0)))
            try store.scrub()
        }
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `look-ups name the whole path`(_ engine: Fixture.Engine) throws {
        let store = try StoreUnderTest(engine).store
        let tenant = try Tenant(specimens, "acme", in: store)
        let other = try Tenant(specimens, "other", in: store)
        try store.commit()
        let foreign = AccountScope(organization: other.organization.id, account: tenant.account.id)
        #expect(try store.account(tenant.account.id, in: other.organization.id) == nil)
        #expect(try store.account(named: tenant.account.name, in: specimens.id()) == nil)
        #expect(try store.integration(tenant.integration.id, in: foreign) == nil)
        #expect(try store.integration(tenant.integration.id, in: other.scope) == nil)
        #expect(try store.integration(named: tenant.integration.name, in: foreign) == nil)
        #expect(try store.credential(tenant.credential.id, in: other.scope.keyOwner) == nil)
        #expect(try store.credential(tenant.credential.id, in: tenant.ownKeys) == nil)
        #expect(try store.token(tenant.token.id, in: other.organization.id) == nil)
        #expect(try store.keyPair(of: foreign.keyOwner, version: 1) == nil)
        #expect(try store.newestKeyPair(of: foreign.keyOwner) == nil)
        let number = tenant.token.primary.number
        let use = try store.use(
            of: tenant.token.id.value, generation: number, in: other.organization.id)
        #expect(use == nil)
        #expect(try store.hasChildren(tenant.token.id, in: other.organization.id) == false)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `what was stored comes back the same`(_ engine: Fixture.Engine) throws {
        let store = try StoreUnderTest(engine).store
        let tenant = try Tenant(specimens, "acme", in: store)
        try store.commit()
        try tenant.expectPresent(in: store)
        #expect(try store.hasChildren(tenant.token.id, in: tenant.organization.id))
        var changed = tenant.organization
        changed.contact = nil
        changed.state = .disabled
        changed.revision = .max
        try store.apply(.updateOrganization(changed))
        var renewed = tenant.token
        renewed.secondary = nil
        renewed.revokedAt = Instant(microseconds: -1)
        try store.apply(.updateToken(renewed))
        #expect(try store.organization(named: changed.name) == changed)
        let found = try #require(try store.token(selector: renewed.selector))
        #expect(found.secondary == nil && found.revokedAt == renewed.revokedAt)
        #expect(try store.counts().organizations == 1)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `lists go upwards, page by page, and hold one owner's things only`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        let tenant = try Tenant(specimens, "acme", in: store)
        let other = try Tenant(specimens, "other", in: store)
        var accounts = [tenant.account]
        for index in 0..<6 {
            let account = specimens.account("more-\(index)", in: tenant.organization.id)
            try store.apply(.insertAccount(account))
            accounts.append(account)
        }
        accounts.sort { $0.id < $1.id }
        let organization = tenant.organization.id
        #expect(try store.accounts(in: organization, after: nil, limit: 100) == accounts)
        let page = try store.accounts(in: organization, after: accounts[1].id, limit: 3)
        #expect(page == Array(accounts[2...4]))
        #expect(try store.accounts(in: organization, after: accounts[6].id, limit: 3).isEmpty)
        let everything = try store.integrations(
            in: organization, account: nil, after: nil, limit: 10)
        #expect(everything == [tenant.integration])
        let none = try store.integrations(
            in: organization, account: other.account.id, after: nil, limit: 10)
        #expect(none.isEmpty)
        let tokens = try store.tokens(in: organization, account: nil, after: nil, limit: 10)
        #expect(Set(tokens.map(\.id)) == [tenant.token.id, tenant.child.id])
        let ofAccount = try store.tokens(
            in: organization, account: tenant.account.id, after: nil, limit: 10)
        #expect(ofAccount.map(\.id) == [tenant.child.id])
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `a deletion takes everything below it and nothing else`(
        _ engine: Fixture.Engine
    ) throws {
        for level in ["integration", "account", "organization"] {
            let subject = try StoreUnderTest(engine)
            let store = subject.store
            let tenant = try Tenant(specimens, "acme", in: store)
            let other = try Tenant(specimens, "other", in: store)
            try store.commit()
            switch level {
            case "integration":
                try store.apply(.deleteIntegration(tenant.integration.id, tenant.scope))
            case "account": try store.apply(.deleteAccount(tenant.scope))
            default: try store.apply(.deleteOrganization(tenant.organization.id))
            }
            // Twice is as good as once.
            try store.apply(.deleteIntegration(tenant.integration.id, tenant.scope))
            try store.commit()
            try tenant.expectGone(below: level, in: store)
            try other.expectPresent(in: store)
            try subject.audit()
        }
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `remembered answers go when their window closes, not before`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        let token = specimens.token(in: specimens.id())
        let end = Instant(microseconds: 1_000_000)
        let answer = specimens.answer(about: token, expires: end)
        try store.apply(.remember(answer))
        try store.apply(.forget(before: Instant(microseconds: 999_999)))
        #expect(try store.remembered(answer.key) != nil)
        // A new answer takes the place of one that has run out.
        let again = IdempotencyRecord(
            key: answer.key, request: specimens.digest(), organization: answer.organization,
            token: answer.token, object: 5, generation: 1, sealedSecrets: [], createdAt: end,
            expires: end)
        try store.apply(.remember(again))
        #expect(try store.remembered(answer.key)?.object == 5)
        try store.apply(.forget(before: end))
        #expect(try store.remembered(answer.key) == nil)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `the newest key pair is the one of the highest version`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        let owner = KeyOwner(organization: specimens.id(), account: specimens.id())
        let own = KeyOwner(organization: owner.organization, account: nil)
        let pairs = try (1...3).map { try specimens.keyPair(of: owner, version: $0) }
        for pair in [pairs[2], pairs[0], pairs[1]] { try store.apply(.insertKeyPair(pair)) }
        let ownPair = try specimens.keyPair(of: own, version: 9)
        try store.apply(.insertKeyPair(ownPair))
        #expect(try store.newestKeyPair(of: owner) == pairs[2])
        #expect(try store.keyPair(of: owner, version: 1) == pairs[0])
        #expect(try store.newestKeyPair(of: own) == ownPair)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `the standing is as it was put, and belongs to the batch`(
        _ engine: Fixture.Engine
    ) throws {
        let subject = try StoreUnderTest(engine)
        let store = subject.store
        let first = try store.standing()
        #expect(first == Standing(vault: subject.ring.vault, generation: 0, epoch: 0))
        var next = first
        next.generation = 7
        next.epoch = .max
        try store.apply(.putStanding(next))
        #expect(try store.standing() == next)
        try store.abandon()
        #expect(try store.standing() == first)
    }
}
