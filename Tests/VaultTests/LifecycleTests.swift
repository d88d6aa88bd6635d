import Support
import Testing
import Vault

/// What becomes of a token: create, rotate, reset, remove the older half, end, revoke, expire.
@Suite struct LifecycleTests {
    private let world: World

    init() throws { world = try World() }

    private let microsecond = TimeSpan(microseconds: 1)

    @Test func `a token is refused from the instant of its end on and not before`() throws {
        let end = world.root.token.primary.expires
        world.clock.set(Instant(microseconds: end.microseconds - 1))
        #expect(try world.fault(world.root) == nil)
        world.clock.set(end)
        #expect(try world.fault(world.root) == .expired)
        world.clock.set(end.advanced(by: microsecond))
        #expect(try world.fault(world.root) == .expired)
    }

    @Test func `an unknown selector and a wrong secret are both refused`() throws {
        let stranger = try World(seed: 2)
        #expect(try world.fault(stranger.root) == .unknownToken)
        let mixed = try mixed(world.leaf, with: stranger.leaf)
        #expect(try world.fault(mixed) == .wrongSecret)
    }

    /// The selector of one token with the secret of another, and a checksum that fits.
    private func mixed(_ one: MintedToken, with other: MintedToken) throws -> [UInt8] {
        var text = world.text(one)[..<21] + world.text(other)[21..<64]
        let head = Array(text)
        let sum = unsafe CRC32.checksum(head.span.bytes)
        text += Array("000000".utf8)
        var digits: [UInt8] = []
        Base62.append(UInt128(sum), width: 6, to: &digits)
        return head + digits
    }

    @Test func `a secret is refused in another's place and under another's prefix`() throws {
        #expect(try world.fault(world.refreshText(world.root)) == .wrongKind)
        for prefix in ["sra_", "sri_", "srr_"] {
            #expect(try world.fault(renamed(world.text(world.root), prefix)) == .wrongKind)
        }
        let asAccess = renamed(world.refreshText(world.root), "sro_")
        #expect(try world.fault(asAccess) == .wrongSecret)
        let asRefresh = renamed(world.text(world.root), "srr_")
        #expect(throws: Refusal.wrongSecret) { try world.actor(asRefresh) }
    }

    private func renamed(_ text: [UInt8], _ prefix: String) -> [UInt8] {
        var head = Array(prefix.utf8) + text[4..<64]
        let sum = unsafe CRC32.checksum(head.span.bytes)
        Base62.append(UInt128(sum), width: 6, to: &head)
        return head
    }

    @Test func `after a rotation the old secret works for its grace and no longer`() throws {
        let next = try world.rotate(
            world.leaf, by: world.text(world.root), grace: .hours(1))
        #expect(try world.fault(next) == nil)
        #expect(try world.fault(world.leaf) == nil)
        world.clock.advance(by: .hours(1).less(microsecond))
        #expect(try world.fault(world.leaf) == nil)
        world.clock.advance(by: microsecond)
        #expect(try world.fault(world.leaf) == .expired)
        #expect(try world.fault(next) == nil)
    }

    @Test func `a second rotation ends what the first one left`() throws {
        let second = try world.rotate(world.leaf, by: world.text(world.root))
        let third = try world.rotate(world.leaf, by: world.text(world.root))
        #expect(try world.fault(world.leaf) == .wrongSecret)
        #expect(try world.fault(second) == nil)
        #expect(try world.fault(third) == nil)
    }

    @Test func `a rotation without grace ends the old secret at once`() throws {
        let next = try world.rotate(world.leaf, by: world.text(world.root), grace: .seconds(0))
        #expect(try world.fault(world.leaf) == .wrongSecret)
        #expect(try world.fault(next) == nil)
    }

    @Test(arguments: [-1, 7 * 24 * 3600 + 1, Int64.max] as [Int64])
    func `a grace outside its bounds is refused`(seconds: Int64) throws {
        #expect(
            throws: Refusal.invalidValue(
                "grace must be between 0s and the configured lifetimes.grace_max")
        ) {
            try world.rotate(world.leaf, by: world.text(world.root), grace: .seconds(seconds))
        }
        #expect(try world.fault(world.leaf) == nil)
    }

    @Test func `a grace never makes an old secret live longer than it would have`() throws {
        let end = world.leaf.token.primary.expires
        world.clock.set(Instant(microseconds: end.microseconds - 1_000_000))
        // The root ends at the same time; the operator may always renew.
        let next = try renewedByOperator(world.leaf)
        #expect(try world.stored(world.leaf).secondary?.expires == end)
        world.clock.set(end)
        #expect(try world.fault(world.leaf) == .expired)
        #expect(try world.fault(next) == nil)
    }

    private func renewedByOperator(_ minted: MintedToken) throws -> MintedToken {
        let grant = try world.fixture.operatorGrant()
        let token = try world.stored(minted)
        return try world.vault.step { () throws(Refusal) in
            try world.vault.rotate(grant, token, grace: nil, remembering: nil)
        }
    }

    @Test func `a reset ends everything that was issued before`() throws {
        let second = try world.rotate(world.leaf, by: world.text(world.root))
        let third = try world.reset(world.leaf, by: world.text(world.root))
        #expect(try world.fault(world.leaf) == .wrongSecret)
        #expect(try world.fault(second) == .wrongSecret)
        #expect(try world.fault(third) == nil)
        #expect(try world.stored(third).secondary == nil)
    }

    @Test func `an older half that is in use is removed by force only`() throws {
        _ = try world.rotate(world.root, by: world.text(world.root))
        #expect(try world.stored(world.root).secondary != nil)
        _ = try world.actor(world.text(world.root))
        #expect(throws: Refusal.inUse) { try world.removeSecondary(world.root) }
        #expect(try world.fault(world.root) == nil)
        world.clock.advance(by: .minutes(10).less(microsecond))
        #expect(throws: Refusal.inUse) { try world.removeSecondary(world.root) }
        world.clock.advance(by: microsecond)
        try world.removeSecondary(world.root)
        #expect(try world.fault(world.root) == .wrongSecret)
        #expect(throws: Refusal.absent) { try world.removeSecondary(world.root) }
    }

    @Test func `uses before the rotation do not keep the older half`() throws {
        _ = try world.actor(world.text(world.root))
        let next = try world.rotate(world.root, by: world.text(world.root), grace: .hours(2))
        try world.removeSecondary(world.root)
        #expect(try world.fault(world.root) == .wrongSecret)
        #expect(try world.fault(next) == nil)
    }

    @Test func `force removes an older half that is in use`() throws {
        _ = try world.rotate(world.root, by: world.text(world.root))
        _ = try world.actor(world.text(world.root))
        try world.removeSecondary(world.root, force: true)
        #expect(try world.fault(world.root) == .wrongSecret)
    }

    @Test func `a token that was ended is refused and cannot be rotated`() throws {
        let second = try world.rotate(world.leaf, by: world.text(world.root))
        try world.end(world.leaf)
        #expect(try world.fault(second) == .revoked)
        #expect(try world.fault(world.leaf) == .wrongSecret)
        #expect(throws: Refusal.self) {
            try world.rotate(world.leaf, by: world.text(world.root))
        }
        let back = try world.reset(world.leaf, by: world.text(world.root))
        #expect(try world.fault(back) == nil)
        #expect(try world.fault(second) == .wrongSecret)
    }

    @Test func `whoever shows a primary secret may revoke the token, once`() throws {
        try world.revoke(world.text(world.leaf))
        #expect(try world.fault(world.leaf) == .revoked)
        #expect(throws: Refusal.revoked) { try world.revoke(world.text(world.leaf)) }
        #expect(throws: Refusal.wrongKind) {
            try world.revoke(renamed(world.text(world.root), "sri_"))
        }
    }

    @Test func `whoever shows an older secret revokes that half only`() throws {
        let next = try world.rotate(world.leaf, by: world.text(world.root))
        try world.revoke(world.refreshText(world.leaf))
        #expect(try world.fault(world.leaf) == .wrongSecret)
        #expect(try world.fault(next) == nil)
    }

    @Test func `a revocation shows at the very next look, cached or not`() throws {
        #expect(try world.fault(world.leaf) == nil)
        #expect(world.vault.cache.record(world.leaf.token.selector) != nil)
        try world.end(world.leaf)
        #expect(world.vault.cache.record(world.leaf.token.selector) == nil)
        #expect(try world.fault(world.leaf) == .revoked)
    }

    @Test func `a disabled organization is shut at once and opens again`() throws {
        let grant = try world.fixture.operatorGrant()
        func set(_ state: EnabledState) throws {
            guard let now = try world.vault.find(world.organization.id) else { return }
            var change = Vault.OrganizationChange()
            change.state = state
            _ = try world.vault.step { () throws(Refusal) in
                try world.vault.update(grant, now, change)
            }
        }
        #expect(try world.fault(world.leaf) == nil)
        try set(.disabled)
        #expect(try world.fault(world.root) == .organizationDisabled)
        #expect(try world.fault(world.leaf) == .organizationDisabled)
        #expect(throws: Refusal.organizationDisabled) {
            try world.actor(world.refreshText(world.root))
        }
        try set(.enabled)
        #expect(try world.fault(world.leaf) == nil)
    }

    @Test func `a disabled or deleted integration takes its tokens with it`() throws {
        let grant = try world.fixture.operatorGrant()
        #expect(try world.fault(world.leaf) == nil)
        var change = Vault.IntegrationChange()
        change.state = .disabled
        let disabled = try world.vault.step { () throws(Refusal) in
            try world.vault.update(grant, world.integration, change)
        }
        #expect(try world.fault(world.leaf) == .integrationDisabled)
        try world.vault.step { () throws(Refusal) in try world.vault.delete(grant, disabled) }
        #expect(try world.fault(world.leaf) == .unknownToken)
    }

    @Test func `a batch that is abandoned leaves nothing, in the cache neither`() throws {
        let next = try world.rotate(world.leaf, by: world.text(world.root), grace: .seconds(0))
        #expect(try world.fault(next) == nil)
        #expect(try world.fault(world.leaf) == .wrongSecret)
        try world.vault.abandon()
        #expect(try world.fault(next) == .wrongSecret)
        #expect(try world.fault(world.leaf) == nil)
    }

    @Test func `an operation that is refused halfway leaves nothing of itself`() throws {
        let token = try world.stored(world.leaf)
        let grant = try world.fixture.operatorGrant()
        #expect(throws: Refusal.inUse) {
            try world.vault.step { () throws(Refusal) in
                _ = try world.vault.rotate(grant, token, grace: .seconds(0), remembering: nil)
                throw .inUse
            }
        }
        #expect(try world.fault(world.leaf) == nil)
        #expect(try world.stored(world.leaf).primary.number == 1)
    }
}

extension TimeSpan {
    func less(_ other: TimeSpan) -> TimeSpan {
        TimeSpan(microseconds: microseconds - other.microseconds)
    }
}
