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
}
