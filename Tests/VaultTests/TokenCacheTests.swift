import Crypto
import Support
import Testing
import Vault

@Suite struct TokenCacheTests {
    @Test func `the cache holds no more than its room, and what it lost is read again`() throws {
        let fixture = try Fixture()
        let cache = TokenCache(byteCount: 0)
        let vault = try Vault(
            store: fixture.store, ring: fixture.ring, clock: fixture.clock,
            entropy: fixture.entropy, lifetimes: Lifetimes(), catalogue: .small, cache: cache)
        let world = try World(in: fixture, named: "acme")
        let tokens = try (0..<200).map { _ in try world.mint(.viewer, by: world.root) }
        for token in tokens { #expect(try vault.record(token.token.selector) != nil) }
        #expect(cache.count == 64)
        for token in tokens {
            #expect(try vault.record(token.token.selector)?.token == token.token.id)
        }
        #expect(cache.count == 64)
    }

    @Test func `a record of rows that may yet be undone is not kept`() throws {
        let world = try World()
        let grant = try world.fixture.operatorGrant()
        let token = try world.stored(world.leaf)
        let selector = token.selector
        #expect(throws: Refusal.inUse) {
            try world.vault.step { () throws(Refusal) in
                _ = try world.vault.reset(grant, token, remembering: nil)
                guard try world.vault.record(selector)?.primary.number == 2 else { return }
                throw .inUse
            }
        }
        #expect(try world.vault.record(selector)?.primary.number == 1)
        #expect(try world.fault(world.leaf) == nil)
    }

    @Test func `what the open batch has decided anew is shown to nobody before it is kept`() throws
    {
        let world = try World()
        let other = try World(in: world.fixture, named: "other")
        let cache = world.vault.cache
        let grant = try world.fixture.operatorGrant()
        var change = Vault.OrganizationChange()
        change.state = .disabled
        let off = try world.vault.step { () throws(Refusal) in
            try world.vault.update(grant, world.organization, change)
        }
        try world.vault.commit()
        change.state = .enabled
        _ = try world.vault.step { () throws(Refusal) in
            try world.vault.update(grant, off, change)
        }
        for subject in [world, other] { #expect(try subject.fault(subject.leaf) == nil) }
        #expect(cache.record(world.leaf.token.selector) == nil)
        // Another organization's are as they were.
        #expect(cache.record(other.leaf.token.selector) != nil)
        try world.vault.abandon()
        #expect(try world.fault(world.leaf) == .organizationDisabled)
        #expect(cache.record(world.leaf.token.selector) != nil)
        _ = try world.vault.step { () throws(Refusal) in
            try world.vault.update(grant, off, change)
        }
        try world.vault.commit()
        #expect(try world.fault(world.leaf) == nil)
        #expect(cache.record(world.leaf.token.selector) != nil)
    }

    @Test func `tokens that are minted and used keep no other's record from being kept`() throws {
        let world = try World()
        #expect(try world.fault(world.root) == nil)
        let record = try #require(world.vault.cache.record(world.root.token.selector))
        world.vault.note(record, .primary)
        world.vault.beginFlushingUses()
        try world.vault.flushUses(atMost: .max)
        let minted = try world.mint(.viewer, by: world.root)
        for token in [world.leaf, minted] { #expect(try world.fault(token) == nil) }
        #expect(world.vault.cache.record(world.leaf.token.selector) != nil)
        #expect(world.vault.cache.record(minted.token.selector) == nil)
    }

    @Test func `one caller's refusal does not empty the cache for the others`() throws {
        let world = try World()
        #expect(try world.fault(world.leaf) == nil)
        let grant = try world.fixture.operatorGrant()
        let root = try world.stored(world.root)
        #expect(throws: Refusal.inUse) {
            try world.vault.step { () throws(Refusal) in
                _ = try world.vault.rotate(grant, root, grace: nil, remembering: nil)
                throw .inUse
            }
        }
        #expect(world.vault.cache.record(world.leaf.token.selector) != nil)
    }

    // MARK: - What it is reckoned to take

    private let specimens = Specimens(seed: 7)
    private static let usual = TokenRecord.usualByteCount

    /// - Parameter labels: lists so many in what narrows the token.
    private func record(
        in organization: OrganizationID, _ cache: TokenCache, labels: Int = 0
    ) -> TokenRecord {
        let many = (0..<labels).map { "a label that is no short text \($0)" }
        let narrowing = Resources(accounts: Resources.Accounts(labels: many))
        let lineage = Lineage(
            permissions: .none, narrowings: labels == 0 ? [] : [narrowing], alternatives: [],
            end: specimens.start, fault: nil)
        return TokenRecord(
            token: specimens.token(in: organization), lineage: lineage, owner: OwnerFacts(),
            freshness: cache.freshness(of: organization))
    }

    @Test func `a record in the place of another takes the other's bytes back`() {
        let cache = TokenCache(byteCount: 1 << 20)
        let organization: OrganizationID = specimens.id()
        let first = record(in: organization, cache, labels: 100)
        for _ in 0..<1000 { cache.insert(first) }
        #expect(cache.usage.records == 1 && cache.usage.bytes == first.byteCount)
        #expect(first.byteCount > Self.usual + 100 * 40)
        cache.drop(first.selector)
        #expect(cache.usage.records == 0 && cache.usage.bytes == 0)
        #expect(cache.usage.evictions == 0)
    }

    @Test func `long lists count: the bound is of bytes, not of records`() {
        let bytes = 64 * Self.usual
        let cache = TokenCache(byteCount: bytes)
        let organization: OrganizationID = specimens.id()
        let large = (0..<200).map { _ in record(in: organization, cache, labels: 100) }
        for record in large {
            cache.insert(record)
            #expect(cache.usage.bytes <= bytes)
        }
        let fitting = bytes / large[0].byteCount
        #expect(cache.usage.records == fitting && fitting < 10)
        #expect(cache.usage.evictions == 200 - fitting)
        // Larger than all the room: not kept, and nobody else has to go for it.
        cache.insert(record(in: organization, cache, labels: 2000))
        #expect(cache.usage.records == fitting)
    }

    @Test func `room that a dropped record had is taken before another record has to go`() {
        let cache = TokenCache(byteCount: 0)
        let organization: OrganizationID = specimens.id()
        let kept = (0..<63).map { _ in record(in: organization, cache) }
        for record in kept { cache.insert(record) }
        for _ in 0..<1000 {
            let passing = record(in: organization, cache)
            cache.insert(passing)
            cache.drop(passing.selector)
        }
        for record in kept { #expect(cache.record(record.selector) === record) }
        #expect(cache.usage.evictions == 0)
    }

    @Test func `organizations of which nothing is kept are forgotten, the others never`() {
        let cache = TokenCache(byteCount: 0)
        let own: OrganizationID = specimens.id()
        let old = record(in: own, cache)
        cache.insert(old)
        for _ in 0..<20_000 { _ = cache.freshness(of: specimens.id()) }
        #expect(cache.usage.organizations <= 1025)
        // Whoever still holds a record learns of a change, wherever the record is kept.
        for _ in 0..<100 { cache.insert(record(in: specimens.id(), cache)) }
        for _ in 0..<20_000 { _ = cache.freshness(of: specimens.id()) }
        #expect(old.isCurrent)
        cache.freshness(of: own).raise()
        #expect(!old.isCurrent)
    }
}
