import Server
import Support
import Testing

/// `/v1/members` and `/v1/roles`, as their callers see them.
@Suite struct `Members and roles over the API` {
    private static let secret = "correct horse battery"

    @Test func `bodies that say too much, too little or nonsense are refused`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            let tooLong = String(repeating: "s", count: 1025)
            let cases: [(target: String, body: String, status: Int)] = [
                ("members", #"{"name": "a", "owner": "x"}"#, 400),
                ("members", #"{"name": "a", "secret": 12345678901234}"#, 400),
                ("members", #"{"name": "a", "secret": "elevenbytes"}"#, 422),
                ("members", #"{"name": "a", "secret": "\#(tooLong)"}"#, 422),
                ("members", #"{"name": "a", "type": "robot"}"#, 422),
                ("members", #"{"name": "a", "state": "asleep"}"#, 422),
                ("members", #"{"name": "a", "token_ttl": "25h"}"#, 422),
                ("members", #"{"name": "a", "token_ttl": "0s"}"#, 422),
                ("members", #"{"name": "a", "token_ttl": "-1h"}"#, 422),
                ("members", #"{"name": "a", "type": "service", "token_ttl": "2161h"}"#, 422),
                ("members", #"{"name": "a", "role_binding": ["nothing"]}"#, 422),
                ("members", #"{"name": "a", "role_binding": "viewer"}"#, 400),
                ("members", #"{"name": "mem_0000000000000000000001"}"#, 422),
                ("roles", #"{"name": "r"}"#, 400),
                ("roles", #"{"name": "r", "permission_set": "root"}"#, 422),
                ("roles", #"{"name": "r", "permission_set": "integration"}"#, 422),
                ("roles", #"{"name": "r", "permission_set": "connect-ui"}"#, 422),
                ("roles", #"{"name": "viewer", "permission_set": "viewer"}"#, 409),
                (
                    "roles",
                    #"{"permission_set": "viewer", "resources": {"accounts": {"ids": ["x"]}}}"#,
                    422
                ),
            ]
            for (target, body, status) in cases {
                let answer = try daemon.manage(token, "POST", "/v1/" + target, body)
                #expect(answer.status == status, "\(target) \(body): \(answer.text)")
            }
            #expect(try daemon.manage(token, "GET", "/v1/members").value("result.0") == nil)
            let roles = try daemon.manage(token, "GET", "/v1/roles")
            #expect(roles.string("result.2.name") == "member" && roles.value("result.3") == nil)
        }
    }

    @Test func `somebody else's member and one that is not there are the same answer`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            let other = try daemon.makeOrganization("other").token.access
            let member = try daemon.makeMember(other, "ann")
            let role = try daemon.manage(
                other, "POST", "/v1/roles", #"{"name": "r", "permission_set": "viewer"}"#
            ).require("result.role.id")
            let absent = "0000000000000000000009"
            for (path, foreign) in [("members/mem_", member), ("roles/rol_", role)] {
                let kind = path.split(separator: "/")[0]
                for (method, body) in [
                    ("GET", nil), ("PATCH", #"{"fullname": "x"}"#), ("DELETE", nil),
                ] as [(String, String?)] {
                    let theirs = try daemon.manage(token, method, "/v1/\(kind)/\(foreign)", body)
                    let nobodys = try daemon.manage(
                        token, method, "/v1/\(path)\(absent)", body)
                    #expect(theirs.status == 404)
                    #expect(theirs.bodyButRequestID == nobodys.bodyButRequestID)
                    #expect(theirs.shape == nobodys.shape)
                }
            }
            let minted = try daemon.manage(token, "POST", "/v1/members/\(member)/tokens")
            #expect(minted.status == 404)
            #expect(try daemon.manage(other, "GET", "/v1/members/\(member)").status == 200)
        }
    }

    @Test func `a member is made, read, changed and removed`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            let id = try daemon.makeMember(token, "ann", roles: ["viewer"], secret: Self.secret)
            let read = try daemon.manage(token, "GET", "/v1/members/ann")
            #expect(read.string("result.id") == id && read["ETag"] == "\"1\"")
            #expect(read.string("result.type") == "personal")
            #expect(read.string("result.state") == "enabled")
            #expect(read.string("result.token_ttl") == "1h")
            #expect(read.string("result.role_binding.0") == "viewer")
            #expect(read.string("result.secret_set_at") != nil)
            #expect(!read.text.contains(Self.secret) && read.value("result.secret") == nil)
            let taken = try daemon.manage(token, "POST", "/v1/members", #"{"name": "ann"}"#)
            #expect(taken.status == 409)
            let patch = #"{"state": "disabled", "role_binding": null, "secret": null}"#
            let stale = Ask("PATCH", "/v1/members/\(id)", bearer: token, json: patch)
            #expect(try daemon.ask(.admin, stale.with("If-Match: \"7\"")).status == 412)
            let changed = try daemon.ask(.admin, stale.with("If-Match: \"1\""))
            #expect(changed.string("result.state") == "disabled" && changed["ETag"] == "\"2\"")
            #expect(changed.value("result.role_binding.0") == nil)
            #expect(changed.value("result.secret_set_at") == nil)
            #expect(try daemon.summary(of: changed) == "member.update allow -")
            #expect(try daemon.manage(token, "DELETE", "/v1/members/ann").status == 200)
            #expect(try daemon.manage(token, "GET", "/v1/members/ann").status == 404)
        }
    }

    @Test func `a role is made, read, changed and removed, but for the built-in ones`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            let made = try daemon.manage(
                token, "POST", "/v1/roles",
                """
                {"name": "keeper", "permission_set": "account-manager",
                 "resources": {"accounts": {"labels": ["gold"]}}}
                """)
            #expect(made.status == 201 && made["ETag"] == "\"1\"")
            #expect(made.string("result.role.resources.accounts.labels.0") == "gold")
            let wider = try daemon.manage(
                token, "PATCH", "/v1/roles/keeper", #"{"resources": null}"#)
            #expect(wider.status == 200 && wider.value("result.resources") == nil)
            #expect(try daemon.summary(of: wider) == "role.update allow -")
            for name in ["administrator", "viewer", "member"] {
                let kept = try daemon.manage(token, "GET", "/v1/roles/\(name)")
                #expect(kept.value("result.built_in") as? Bool == true)
                #expect(try daemon.manage(token, "DELETE", "/v1/roles/\(name)").status == 409)
            }
            #expect(try daemon.manage(token, "DELETE", "/v1/roles/keeper").status == 200)
            #expect(try daemon.manage(token, "GET", "/v1/roles/keeper").status == 404)
        }
    }

    @Test func `roles and members take effect at the very next verification`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let token = organization.token.access
            try daemon.manage(
                token, "POST", "/v1/roles",
                #"{"name": "keeper", "permission_set": "account-manager"}"#)
            try daemon.makeMember(token, "ann", roles: ["keeper"], secret: Self.secret)
            let session = try daemon.session("ann", Self.secret).access
            let demand = "?permission=accounts:update&account=\(account)"
            #expect(try daemon.verify(session, demand).status == 200)
            try daemon.manage(
                token, "PATCH", "/v1/roles/keeper",
                #"{"resources": {"accounts": {"labels": ["gold"]}}}"#)
            #expect(try daemon.verify(session, demand).status == 403)
            try daemon.manage(
                token, "PATCH", "/v1/accounts/\(account)", #"{"labels": ["gold"]}"#)
            #expect(try daemon.verify(session, demand).status == 200)
            try daemon.manage(
                token, "PATCH", "/v1/roles/keeper", #"{"permission_set": "viewer"}"#)
            #expect(try daemon.verify(session, demand).status == 403)
            #expect(try daemon.verify(session).status == 200)
            try daemon.manage(token, "PATCH", "/v1/members/ann", #"{"state": "disabled"}"#)
            let refused = try daemon.verify(session)
            #expect(refused.status == 401)
            #expect(try daemon.summary(of: refused) == "token.verify deny member_disabled")
        }
    }

    @Test func `a token for a member is its own, and shows no set but what the roles give`() throws
    {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            let member = try daemon.makeMember(token, "ann", roles: ["viewer"])
            let minted = try daemon.manage(
                token, "POST", "/v1/members/ann/tokens", #"{"token_ttl": "30m"}"#)
            #expect(minted.status == 201)
            #expect(minted.string("result.member_id") == member)
            #expect(minted.string("result.token_type") == "adhoc")
            #expect(minted.value("result.permission_set") == nil)
            let held = try HeldToken(minted, at: "result")
            #expect(try daemon.manage(held.access, "GET", "/v1/members").status == 200)
            #expect(
                try daemon.manage(held.access, "POST", "/v1/members", #"{"name": "b"}"#).status
                    == 403)
            #expect(
                try daemon.manage(
                    token, "POST", "/v1/members/ann/tokens", #"{"token_ttl": "2h"}"#
                ).status == 422)
        }
    }

    @Test func `the last administrator is told what to do`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            try daemon.makeMember(token, "ann", roles: ["administrator"])
            for (method, body) in [
                ("DELETE", nil), ("PATCH", #"{"state": "disabled"}"#),
                ("PATCH", #"{"role_binding": ["viewer"]}"#),
            ] as [(String, String?)] {
                let refused = try daemon.manage(token, method, "/v1/members/ann", body)
                #expect(refused.status == 409)
                #expect(refused.string("detail")?.contains("another enabled member") == true)
            }
            try daemon.makeMember(token, "bob", roles: ["administrator"])
            #expect(try daemon.manage(token, "DELETE", "/v1/members/ann").status == 200)
        }
    }
}
