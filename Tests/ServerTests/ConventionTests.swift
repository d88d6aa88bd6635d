import Server
import Support
import Testing

@Suite struct `Conventions of the API` {
    @Test func `unknown, doubled and misplaced members are refused`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let token = organization.token.access
            let bodies = Self.generalFaults + Self.faults(in: account)
            for (target, body, status) in bodies {
                let answer = try daemon.manage(token, "POST", target, body)
                #expect(answer.status == status, "\(target) \(body): \(answer.text)")
                #expect(answer["Content-Type"] == "application/problem+json")
                #expect(answer.number("status") == status && answer.string("type") != nil)
                #expect(answer.string("title") != nil && answer.string("detail") != nil)
                #expect(answer.string("request_id") == answer.requestID)
            }
            #expect(try daemon.manage(token, "GET", "/v1/accounts").value("result.1") == nil)
        }
    }

    @Test func `a refusal names the member that it is about, and only one of ours`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let token = organization.token.access
            for (target, body, detail) in [
                ("/v1/accounts", #"{"name": 7}"#, "name has a value of the wrong type"),
                (
                    "/v1/accounts", #"{"name": "a", "hunter2": 1}"#,
                    "the body has a member that this route does not know"
                ),
                ("/v1/integrations/\(account)", #"{"name": "i"}"#, "provider is missing"),
            ] {
                let answer = try daemon.manage(token, "POST", target, body)
                #expect(answer.string("detail") == detail)
            }
            let logon = try daemon.manage(
                token, "POST", "/v1/auth/logon/acme", #"{"name": "m", "secret": ""}"#)
            #expect(logon.string("detail") == "secret has 1 to 1024 bytes")
        }
    }

    @Test func `the ids of requests do not count them`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            // Of two that were counted the digits in front would be the same.
            let ids = try (0..<100).map { _ in try daemon.verify(token).requestID.prefix(14) }
            #expect(Set(ids).count == 100)
        }
    }

    /// A target, a body, and the status that it earns.
    private typealias Fault = (target: String, body: String, status: Int)

    private static let generalFaults: [Fault] = [
        ("/v1/accounts", #"{"name": "a", "owner": "x"}"#, 400),
        ("/v1/accounts", #"{"name": "a", "organization_id": "org_x"}"#, 400),
        ("/v1/accounts", #"{"name": "a", "name": "b"}"#, 400),
        ("/v1/accounts", #"{"name": "a", "n\u0061me": "b"}"#, 400),
        ("/v1/accounts", #"{"name": 7}"#, 400), ("/v1/accounts", "[]", 400),
        ("/v1/accounts", "{", 400), ("/v1/accounts", "", 400),
        ("/v1/accounts", #"{"name": "a"} x"#, 400),
        ("/v1/accounts", #"{"name": "Upper"}"#, 422),
        ("/v1/accounts", #"{"name": "acc_0000000000000000000000"}"#, 422),
        ("/v1/accounts", #"{"name": "a", "environment": "dev"}"#, 422),
        ("/v1/accounts", #"{"name": "a", "labels": ["x", "x"]}"#, 422),
        ("/v1/accounts", #"{"name": "tenant"}"#, 409),
    ]

    private static func faults(in account: String) -> [Fault] {
        [
            ("/v1/accounts/\(account)/tokens", #"{"permission_set": "root"}"#, 422),
            ("/v1/accounts/\(account)/tokens", "{}", 400),
            (
                "/v1/accounts/\(account)/tokens",
                #"{"permission_set": "viewer", "owner_id": "x"}"#, 400
            ),
            (
                "/v1/accounts/\(account)/tokens",
                #"{"permission_set": "viewer", "token_ttl": "0s"}"#, 422
            ),
            (
                "/v1/accounts/\(account)/tokens",
                #"{"permission_set": "viewer", "token_ttl": "9000h"}"#, 422
            ),
            ("/v1/integrations/\(account)", #"{"name": "i"}"#, 400),
            ("/v1/integrations/\(account)", #"{"name": "i", "provider": "nobody"}"#, 422),
            (
                "/v1/integrations/\(account)",
                #"{"name": "i", "provider": "jira", "credential": {"type": "aws"}}"#, 400
            ),
            (
                "/v1/integrations/\(account)",
                #"{"name": "i", "provider": "splunk", "credential": \#(DaemonUnderTest.basic)}"#,
                422
            ),
        ]
    }

    @Test func `a wrong media type is 415 and a body where none belongs is 400`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            for type in ["text/plain", "application/jsonx", "application/x-www-form-urlencoded"] {
                var ask = Ask("POST", "/v1/accounts", bearer: token)
                ask.body = #"{"name": "a"}"#
                let answer = try daemon.ask(.admin, ask.with("Content-Type: \(type)"))
                #expect(answer.status == 415 && !answer.closes)
                #expect(
                    try daemon.summary(of: answer)
                        == "request.refuse deny unsupported_media_type")
            }
            var bare = Ask("POST", "/v1/accounts", bearer: token)
            bare.body = #"{"name": "a"}"#
            #expect(try daemon.ask(.admin, bare).status == 415)
            let extra = try daemon.manage(token, "GET", "/v1/accounts", "{}")
            #expect(extra.status == 400 && !extra.closes)
            for type in ["application/json", "Application/JSON; charset=utf-8"] {
                let name = type.count == 16 ? "a" : "b"
                var ask = Ask("POST", "/v1/accounts", bearer: token)
                ask.body = #"{"name": "\#(name)"}"#
                #expect(try daemon.ask(.admin, ask.with("Content-Type: \(type)")).status == 201)
            }
        }
    }

    @Test func `a method that a resource does not know is 405 with those that it does`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            for (method, target, allowed) in [
                ("DELETE", "/v1/accounts", ["POST", "GET"]),
                ("OPTIONS", "/v1/organization", ["GET", "PATCH"]),
                ("PROPFIND", "/v1/tokens", ["POST", "GET"]),
                ("POST", "/v1/operator/status", ["GET"]),
            ] {
                let answer = try daemon.manage(token, method, target)
                #expect(answer.status == 405)
                let listed = (answer["Allow"] ?? "").split(separator: ", ").map(String.init)
                #expect(Set(listed).isSuperset(of: allowed))
                #expect(try daemon.event(of: answer).reason == "method_not_allowed")
            }
        }
    }

    @Test func `an update over a newer version is 412`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let token = organization.token.access
            for target in [
                "/v1/accounts/\(account)", "/v1/integrations/\(account)/\(integration.id)",
                "/v1/organization",
            ] {
                let read = try daemon.manage(token, "GET", target)
                let tag = try #require(read["ETag"])
                func update(_ ifMatch: String) throws -> RawAnswer {
                    let json = #"{"fullname": "New"}"#
                    return try daemon.ask(
                        .admin,
                        Ask("PATCH", target, bearer: token, json: json).with("If-Match: \(ifMatch)")
                    )
                }
                #expect(try update("\"0\"").status == 412)
                let changed = try update(tag)
                #expect(changed.status == 200 && changed["ETag"] != tag)
                let late = try update(tag)
                #expect(late.status == 412)
                #expect(try daemon.event(of: late).reason == "precondition_failed")
                #expect(try daemon.manage(token, "GET", target)["ETag"] == changed["ETag"])
                #expect(try update("*").status == 200)
            }
        }
    }

    @Test func `a merge patch of null takes a value away`() throws {
        try DaemonUnderTest.run { daemon in
            _ = try daemon.makeOrganization()
            let given = try daemon.operate("PATCH", "organizations/acme", #"{"contact": "a@b"}"#)
            #expect(given.string("result.contact") == "a@b")
            let taken = try daemon.operate("PATCH", "organizations/acme", #"{"contact": null}"#)
            #expect(taken.status == 200 && taken.value("result.contact") == nil)
            let token = try daemon.makeOrganization("globex").token.access
            _ = try daemon.makeAccount(token, "one")
            _ = try daemon.makeIntegration(token, in: "one")
            let target = "/v1/integrations/one/tickets"
            let set = try daemon.manage(
                token, "PATCH", target, #"{"provider_config": {"url": "https://x"}}"#)
            #expect(set.string("result.provider_config.url") == "https://x")
            let more = #"{"provider_config": {"region": {"name": "eu", "zone": 1}}}"#
            let added = try daemon.manage(token, "PATCH", target, more)
            #expect(added.string("result.provider_config.url") == "https://x")
            #expect(added.string("result.provider_config.region.name") == "eu")
            let less = #"{"provider_config": {"url": null, "region": {"zone": null}}}"#
            let gone = try daemon.manage(token, "PATCH", target, less)
            #expect(
                gone.text.contains(#""provider_config":{"region":{"name":"eu"}}"#), "\(gone.text)")
            let unset = try daemon.manage(token, "PATCH", target, #"{"provider_config": null}"#)
            #expect(unset.status == 200 && unset.string("result.provider_config.url") == nil)
        }
    }

    @Test func `null is refused where there is nothing to take away`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            _ = try daemon.makeAccount(token, "one")
            for (method, target, body) in [
                ("POST", "/v1/accounts", #"{"name": "two", "fullname": null}"#),
                ("POST", "/v1/accounts", #"{"name": null, "fullname": "Two"}"#),
                ("POST", "/v1/accounts", #"{"name": "two", "environment": null}"#),
                ("POST", "/v1/tokens", #"{"permission_set": "viewer", "token_ttl": null}"#),
                ("POST", "/v1/roles", #"{"permission_set": "viewer", "resources": null}"#),
            ] {
                let answer = try daemon.manage(token, method, target, body)
                #expect(answer.status == 400, "\(method) \(target)")
            }
            let made = try daemon.operate(
                "POST", "organizations", #"{"name": "globex", "contact": null}"#)
            #expect(made.status == 201)
        }
    }

    @Test func `what the program brings along is listed as everything else is`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            func ids(_ target: String, _ query: String = "") throws -> [String] {
                let answer = try daemon.manage(token, "GET", "/v1/\(target)?\(query)")
                let list = try #require(
                    answer.value("result") as? [[String: Any]], "\(answer.text)")
                return list.compactMap { $0["id"] as? String }
            }
            #expect(try ids("providers") == ["jira", "servicenow", "splunk"])
            #expect(try ids("providers", "limit=1") == ["jira"])
            #expect(try ids("providers", "limit=5&start_after=jira") == ["servicenow", "splunk"])
            #expect(try ids("providers", "order=id[desc]&limit=2") == ["splunk", "servicenow"])
            #expect(try ids("providers", "filter=connector[eq]siem") == ["splunk"])
            #expect(
                try ids("providers", "filter=name[like]s*&filter=id[neq]splunk") == ["servicenow"])
            #expect(try ids("connectors", "order=fullname[asc]") == ["siem", "ticketing"])
            #expect(
                try ids("permissionsets", "filter=id[in]viewer,member") == ["member", "viewer"])
            for (query, status) in [
                ("limit=0", 422), ("start_after=nobody", 422), ("order=secret", 422),
                ("filter=secret[eq]x", 422), ("environment=prod", 400),
            ] {
                let answer = try daemon.manage(token, "GET", "/v1/providers?" + query)
                #expect(answer.status == status, "\(query)")
            }
            #expect(try daemon.manage(token, "GET", "/v1/providers/jira?limit=1").status == 400)
        }
    }

    @Test func `lists come in pages`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            let made = try (0..<7).map { try daemon.makeAccount(token, "a\($0)") }
            var seen: [String] = []
            while true {
                let after = seen.last.map { "&start_after=\($0)" } ?? ""
                let page = try daemon.manage(token, "GET", "/v1/accounts?limit=3" + after)
                let ids = (0..<3).compactMap { page.string("result.\($0).id") }
                seen += ids
                if ids.count < 3 { break }
            }
            #expect(seen.count == 7 && Set(seen) == Set(made))
            for query in [
                "limit=0", "limit=1001", "limit=+5", "limit=05", "limit=x", "start_after=acc_",
                "start_after=org_0000000000000000000001", "limit=",
            ] {
                let answer = try daemon.manage(token, "GET", "/v1/accounts?" + query)
                #expect(answer.status == 422, "\(query)")
            }
            for query in ["limit=1&limit=1", "page=2", "limit=%zz", "Limit=1"] {
                let answer = try daemon.manage(token, "GET", "/v1/accounts?" + query)
                #expect(answer.status == 400, "\(query)")
            }
        }
    }

    @Test(arguments: [
        "/v1/accounts/acc_", "/v1/accounts/ACME", "/v1/accounts/%2e%2e", "/v1/accounts/a//b",
        "/v1/accounts/", "/v1//accounts", "/v1/accounts/..", "/v1/accounts/a%00",
        "/v1/tokens/tenant", "/v1/tokens/acc_0000000000000000000001", "/v1/permissionsets/root",
        "/v1/providers/nobody", "/v1/accounts/acc_zzzzzzzzzzzzzzzzzzzzzz", "/v1/nothing",
    ])
    func `what no id or name can be is absent`(_ target: String) throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().organization.token.access
            #expect(try daemon.manage(token, "GET", target).status == 404)
        }
    }

    @Test func `operators need no token and tokens are no operators`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            for target in ["/v1/accounts", "/v1/organization", "/v1/audit", "/v1/tokens"] {
                let answer = try daemon.ask(.admin, Ask("GET", target))
                #expect(answer.status == 401)
                #expect(try daemon.event(of: answer).reason == "no_token")
                // What administrators may ask, the gateway's socket does not even know.
                #expect(try daemon.ask(.gateway, Ask("GET", target, bearer: token)).status == 404)
            }
            let path = "/v1/operator/organizations"
            #expect(try daemon.ask(.gateway, Ask("GET", path)).status == 404)
            #expect(try daemon.ask(.gateway, Ask("GET", "/metrics")).status == 404)
            let metrics = try daemon.ask(.admin, Ask("GET", "/metrics"))
            #expect(metrics.status == 200 && metrics.text.hasSuffix("# EOF\n"))
        }
    }

    @Test func `the third socket serves the management API and nothing else`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.management = options.configuration.operators
        try DaemonUnderTest.run(options) { daemon in
            let token = try daemon.makeOrganization().token.access
            let own = Ask("GET", "/v1/organization", bearer: token)
            #expect(try daemon.ask(.management, own).status == 200)
            for target in ["/v1/operator/organizations", "/metrics", "/v1/verify", "/healthz"] {
                let answer = try daemon.ask(.management, Ask("GET", target, bearer: token))
                #expect(answer.status == 404, "\(target)")
            }
        }
    }
}
