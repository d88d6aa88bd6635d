import Server
import Support
import Testing

/// Names, ids and what points at something: none of them says more than it may.
@Suite struct `Bad names and references` {
    private static let kinds = ["org_", "mem_", "rol_", "acc_", "ipt_", "int_", "crd_", "tok_"]
    private static let digits = "0000000000000000000001"

    /// Where objects with a name of their own are made, and what else their bodies need.
    private static let makers: [(target: String, more: String)] = [
        ("/v1/accounts", ""), ("/v1/members", ""),
        ("/v1/roles", #", "permission_set": "viewer""#),
        ("/v1/integration-points", #", "connector": "ticketing""#),
        ("/v1/integrations/tenant", #", "provider": "jira""#),
        ("/v1/credentials/tenant", #", "credential": \#(DaemonUnderTest.basic)"#),
        ("/v1/tokens", #", "permission_set": "viewer""#),
    ]

    private func world(_ daemon: DaemonUnderTest) throws -> String {
        let token = try daemon.makeOrganization().token.access
        _ = try daemon.makeAccount(token)
        return token
    }

    @Test func `a name that looks like an id of any kind is refused`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try world(daemon)
            for kind in Self.kinds {
                for name in [kind + Self.digits, kind + "zzzzzzzzzzzzzzzzzzzzzz"] {
                    for (target, more) in Self.makers {
                        let body = #"{"name": "\#(name)"\#(more)}"#
                        let answer = try daemon.manage(token, "POST", target, body)
                        #expect(answer.status == 422, "\(target) \(body): \(answer.text)")
                    }
                    let body = #"{"name": "\#(name)"}"#
                    #expect(try daemon.operate("POST", "organizations", body).status == 422)
                }
            }
        }
    }

    @Test func `a fullname that looks like an id gives no such name`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try world(daemon)
            let body = #"{"fullname": "acc_\#(Self.digits)"}"#
            let made = try daemon.manage(token, "POST", "/v1/accounts", body)
            let id = try made.require("result.account.id")
            #expect(made.string("result.account.name") == id && !id.hasSuffix(Self.digits))
            let wanted = "/v1/accounts/acc_\(Self.digits)"
            #expect(try daemon.manage(token, "GET", wanted).status == 404)
        }
    }

    @Test func `a name that differs in case alone is no other name`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try world(daemon)
            for (target, more) in Self.makers where target != "/v1/tokens" {
                let first = #"{"name": "twin"\#(more)}"#
                #expect(try daemon.manage(token, "POST", target, first).status == 201)
                let upper = #"{"name": "Twin"\#(more)}"#
                #expect(try daemon.manage(token, "POST", target, upper).status == 422, "\(target)")
                let again = try daemon.manage(token, "POST", target, first)
                #expect(again.status == 409, "\(target): \(again.text)")
                // A credential's fullname is for reading: its name is its id.
                guard !target.hasPrefix("/v1/credentials") else { continue }
                let derived = #"{"fullname": "TWIN"\#(more)}"#
                let second = try daemon.manage(token, "POST", target, derived)
                #expect(second.status == 409, "\(target): \(second.text)")
            }
            for target in ["accounts/Twin", "members/TWIN", "roles/tWin"] {
                #expect(try daemon.manage(token, "GET", "/v1/" + target).status == 404)
            }
            let upper = try daemon.operate("POST", "organizations", #"{"fullname": "ACME"}"#)
            #expect(upper.status == 409)
        }
    }

    @Test func `an id of another kind is nobody's id`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let token = organization.token.access
            let ids = [organization.id, account, integration.id, organization.token.id]
            for (path, own) in [
                ("accounts/", "acc_"), ("members/", "mem_"), ("roles/", "rol_"),
                ("integration-points/", "ipt_"), ("tokens/", "tok_"),
                ("integrations/\(account)/", "int_"), ("credentials/\(account)/", "crd_"),
            ] {
                for id in ids where !id.hasPrefix(own) {
                    for method in ["GET", "DELETE"] {
                        let answer = try daemon.manage(token, method, "/v1/\(path)\(id)")
                        #expect(answer.status == 404, "\(method) \(path)\(id)")
                    }
                }
            }
            let holder = "/v1/credentials/\(organization.token.id)"
            #expect(try daemon.manage(token, "GET", holder).status == 404)
        }
    }

    @Test func `an id of another kind in a body is refused`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let token = organization.token.access
            let one = "/v1/integrations/\(account)"
            let made = #"{"name": "i", "provider": "jira""#
            let cases: [(method: String, target: String, body: String)] = [
                ("POST", one, made + #", "integration_point": "\#(account)"}"#),
                ("POST", one, made + #", "credential": {"credential_id": "\#(account)"}}"#),
                ("PATCH", one + "/tickets", #"{"integration_point": "\#(integration.id)"}"#),
                ("POST", "/v1/members", #"{"name": "m", "role_binding": ["\#(account)"]}"#),
                ("POST", "/v1/members", #"{"name": "m", "role_binding": ["Viewer"]}"#),
            ]
            for (method, target, body) in cases {
                let answer = try daemon.manage(token, method, target, body)
                #expect(answer.status == 422, "\(target) \(body): \(answer.text)")
            }
            for narrowing in [
                #"{"accounts": {"ids": ["\#(integration.id)"]}}"#,
                #"{"accounts": {"ids": ["nobody"]}}"#, #"{"integrations": {"ids": ["tickets"]}}"#,
                #"{"integrations": {"ids": ["\#(account)"]}}"#,
                #"{"accounts": {"environments": ["PROD"]}}"#,
            ] {
                for target in ["/v1/tokens", "/v1/roles"] {
                    let body = #"{"permission_set": "viewer", "resources": \#(narrowing)}"#
                    let answer = try daemon.manage(token, "POST", target, body)
                    #expect(answer.status == 422, "\(target) \(body): \(answer.text)")
                }
            }
        }
    }

    @Test func `nothing is made its own ancestor or somebody else's`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let token = organization.token.access
            let own = organization.token.id
            for member in ["parent_id", "owner_id", "member_id", "id", "organization_id"] {
                let body = #"{"permission_set": "viewer", "\#(member)": "\#(own)"}"#
                for target in ["/v1/tokens", "/v1/accounts/\(account)/tokens"] {
                    #expect(try daemon.manage(token, "POST", target, body).status == 400)
                }
            }
            let moved = #"{"parent_id": "\#(own)"}"#
            #expect(try daemon.manage(token, "PATCH", "/v1/tokens/\(own)", moved).status == 405)
            for (target, member) in [
                ("accounts/\(account)", "id"), ("accounts/\(account)", "organization_id"),
                ("integrations/\(account)/\(integration.id)", "id"), ("organization", "id"),
                ("accounts/\(account)", "name"),
            ] {
                let body = #"{"\#(member)": "\#(organization.id)"}"#
                let answer = try daemon.manage(token, "PATCH", "/v1/" + target, body)
                #expect(answer.status == 400, "\(target) \(body): \(answer.text)")
            }
        }
    }

    @Test(arguments: [
        #"[""]"#, #"["a b"]"#, #"["a,b"]"#, #"["a\u0000"]"#, #"["é"]"#, #"["a", "a"]"#,
        #"["\#(String(repeating: "l", count: 65))"]"#,
        "[" + (0...32).map { "\"l\($0)\"" }.joined(separator: ", ") + "]",
    ])
    func `labels that could not be asked for are refused`(labels: String) throws {
        try DaemonUnderTest.run { daemon in
            let token = try world(daemon)
            let made = try daemon.manage(
                token, "POST", "/v1/accounts", #"{"name": "x", "labels": \#(labels)}"#)
            #expect(made.status == 422, "\(made.text)")
            let changed = try daemon.manage(
                token, "PATCH", "/v1/accounts/tenant", #"{"labels": \#(labels)}"#)
            #expect(changed.status == 422)
            for wrong in [#""gold""#, "[1]", #"{"gold": true}"#, "[null]"] {
                let answer = try daemon.manage(
                    token, "PATCH", "/v1/accounts/tenant", #"{"labels": \#(wrong)}"#)
                #expect(answer.status == 400, "\(wrong)")
            }
        }
    }
}
