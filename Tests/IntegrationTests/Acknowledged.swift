import StrongroomClient
import Synchronization

/// What the daemon has said yes to; whatever was not answered may or may not have happened.
final class Acknowledged: Sendable {
    struct Facts {
        var accounts: [Account.ID] = []
        /// Must go on working.
        var live: [SecretText] = []
        /// Must stay dead for ever.
        var dead: [SecretText] = []
        var requestIDs: [String] = []
    }

    /// Guards the facts: several clients add to them.
    private let facts = Mutex(Facts())

    func add(_ body: (inout sending Facts) -> Void) { facts.withLock { body(&$0) } }

    var all: Facts { facts.withLock { $0 } }
}

/// One client that goes on until the daemon is gone.
struct RestlessClient: Sendable {
    let admin: Connection
    let gateway: Connection
    let bearer: SecretText
    let name: String
    let acknowledged: Acknowledged

    init(_ site: Site, _ bearer: SecretText, name: String, _ acknowledged: Acknowledged) {
        var limits = Connection.Limits()
        limits.timeoutSeconds = 10
        admin = Connection(path: site.run + "/admin.sock", limits: limits)
        gateway = Connection(path: site.run + "/gateway.sock", limits: limits)
        (self.bearer, self.name, self.acknowledged) = (bearer, name, acknowledged)
    }

    func run() {
        var count = 0
        do {
            while true {
                count += 1
                try round("\(name)-\(count)")
            }
        } catch {
            // The daemon was ended under its hands, which is what this is for.
        }
    }

    private func round(_ name: String) throws {
        let account = try make("/v1/accounts", #"{"name":"\#(name)"}"#)
        let id = Account.ID(try account.text("result.account.id"))
        acknowledged.add { $0.accounts.append(id) }
        let body = #"{"name":"tickets","provider":"jira","credential":\#(Tenant.basic("s").clear)}"#
        let integration = try make("/v1/integrations/\(id)", body)
        let token = SecretText(try integration.text("result.token.primary.access.secret"))
        acknowledged.add { $0.live.append(token) }
        let short = try make("/v1/tokens/\(id)/tickets", "{}")
        let secret = SecretText(try short.text("result.primary.access.secret"))
        try ask(gateway, .get, "/v1/verify", bearer: token)
        try ask(gateway, .post, "/v1/credential", bearer: secret)
        try revoke(secret)
    }

    private func make(_ path: String, _ body: String) throws -> JSONAnswer {
        try ask(
            admin, .post, path, Header("Content-Type", "application/json"), body, bearer: bearer)
    }

    private func revoke(_ secret: SecretText) throws {
        let form = Header("Content-Type", "application/x-www-form-urlencoded")
        try ask(gateway, .post, "/v1/revoke", form, "token=" + secret.clear)
        acknowledged.add { $0.dead.append(secret) }
    }

    struct Unexpected: Error { let status: Int }

    @discardableResult
    private func ask(
        _ connection: Connection, _ method: StrongroomClient.Method, _ path: String,
        _ header: Header? = nil, _ body: String? = nil, bearer: SecretText? = nil
    ) throws -> JSONAnswer {
        let response = try connection.request(
            method, path, headers: header.map { [$0] } ?? [], body: body.map { SecretText($0) },
            bearer: bearer)
        let answer = JSONAnswer(response)
        guard (200..<300).contains(answer.status), let id = answer.requestID else {
            throw Unexpected(status: answer.status)
        }
        acknowledged.add { $0.requestIDs.append(id) }
        return answer
    }
}
