import Server
import Support
import Testing

/// `/v1/integration-points`, as its callers see it.
@Suite struct `Integration points over HTTP` {
    private static let path = "/v1/integration-points"

    private func make(
        _ daemon: DaemonUnderTest, _ bearer: String, _ name: String, _ environments: String
    ) throws -> String {
        let made = try daemon.manage(
            bearer, "POST", Self.path,
            #"{"name": "\#(name)", "connector": "ticketing", "environments": \#(environments)}"#)
        #expect(made.status == 201)
        #expect(try daemon.summary(of: made) == "integration_point.create allow -")
        return try made.require("result.integration_point.id")
    }

    @Test(arguments: [
        (#"{"name": "p"}"#, 400),
        (#"{"name": "p", "connector": "nope"}"#, 422),
        (#"{"name": "p", "connector": "ticketing", "environments": {"qa": {}}}"#, 400),
        (#"{"name": "p", "connector": "ticketing", "environments": []}"#, 400),
        (#"{"name": "p", "connector": "ticketing", "environments": {"prod": {"ban": []}}}"#, 400),
        (
            #"{"name": "p", "connector": "ticketing", "environments": {"prod": {"allow": "*"}}}"#,
            400
        ),
        (
            #"{"name": "p", "connector": "ticketing", "environments": {"prod": {"allow": [1]}}}"#,
            400
        ),
        (
            #"{"connector": "ticketing", "environments": {"prod": {"allow": ["splunk"]}}}"#,
            422
        ),
        (
            #"{"connector": "ticketing", "environments": {"test": {"deny": ["*", "jira"]}}}"#,
            422
        ),
        (
            #"{"connector": "ticketing", "environments": {"test": {"allow": ["jira", "jira"]}}}"#,
            422
        ),
        (#"{"name": "ipt_0000000000000000000001", "connector": "ticketing"}"#, 422),
        (#"{"name": "p", "connector": "ticketing", "organization_id": "x"}"#, 400),
    ])
    func `a body that is not right is refused with a sentence`(body: String, status: Int) throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            let answer = try daemon.manage(token, "POST", Self.path, body)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.string("detail")?.isEmpty == false)
            let told = answer.bodyButRequestID
            #expect(!told.contains("splunk") && !told.contains("qa"))
            let list = try daemon.manage(token, "GET", Self.path)
            #expect(list.value("result") as? [String] == [])
        }
    }

    @Test func `only who reaches the whole organization makes, changes or deletes one`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let root = organization.token.access
            let point = try make(daemon, root, "p", #"{"prod": {"allow": ["*"]}}"#)
            for set in ["administrator", "account-manager", "viewer", "connect-ui"] {
                let minted = try daemon.manage(
                    root, "POST", "/v1/accounts/\(account)/tokens",
                    #"{"permission_set": "\#(set)"}"#)
                let token = try HeldToken(minted, at: "result").access
                let answers = [
                    try daemon.manage(token, "POST", Self.path, #"{"connector": "siem"}"#),
                    try daemon.manage(token, "PATCH", Self.path + "/p", "{}"),
                    try daemon.manage(token, "DELETE", Self.path + "/\(point)"),
                    try daemon.manage(token, "DELETE", Self.path + "/nothing"),
                    try daemon.manage(token, "GET", "/v1/credentials/\(point)"),
                    try daemon.manage(
                        token, "GET", "/v1/credentials/ipt_0000000000000000000001"),
                    try daemon.manage(token, "GET", "/v1/credentials/\(organization.id)"),
                ]
                for answer in answers { #expect(answer.status == 403, "\(set)") }
                // Whether it is there is not told by the refusal.
                #expect(answers[2].bodyButRequestID == answers[3].bodyButRequestID)
                #expect(answers[4].bodyButRequestID == answers[5].bodyButRequestID)
                let seen = try daemon.manage(token, "GET", Self.path + "/p")
                #expect(seen.string("result.id") == point, "\(set)")
            }
        }
    }

    @Test func `another organization's is absent, byte for byte, and in no list`() throws {
        try DaemonUnderTest.run { daemon in
            let mine = try daemon.makeTenant("mine")
            let theirs = try daemon.makeOrganization("theirs")
            let foreign = try make(
                daemon, theirs.token.access, "p", #"{"prod": {"allow": ["*"]}}"#)
            let token = mine.organization.token.access
            let absent = "ipt_0000000000000000000001"
            let shapes: [(String, String, String?)] = [
                ("GET", "/v1/integration-points/#", nil),
                ("GET", "/v1/integration-points/#/providers", nil),
                ("PATCH", "/v1/integration-points/#", "{}"),
                ("DELETE", "/v1/integration-points/#", nil), ("GET", "/v1/credentials/#", nil),
                ("POST", "/v1/credentials/#", #"{"credential": \#(DaemonUnderTest.basic)}"#),
            ]
            for (method, target, body) in shapes {
                let answers = try [foreign, absent].map {
                    try daemon.manage(
                        token, method, target.replacing("#", with: $0), body)
                }
                #expect(answers[0].status == 404, "\(method) \(target)")
                #expect(answers[0].bodyButRequestID == answers[1].bodyButRequestID)
            }
            for name in [foreign, absent, "p"] {
                let made = try daemon.manage(
                    token, "POST", "/v1/integrations/\(mine.account)",
                    #"{"name": "x", "provider": "jira", "integration_point": "\#(name)"}"#)
                #expect(made.status == 422)
            }
            #expect(!(try daemon.manage(token, "GET", Self.path).text.contains(foreign)))
        }
    }

    @Test func `a merge patch changes what it names, and not what somebody else changed`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            let point = try make(
                daemon, token, "p",
                #"{"prod": {"allow": ["*"], "deny": ["jira"]}, "test": {"allow": ["jira"]}}"#)
            let read = try daemon.manage(token, "GET", Self.path + "/\(point)")
            let etag = try #require(read["ETag"])
            let change = Ask(
                "PATCH", Self.path + "/p", bearer: token,
                json: #"{"fullname": "Page", "environments": {"prod": {"deny": null}}}"#
            ).with("If-Match: \(etag)")
            let changed = try daemon.ask(.admin, change)
            #expect(changed.status == 200)
            #expect(changed.string("result.fullname") == "Page")
            #expect(changed.value("result.environments.prod.allow") as? [String] == ["*"])
            #expect(changed.value("result.environments.prod.deny") as? [String] == [])
            #expect(changed.value("result.environments.test.allow") as? [String] == ["jira"])
            #expect(try daemon.ask(.admin, change).status == 412)
            let less = try daemon.manage(
                token, "PATCH", Self.path + "/p", #"{"environments": {"test": null}}"#)
            #expect(less.value("result.environments.test") == nil)
            #expect(less.value("result.environments.prod") != nil)
            let none = try daemon.manage(
                token, "PATCH", Self.path + "/p", #"{"environments": null}"#)
            #expect((none.value("result.environments") as? [String: Any])?.isEmpty == true)
            let fixed = try daemon.manage(
                token, "PATCH", Self.path + "/p", #"{"connector": "siem"}"#)
            #expect(fixed.status == 400)
        }
    }

    @Test func `a page is told what it may offer, by environment`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let token = organization.token.access
            _ = try make(
                daemon, token, "p",
                #"{"prod": {"allow": ["*"], "deny": ["jira"]}, "test": {"allow": ["jira"]}}"#)
            func offered(_ query: String, by bearer: String) throws -> [String?] {
                let answer = try daemon.manage(bearer, "GET", Self.path + "/p/providers" + query)
                #expect(answer.status == 200)
                let list = answer.value("result") as? [[String: Any]]
                return (list ?? []).map { $0["id"] as? String }
            }
            #expect(try offered("", by: token) == ["servicenow"])
            #expect(try offered("?environment=test", by: token) == ["jira"])
            let wrong = try daemon.manage(token, "GET", Self.path + "/p/providers?environment=qa")
            #expect(wrong.status == 422)
            let change = try daemon.manage(
                token, "PATCH", "/v1/accounts/\(account)", #"{"environment": "test"}"#)
            #expect(change.status == 200)
            let minted = try daemon.manage(
                token, "POST", "/v1/accounts/\(account)/tokens",
                #"{"permission_set": "connect-ui"}"#)
            #expect(try offered("", by: HeldToken(minted, at: "result").access) == ["jira"])
        }
    }

    @Test func `one that is in use stays until nothing refers to it`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let token = organization.token.access
            let point = try make(daemon, token, "p", #"{"prod": {"allow": ["*"]}}"#)
            let target = "/v1/integrations/\(account)/\(integration.id)"
            let joined = try daemon.manage(
                token, "PATCH", target, #"{"integration_point": "p"}"#)
            #expect(joined.string("result.integration_point") == point)
            let refused = try daemon.manage(token, "DELETE", Self.path + "/p")
            #expect(refused.status == 409)
            #expect(refused.string("detail")?.contains("integration_point") == true)
            #expect(try daemon.summary(of: refused) == "integration_point.delete deny conflict")
            let left = try daemon.manage(token, "PATCH", target, #"{"integration_point": null}"#)
            #expect(left.status == 200 && left.string("result.integration_point") == nil)
            #expect(try daemon.manage(token, "DELETE", Self.path + "/p").status == 200)
            #expect(try daemon.manage(token, "GET", Self.path + "/\(point)").status == 404)
        }
    }
}
