import Support
import Testing
import Vault

@Suite struct IdempotencyTests {
    private let world: World

    init() throws { world = try World() }

    private func request(
        _ key: String = "once", by minted: MintedToken? = nil, body: String = "{}",
        operation: StaticString = "mint", target: [UInt128] = []
    ) throws -> IdempotencyRequest {
        let bytes = Array(body.utf8)
        let actor = try world.actor(world.text(minted ?? world.root))
        return unsafe world.vault.idempotency(
            key, actor: actor, operation: operation, target: target, body: bytes.span.bytes)
    }

    @Test func `the same key with another request is a conflict`() throws {
        _ = try world.mint(.viewer, by: world.root, remembering: try request())
        #expect(throws: Refusal.idempotencyMismatch) {
            try world.mint(.viewer, by: world.root, remembering: try request(body: "{ }"))
        }
    }

    @Test func `a call repeated within the window gets the same answer`() throws {
        let first = try world.mint(.viewer, by: world.root, remembering: try request())
        world.clock.advance(by: .minutes(10).less(TimeSpan(microseconds: 1)))
        let second = try world.mint(.viewer, by: world.root, remembering: try request())
        #expect(second.isReplay && !first.isReplay)
        #expect(world.text(second) == world.text(first))
        #expect(world.refreshText(second) == world.refreshText(first))
        #expect(second.token.id == first.token.id)
    }

    @Test func `what is left of a remembered answer is overwritten when its window has closed`()
        throws
    {
        let vault = world.vault
        func forget() throws -> Bool {
            try vault.forgetOldAnswers()
            try vault.commit()
            defer { try? vault.scrub() }
            return vault.needsScrub
        }
        #expect(try !forget())
        world.clock.advance(by: .minutes(10))
        // Of an earlier process there could have been some.
        #expect(try forget() && !forget())
        _ = try world.mint(.viewer, by: world.root, remembering: try request())
        world.clock.advance(by: .minutes(3))
        _ = try world.mint(.viewer, by: world.root, remembering: try request("twice"))
        world.clock.advance(by: .minutes(6))
        #expect(try !forget())
        for minutes in [1, 3] {
            world.clock.advance(by: .minutes(Int64(minutes)))
            #expect(try forget() && !forget())
        }
        world.clock.advance(by: .days(1))
        #expect(try !forget())
    }

    @Test func `a call repeated after the window is a new one`() throws {
        let first = try world.mint(.viewer, by: world.root, remembering: try request())
        world.clock.advance(by: .minutes(10))
        let second = try world.mint(.viewer, by: world.root, remembering: try request())
        #expect(!second.isReplay && second.token.id != first.token.id)
        try world.vault.forgetOldAnswers()
        #expect(try world.fault(first) == nil)
    }

    @Test func `another caller's key, operation or target never meets the answer`() throws {
        let other = try world.mint(.administrator, by: world.root)
        let first = try world.mint(.viewer, by: world.root, remembering: try request())
        let others = [
            try request(by: other), try request(operation: "rotate"), try request(target: [1]),
            try request("twice"),
        ]
        for request in others {
            let next = try world.mint(.viewer, by: world.root, remembering: request)
            #expect(!next.isReplay && next.token.id != first.token.id)
        }
    }

    @Test func `a rotation is repeated with the secret that it was made with`() throws {
        let actor = try world.actor(world.refreshText(world.root))
        let empty: [UInt8] = []
        func request() -> IdempotencyRequest {
            unsafe world.vault.idempotency(
                "lost", actor: actor, operation: "refresh", target: [world.root.token.id.value],
                body: empty.span.bytes)
        }
        let secret = world.refreshText(world.root)
        let next = try world.rotate(world.root, by: secret, remembering: request())
        let again = try world.rotate(world.root, by: secret, remembering: request())
        #expect(again.isReplay && world.text(again) == world.text(next))
        #expect(try world.stored(world.root).primary.number == 2)
        world.clock.advance(by: .minutes(10))
        #expect(throws: Refusal.self) {
            try world.rotate(world.root, by: secret, remembering: request())
        }
    }

    @Test func `an answer is not repeated when its token has changed or ended since`() throws {
        let first = try world.mint(.viewer, by: world.root, remembering: try request())
        _ = try world.rotate(first, by: world.text(world.root))
        let changed = Refusal.conflict("the token has changed since the first call with this key")
        #expect(throws: changed) {
            try world.mint(.viewer, by: world.root, remembering: try request())
        }
        let second = try world.mint(.viewer, by: world.root, remembering: try request("other"))
        try world.end(second)
        #expect(throws: changed) {
            try world.mint(.viewer, by: world.root, remembering: try request("other"))
        }
    }

    @Test func `a body as large as any is told from another by its last byte`() throws {
        let body = String(repeating: "x", count: 131_071)
        let first = try request(body: body + "a")
        _ = try world.mint(.viewer, by: world.root, remembering: first)
        #expect(throws: Refusal.idempotencyMismatch) {
            try world.mint(.viewer, by: world.root, remembering: try request(body: body + "b"))
        }
    }
}
