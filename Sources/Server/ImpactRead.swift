import Vault
import Wire

/// What would stop working if a token ended now, counted a piece at a time.
final class ImpactRead: LongRead {
    private let walk: ImpactWalk
    package let grant: Grant

    init(_ vault: Vault, _ grant: Grant, of token: Token) throws(Refusal) {
        walk = try ImpactWalk(vault, grant, of: token)
        self.grant = grant
    }

    var isFinished: Bool { walk.isFinished }

    func advance(_ count: Int) throws(Refusal) { try walk.advance(count) }

    func reply() throws(Refusal) -> Reply {
        let impact = walk.impact
        return Reply(grant) { json in
            json.beginObject()
            json.member("tokens", number: impact.tokens)
            json.member("integrations", number: impact.integrations)
            json.member("uses_24h", number: impact.uses)
            json.member("complete")
            json.bool(impact.isComplete)
            json.endObject()
        }
    }
}
