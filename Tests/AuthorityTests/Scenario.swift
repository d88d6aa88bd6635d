import Audit
import Server
import Support
import Vault
import Wire

/// One world, with one token in one state.
struct Scenario {
    let world: World
    let state: TokenState
    let shown: ShownCredential
    let foreignIDs: Set<String>

    init(_ holder: Holder, _ state: TokenState) throws {
        world = try World(holder)
        self.state = state
        shown = try world.show(state)
        let foreign = world.foreign
        foreignIDs = [
            foreign.organization.id.text, foreign.home.id.text, foreign.away.id.text,
            foreign.tickets.id.text, foreign.far.id.text, foreign.events.id.text,
            foreign.homeCredential.id.text, foreign.wholeCredential.id.text, foreign.root.id,
            foreign.ticketsToken.id, foreign.person.id.text, foreign.keeper.id.text,
            foreign.role.id.text, foreign.desk.id.text, foreign.spare.id.text,
            foreign.deskCredential.id.text, world.foreignToken.id,
        ]
    }

    func server() throws -> InProcessServer {
        guard let storage = world.fixture.store as? any AuditStorage else {
            throw Refusal.absent
        }
        return try InProcessServer(world.vault, world.fixture.ring, storage)
    }

    func question(_ route: Route, _ row: Row, _ target: Target) -> InProcessServer.Question {
        var question = InProcessServer.Question(route: route, surface: route.surfaces[0])
        question.bearer = shown.bearer
        if row.names == .requirement {
            question.requirement = requirement(target)
        } else {
            question.parameters = target.parameters
        }
        if row.force { question.query = [("force", "true")] }
        question.body = body(row)
        return question
    }

    private func requirement(_ target: Target) -> Requirement {
        var requirement = Requirement()
        if let text = target.parameters.first {
            requirement.account = Reference(text)
            // A name that nobody can have is a demand that nobody meets.
            if requirement.account == nil { requirement.isBad = true }
        }
        return requirement
    }

    private func body(_ row: Row) -> String? {
        let text = shown.text.map { String(decoding: $0, as: UTF8.self) }
        switch row.body {
        case .none: return nil
        case .text(let text): return text
        case .set:
            let isMember = world.holder.lent.allSatisfy { $0.set == "member" }
            return #"{"permission_set": "\#(isMember ? "member" : "viewer")"}"#
        case .form: return text.map { "token=\($0)" } ?? "x=y"
        case .batch:
            return text.map { #"{"tokens": [{"token": "\#($0)"}]}"# } ?? #"{"tokens": [{}]}"#
        }
    }

    /// Whether the newest access secret is still accepted, within the open batch.
    var newestIsGood: Bool {
        get throws {
            let bearer = try PresentedBearer(text: world.shown.newest.access)
            guard case .token(let token) = bearer else { return false }
            let verdict = try world.vault.judge(token, .none).verdict
            if case .allow = verdict { return true }
            return false
        }
    }

    /// An old secret ends the old generation only, and one that is good for nothing ends nothing.
    var newestSurvivesRevocation: Bool {
        switch state {
        case .none, .malformed, .multiple, .unknown, .wrongSecret, .secondary, .olderRefresh: true
        default: false
        }
    }
}
