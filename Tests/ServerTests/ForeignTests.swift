import Server
import Support
import Testing

@Suite struct `What is somebody else's` {
    /// A request about a foreign object, and the same about one that nobody has.
    private struct Pair {
        let method: String
        let foreign: String
        let absent: String
        let body: String?

        init(_ method: String, _ foreign: String, _ absent: String, _ body: String? = nil) {
            self.method = method
            self.foreign = foreign
            self.absent = absent
            self.body = body
        }
    }

    private typealias Tenant = (
        organization: HeldOrganization, account: String, integration: HeldIntegration
    )

    private static let none = "0000000000000000000001"

    private static func accountPairs(_ theirs: Tenant) -> [Pair] {
        let (foreign, absent) = ("/v1/accounts/\(theirs.account)", "/v1/accounts/acc_\(none)")
        return [
            Pair("GET", foreign, absent), Pair("PATCH", foreign, absent, "{}"),
            Pair("DELETE", foreign, "/v1/accounts/nobody"),
            Pair("GET", foreign + "/sealing-key", absent + "/sealing-key"),
            Pair(
                "POST", foreign + "/tokens", absent + "/tokens", #"{"permission_set": "viewer"}"#),
        ]
    }

    private static func integrationPairs(_ mine: Tenant, _ theirs: Tenant) -> [Pair] {
        let foreign = "/v1/integrations/\(theirs.account)"
        let absent = "/v1/integrations/acc_\(none)"
        let own = "/v1/integrations/\(mine.account)"
        let id = theirs.integration.id
        return [
            Pair("GET", foreign, absent),
            Pair("POST", foreign, absent, #"{"name": "x", "provider": "jira"}"#),
            Pair("GET", "\(foreign)/\(id)", "\(absent)/int_\(none)"),
            Pair("DELETE", "\(own)/\(id)", "\(own)/int_\(none)"),
        ]
    }

    private static func credentialPairs(_ mine: Tenant, _ theirs: Tenant) throws -> [Pair] {
        let path = "/v1/credentials"
        let integration = theirs.integration.id
        let credential = try #require(theirs.integration.credential)
        return [
            Pair("GET", "\(path)/\(theirs.account)", "\(path)/acc_\(none)"),
            Pair("GET", "\(path)/\(integration)", "\(path)/int_\(none)"),
            Pair("GET", "\(path)/\(theirs.organization.id)", "\(path)/org_\(none)"),
            Pair(
                "GET", "\(path)/\(mine.account)/\(credential)",
                "\(path)/\(mine.account)/crd_\(none)"),
            Pair(
                "PUT", "\(path)/\(integration)/\(credential)",
                "\(path)/int_\(none)/crd_\(none)",
                #"{"credential": \#(DaemonUnderTest.basic)}"#),
        ]
    }

    private static func tokenPairs(_ theirs: Tenant) -> [Pair] {
        let foreign = "/v1/tokens/\(theirs.integration.token.id)"
        let absent = "/v1/tokens/tok_\(none)"
        let filter = "/v1/audit?filter=organization_id[eq]"
        return [
            Pair("GET", foreign, absent), Pair("PUT", foreign + "/reset", absent + "/reset"),
            Pair("PUT", "/v1/tokens/\(theirs.organization.token.id)/rotate", absent + "/rotate"),
            Pair("DELETE", foreign, absent),
            Pair("DELETE", foreign + "/secondary?force=true", absent + "/secondary?force=true"),
            Pair(
                "POST", "/v1/tokens/\(theirs.account)/\(theirs.integration.id)",
                "/v1/tokens/acc_\(none)/int_\(none)"),
            Pair("GET", filter + theirs.organization.id, filter + "org_\(none)"),
        ]
    }

    @Test func `it is absent, byte for byte`() throws {
        try DaemonUnderTest.run { daemon in
            let mine = try daemon.makeTenant("mine")
            let theirs = try daemon.makeTenant("theirs")
            let token = mine.organization.token.access
            let pairs =
                try Self.accountPairs(theirs) + Self.integrationPairs(mine, theirs)
                + Self.credentialPairs(mine, theirs) + Self.tokenPairs(theirs)
            for pair in pairs {
                let other = try daemon.manage(token, pair.method, pair.foreign, pair.body)
                let none = try daemon.manage(token, pair.method, pair.absent, pair.body)
                #expect(other.status == 404 && none.status == 404, "\(pair)")
                #expect(other.bodyButRequestID == none.bodyButRequestID, "\(pair)")
                #expect(other.shape == none.shape)
                // The log tells nothing of theirs to the one who asked, nor the other way round.
                #expect(try daemon.event(of: other)["account_id"] != theirs.account)
            }
            #expect(try daemon.verify(theirs.integration.token.access).status == 200)
        }
    }

    @Test func `it is in no list`() throws {
        try DaemonUnderTest.run { daemon in
            let mine = try daemon.makeTenant("mine")
            let theirs = try daemon.makeTenant("theirs")
            let token = mine.organization.token.access
            for target in ["/v1/accounts", "/v1/integrations", "/v1/tokens", "/v1/audit"] {
                let text = try daemon.manage(token, "GET", target).text
                let foreign = [
                    theirs.organization.id, theirs.account, theirs.integration.id,
                    theirs.integration.token.id, theirs.organization.token.id,
                ]
                for id in foreign { #expect(!text.contains(id), "\(target)") }
                #expect(!text.contains("secret"), "\(target)")
            }
        }
    }

    /// As the asker's own list has it, without what is of one request alone.
    private func told(_ daemon: DaemonUnderTest, _ answer: RawAnswer, by token: String) throws
        -> [String]
    {
        let list = try daemon.manage(token, "GET", "/v1/audit?limit=1000")
        let events = try #require(list.value("result") as? [[String: Any]], "\(list.text)")
        let own = events.filter { $0["request_id"] as? String == answer.requestID }
        return own.flatMap { event in
            event.filter { !["peer", "request_id", "seq", "time"].contains($0.key) }
                .map { "\($0.key): \($0.value)" }.sorted()
        }
    }

    @Test func `it is absent in what the log tells the one who asked, within one organization too`()
        throws
    {
        try DaemonUnderTest.run { daemon in
            let mine = try daemon.makeTenant("mine")
            let whole = mine.organization.token.access
            let other = try daemon.makeAccount(whole, "neighbour")
            let neighbour = try daemon.makeIntegration(whole, in: other)
            let member = #"{"name": "ada", "secret": "correct horse battery"}"#
            #expect(try daemon.manage(whole, "POST", "/v1/members", member).status == 201)
            let minted = try daemon.manage(
                whole, "POST", "/v1/accounts/\(mine.account)/tokens",
                #"{"permission_set": "administrator"}"#)
            let token = try HeldToken(minted, at: "result").access
            let pairs = [
                Pair("GET", "/v1/accounts/neighbour", "/v1/accounts/nobody"),
                Pair("GET", "/v1/accounts/\(other)", "/v1/accounts/acc_\(Self.none)"),
                Pair("PATCH", "/v1/accounts/\(other)", "/v1/accounts/acc_\(Self.none)", "{}"),
                Pair("GET", "/v1/members/ada", "/v1/members/bob"),
                Pair(
                    "GET", "/v1/integrations/\(other)/\(neighbour.id)",
                    "/v1/integrations/\(other)/int_\(Self.none)"),
                Pair("GET", "/v1/tokens/\(neighbour.token.id)", "/v1/tokens/tok_\(Self.none)"),
                Pair("DELETE", "/v1/tokens/\(neighbour.token.id)", "/v1/tokens/tok_\(Self.none)"),
                Pair(
                    "GET", "/v1/credentials/\(neighbour.id)", "/v1/credentials/int_\(Self.none)"),
            ]
            for pair in pairs {
                let foreign = try daemon.manage(token, pair.method, pair.foreign, pair.body)
                let absent = try daemon.manage(token, pair.method, pair.absent, pair.body)
                #expect(foreign.bodyButRequestID == absent.bodyButRequestID, "\(pair)")
                let lines = try [foreign, absent].map { try told(daemon, $0, by: token) }
                #expect(!lines[0].isEmpty && lines[0] == lines[1], "\(pair)")
            }
            func count(_ reason: String, by token: String) throws -> Int {
                let query = "/v1/audit?limit=1000&filter=reason[eq]\(reason)"
                let list = try daemon.manage(token, "GET", query)
                return try #require(list.value("result") as? [Any], "\(list.text)").count
            }
            #expect(try count("foreign", by: token) == 0 && count("foreign", by: whole) == 0)
            #expect(try count("absent", by: token) > pairs.count)
            // An operator is told which it was.
            #expect(try daemon.events().count { $0.reason == "foreign" } >= pairs.count - 2)
        }
    }
}
