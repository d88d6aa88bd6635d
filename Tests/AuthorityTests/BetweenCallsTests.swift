import Audit
import Server
import Support
import Testing
import Vault

/// A credential is opened on another thread between two calls of the handler, while the vault goes
/// on: the second call decides.
@Suite struct `What happens while a credential is opened` {
    private let world: World
    private let server: InProcessServer

    init() throws {
        let holder = try #require(
            Holder.all.first { $0.level == .integration && $0.origin == .byDefault })
        let scenario = try Scenario(holder, .primary)
        world = scenario.world
        server = try scenario.server()
    }

    private func question() throws -> InProcessServer.Question {
        let route = try #require(Router.table.first { $0.pattern == "/v1/credential" })
        var question = InProcessServer.Question(route: route, surface: .gateway)
        question.bearer = try PresentedBearer(text: world.shown.newest.access)
        return question
    }

    private func release() throws -> Reaction { try server.serve(try question()) }

    @Test(arguments: [
        TokenState.expired, .revoked, .ownerGone, .integrationDisabled, .organizationDisabled,
    ])
    func `what has lost its authority meanwhile is given nothing`(state: TokenState) throws {
        let before = try release()
        #expect(before.status == 200 && before.text.contains("swordfish"))
        var isDone = false
        server.betweenCalls = {
            #expect(throws: Never.self) { try world.enter(state) }
            isDone = true
        }
        let refused = try release()
        #expect(isDone && refused.refusal != nil)
        #expect([401, 403].contains(refused.status) && !refused.text.contains("swordfish"))
    }

    @Test func `what has been replaced meanwhile is released as it is now`() throws {
        let id = try #require(world.mine.tickets.credential)
        let owner = KeyOwner(
            organization: world.mine.organization.id, account: world.mine.home.id)
        var isDone = false
        server.betweenCalls = {
            #expect(throws: Never.self) {
                let grant = try world.fixture.operatorGrant()
                let old = try #require(try world.fixture.store.credential(id, in: owner))
                let new = try CredentialPayload.basic(username: "robot", secret: "perch")
                _ = try world.vault.step { () throws(Refusal) in
                    try world.vault.replace(grant, old, with: new, expires: nil)
                }
            }
            isDone = true
        }
        let released = try release()
        #expect(isDone && released.status == 200)
        #expect(released.text.contains("perch") && !released.text.contains("swordfish"))
    }

    @Test func `one release is one use, however many calls it takes`() throws {
        for count in 1...3 {
            #expect(try release().status == 200)
            let uses = world.vault.cache.record(world.shown.token.selector)?.uses
            #expect(uses?.peek(.primary)?.count == UInt64(count))
        }
    }

    @Test(arguments: [
        TokenState.expired, .revoked, .ownerGone, .integrationDisabled, .organizationDisabled,
    ])
    func `what has taken several turns is not told to who may no longer ask`(
        state: TokenState
    ) throws {
        let call = try server.call(try question())
        let grant = try call.grant(on: .catalogue)
        try call.requireStillGood(since: grant)
        try world.enter(state)
        #expect(throws: Refusal.self) { try call.requireStillGood(since: grant) }
        #expect(call.event.token == world.shown.token.id)
    }
}
