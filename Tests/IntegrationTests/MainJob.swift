import StrongroomClient
import Testing

/// The vault's main job, each request of it with the event that has to be on the log for it.
final class MainJob {
    /// What an event has to say; nil is null.
    struct Expected: Equatable {
        var event: String
        var outcome = "allow"
        var reason: String?
        var organization: String?
        var account: String?
        var integration: String?
        var token: String?
        var generation: String?
        var object: String?
        var requestID: String?
    }

    let site: Site
    let gateway: Connection
    let admin: Connection
    private(set) var expected: [Expected] = []

    var organization = ""
    var account = ""
    var integration = ""
    var credential = ""
    var organizationToken = ""
    var integrationToken = ""
    var shortToken = ""
    /// The organization's access secrets, the newest last.
    var secrets: [SecretText] = []
    var integrationSecret = SecretText("")
    var integrationRefresh = SecretText("")
    var shortSecret = SecretText("")

    var secret: SecretText { secrets[secrets.count - 1] }

    init(_ site: Site) {
        self.site = site
        gateway = Connection(path: site.run + "/gateway.sock")
        admin = Connection(path: site.run + "/admin.sock")
    }

    /// Asks, checks the status, and notes what the log has to say about it.
    @discardableResult
    func ask(
        _ status: Int, _ method: StrongroomClient.Method, _ path: String,
        query: [QueryItem] = [], headers: [Header] = [], body: String? = nil, form: String? = nil,
        as bearer: SecretText? = nil, _ event: (JSONAnswer) throws -> Expected,
        at place: SourceLocation = #_sourceLocation
    ) throws -> JSONAnswer {
        let connection = isOnGateway(path) ? gateway : admin
        let type = form == nil ? "application/json" : "application/x-www-form-urlencoded"
        let content = body ?? form
        let described = content == nil ? [] : [Header("Content-Type", type)]
        let answer = JSONAnswer(
            try connection.request(
                method, path, query: query, headers: headers + described,
                body: content.map { SecretText($0) }, bearer: bearer))
        try #require(answer.status == status, "\(answer.response.text)", sourceLocation: place)
        var noted = try event(answer)
        noted.requestID = answer.requestID
        expected.append(noted)
        return answer
    }

    private func isOnGateway(_ path: String) -> Bool {
        ["/v1/verify", "/v1/introspect", "/v1/revoke", "/v1/credential"].contains {
            path == $0 || path.hasPrefix($0 + "/")
        }
    }

    // MARK: - Who an event is about

    /// By the operator, who has no token.
    func byOperator(_ event: String, object: String? = nil) -> Expected {
        Expected(event: event, organization: organization, object: object)
    }

    func byOrganization(
        _ event: String, account: String? = nil, integration: String? = nil,
        generation: String = "primary", object: String? = nil
    ) -> Expected {
        Expected(
            event: event, organization: organization, account: account, integration: integration,
            token: organizationToken, generation: generation, object: object)
    }

    func byIntegration(
        _ event: String, token: String? = nil, generation: String? = "primary",
        object: String? = nil
    ) -> Expected {
        Expected(
            event: event, organization: organization, account: account, integration: integration,
            token: token ?? integrationToken, generation: generation, object: object)
    }
}

extension MainJob.Expected {
    func denied(_ reason: String) -> Self {
        var denied = self
        (denied.outcome, denied.reason) = ("deny", reason)
        return denied
    }

    init(_ event: AuditEvent) {
        self.init(
            event: event.event, outcome: event.outcome, reason: event.reason,
            organization: event.organization?.text, account: event.account?.text,
            integration: event.integration?.text, token: event.token?.text,
            generation: event.generation, object: event.objectID, requestID: event.requestID)
    }
}
