import Server
import Support
import Testing
import Vault

/// I6 over HTTP: what is patched, renewed or minted with the dead gives nobody more than he had.
@Suite struct `Ways to more than was given` {
    private func mint(
        _ daemon: DaemonUnderTest, _ bearer: String, _ set: String, _ more: String = "",
        at target: String = "/v1/tokens"
    ) throws -> HeldToken {
        let body = #"{"permission_set": "\#(set)"\#(more)}"#
        return try HeldToken(try daemon.manage(bearer, "POST", target, body), at: "result")
    }

    @Test func `what was minted with a dead token is dead, and so is all that it would do`() throws
    {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let root = organization.token.access
            let parent = try mint(daemon, root, "administrator")
            let child = try mint(
                daemon, parent.access, "administrator", at: "/v1/accounts/\(account)/tokens")
            let leaf = try HeldToken(
                try daemon.manage(child.access, "POST", "/v1/tokens/\(account)/\(integration.id)"),
                at: "result")
            #expect(try daemon.verify(leaf.access).status == 200)
            #expect(
                try daemon.manage(root, "DELETE", "/v1/tokens/\(parent.id)").status == 200)
            let release = Ask("POST", "/v1/credential", bearer: leaf.access)
            #expect(try daemon.ask(.gateway, release).status == 401)
            for token in [parent, child, leaf] {
                #expect(try daemon.verify(token.access).status == 401)
                for bearer in [token.refresh, token.access] {
                    let renewed = try daemon.manage(
                        bearer, "PUT", "/v1/tokens/\(token.id)/refresh")
                    #expect(renewed.status == 401, "\(renewed.text)")
                }
            }
            let more = try daemon.manage(
                child.access, "POST", "/v1/tokens/\(account)/\(integration.id)")
            #expect(more.status == 401)
        }
    }

    @Test func `who renews another's token that has ended is told so, not that his own is bad`()
        throws
    {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            let brief = try mint(daemon, token, "viewer", #", "token_ttl": "1h""#)
            daemon.clock.advance(by: .hours(1))
            for verb in ["rotate", "reset", "refresh"] {
                let answer = try daemon.manage(token, "PUT", "/v1/tokens/\(brief.id)/\(verb)")
                #expect(answer.status == 409, "\(verb): \(answer.text)")
            }
            #expect(try daemon.verify(brief.access).status == 401)
        }
    }

    @Test func `a token that was lent gives no authority away for good`() throws {
        try DaemonUnderTest.run { daemon in
            let root = try daemon.makeOrganization().token.access
            let role = #"{"name": "narrow", "permission_set": "viewer"}"#
            #expect(try daemon.manage(root, "POST", "/v1/roles", role).status == 201)
            let ann = try daemon.makeMember(root, "ann", roles: ["narrow"])
            let lent = try mint(daemon, root, "administrator", #", "token_ttl": "1h""#).access
            let widening: [(method: String, target: String, body: String)] = [
                ("PATCH", "roles/narrow", #"{"permission_set": "administrator"}"#),
                ("POST", "roles", #"{"name": "wide", "permission_set": "administrator"}"#),
                ("PATCH", "members/\(ann)", #"{"role_binding": ["administrator"]}"#),
                ("PATCH", "members/\(ann)", #"{"token_ttl": "24h"}"#),
                ("PATCH", "members/\(ann)", #"{"secret": "correct horse battery"}"#),
                ("POST", "members", #"{"name": "bob", "role_binding": ["administrator"]}"#),
            ]
            for (method, target, body) in widening {
                let answer = try daemon.manage(lent, method, "/v1/" + target, body)
                #expect(answer.status == 403, "\(target) \(body): \(answer.text)")
            }
            let narrower = try daemon.manage(
                lent, "PATCH", "/v1/roles/narrow",
                #"{"resources": {"accounts": {"labels": ["gold"]}}}"#)
            #expect(narrower.status == 200)
            let back = try daemon.manage(
                lent, "PATCH", "/v1/roles/narrow", #"{"resources": null}"#)
            #expect(back.status == 403)
        }
    }

    @Test func `a member changes nothing of what itself may do`() throws {
        try DaemonUnderTest.run { daemon in
            let root = try daemon.makeOrganization().token.access
            let ann = try daemon.makeMember(
                root, "ann", roles: ["member"], secret: "correct horse battery")
            let own = try daemon.session("ann", "correct horse battery").access
            for body in [
                #"{"role_binding": ["administrator"]}"#, #"{"token_ttl": "24h"}"#,
                #"{"state": "enabled"}"#,
            ] {
                let answer = try daemon.manage(own, "PATCH", "/v1/members/\(ann)", body)
                #expect(answer.status == 403, "\(body): \(answer.text)")
            }
            let harmless = try daemon.manage(
                own, "PATCH", "/v1/members/\(ann)", #"{"fullname": "Ann"}"#)
            #expect(harmless.status == 200)
            let wide = try daemon.manage(
                own, "POST", "/v1/tokens", #"{"permission_set": "viewer"}"#)
            #expect(wide.status == 403)
        }
    }

    @Test func `a narrowed token moves nothing to where it would reach further`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let root = organization.token.access
            let tickets = try mint(
                daemon, root, "administrator",
                #", "resources": {"integrations": {"connectors": ["ticketing"]}}"#
            ).access
            let target = "/v1/integrations/\(account)/tickets"
            let away = try daemon.manage(
                tickets, "PATCH", target, #"{"provider": "splunk", "credential": null}"#)
            #expect(away.status == 403)
            let gold = try mint(
                daemon, root, "administrator",
                #", "resources": {"accounts": {"labels": ["gold"]}}"#
            ).access
            for (method, place, body) in [
                ("PATCH", "accounts/\(account)", #"{"labels": ["gold"]}"#),
                ("POST", "accounts/\(account)/tokens", #"{"permission_set": "viewer"}"#),
            ] {
                #expect(try daemon.manage(gold, method, "/v1/" + place, body).status == 404)
            }
            let wider = try mint(
                daemon, gold, "administrator",
                #", "resources": {"accounts": {"ids": ["\#(account)"]}}"#
            ).access
            #expect(try daemon.manage(wider, "GET", "/v1/accounts/\(account)").status == 404)
            let made = try daemon.manage(gold, "POST", "/v1/accounts", #"{"name": "mine"}"#)
            #expect(made.status == 403)
        }
    }

    @Test func `a role that was withdrawn is not brought back by a token that it had minted`()
        throws
    {
        try DaemonUnderTest.run { daemon in
            let root = try daemon.makeTenant().organization.token.access
            for (name, set, labels) in [
                ("keeper", "account-manager", ""),
                ("gold", "administrator", #", "resources": {"accounts": {"labels": ["gold"]}}"#),
            ] {
                let role = #"{"name": "\#(name)", "permission_set": "\#(set)"\#(labels)}"#
                #expect(try daemon.manage(root, "POST", "/v1/roles", role).status == 201)
            }
            _ = try daemon.makeMember(
                root, "ann", roles: ["keeper", "gold"], secret: "correct horse battery")
            let account = "/v1/accounts/tenant"
            let gilding = #"{"labels": ["gold"]}"#
            #expect(try daemon.manage(root, "PATCH", account, gilding).status == 200)
            let ann = try daemon.session("ann", "correct horse battery").access
            let own = try mint(daemon, ann, "administrator", at: account + "/tokens").access
            let named = #"{"fullname": "Tenant"}"#
            #expect(try daemon.manage(own, "PATCH", account, gilding).status == 200)
            #expect(try daemon.manage(root, "PATCH", account, #"{"labels": []}"#).status == 200)
            #expect(try daemon.manage(own, "PATCH", account, named).status == 200)
            for bearer in [ann, own] {
                let answer = try daemon.manage(bearer, "PATCH", account, gilding)
                #expect(answer.status == 403, "\(answer.text)")
            }
        }
    }

    @Test func `what one role may change is no way to what another gives elsewhere`() throws {
        try DaemonUnderTest.run { daemon in
            let root = try daemon.makeTenant().organization.token.access
            let gold = #"{"accounts": {"labels": ["gold"]}}"#
            let ticketing = #"{"integrations": {"connectors": ["ticketing"]}}"#
            for (name, set, resources) in [
                ("keeper", "account-manager", "null"), ("gold", "administrator", gold),
                ("issuer", "token-issuer", ticketing),
            ] {
                let narrowing = resources == "null" ? "" : #", "resources": \#(resources)"#
                let role = #"{"name": "\#(name)", "permission_set": "\#(set)"\#(narrowing)}"#
                #expect(try daemon.manage(root, "POST", "/v1/roles", role).status == 201)
            }
            _ = try daemon.makeMember(
                root, "ann", roles: ["keeper", "gold", "issuer"], secret: "correct horse battery")
            let ann = try daemon.session("ann", "correct horse battery").access
            let account = "/v1/accounts/tenant"
            for (body, status) in [
                (#"{"labels": ["gold"]}"#, 403), (#"{"labels": ["silver"]}"#, 200),
                (#"{"labels": ["silver", "gold"]}"#, 403), (#"{"fullname": "Tenant"}"#, 200),
            ] {
                let answer = try daemon.manage(ann, "PATCH", account, body)
                #expect(answer.status == status, "\(body): \(answer.text)")
            }
            #expect(try daemon.manage(ann, "DELETE", account + "/nothing").status == 404)
            // Who may do all that anyway loses nothing by a narrower role beside it.
            _ = try daemon.makeMember(
                root, "bob", roles: ["administrator", "gold"], secret: "correct horse battery")
            let bob = try daemon.session("bob", "correct horse battery").access
            let gilded = try daemon.manage(bob, "PATCH", account, #"{"labels": ["gold"]}"#)
            #expect(gilded.status == 200, "\(gilded.text)")
            let plain = try daemon.manage(bob, "PATCH", account, #"{"labels": []}"#)
            #expect(plain.status == 200)
            _ = try daemon.makeIntegration(
                root, in: "tenant", "logs", provider: "splunk", credential: nil)
            let integration = "/v1/integrations/tenant/logs"
            let moved = #"{"provider": "jira"}"#
            #expect(try daemon.manage(ann, "PATCH", integration, moved).status == 403)
            #expect(try daemon.manage(root, "PATCH", integration, moved).status == 200)
            // Out of what the other role gives is no widening.
            let back = #"{"provider": "splunk"}"#
            #expect(try daemon.manage(ann, "PATCH", integration, back).status == 200)
        }
    }

    @Test func `who is narrowed to some integrations does nothing to all of an account's`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let root = organization.token.access
            let credential = #"{"name": "own", "credential": \#(DaemonUnderTest.basic)}"#
            let made = try daemon.manage(root, "POST", "/v1/credentials/\(account)", credential)
            let owned = "/v1/credentials/\(account)/\(try made.require("result.credential.id"))"
            let other = try mint(
                daemon, root, "administrator", at: "/v1/accounts/\(account)/tokens")
            let narrow = try mint(
                daemon, root, "administrator",
                #", "resources": {"integrations": {"connectors": ["ticketing"]}}"#
            ).access
            for (method, target, body) in [
                ("DELETE", "/v1/accounts/\(account)", nil),
                ("PATCH", "/v1/accounts/\(account)", #"{"labels": ["gold"]}"#),
                ("PUT", owned, #"{"credential": \#(DaemonUnderTest.basic)}"#),
                ("DELETE", owned, nil), ("DELETE", "/v1/tokens/\(other.id)", nil),
            ] {
                let answer = try daemon.manage(narrow, method, target, body)
                #expect(answer.status == 403, "\(method) \(target): \(answer.text)")
            }
            for target in ["/v1/accounts/\(account)", owned, "/v1/tokens/\(other.id)"] {
                #expect(try daemon.manage(narrow, "GET", target).status == 200)
            }
            // As a gateway would ask: of the integration's own it may, of the account's not.
            for (query, status) in [
                ("&integration=\(integration.id)", 200), ("", 403),
            ] {
                let demand = "?permission=credentials:update&account=\(account)" + query
                #expect(try daemon.verify(narrow, demand).status == status, "\(demand)")
            }
            let own = "/v1/integrations/\(account)/\(integration.id)"
            #expect(try daemon.manage(narrow, "PATCH", own, #"{"fullname": "x"}"#).status == 200)
            #expect(try daemon.manage(narrow, "DELETE", own).status == 200)
        }
    }

    @Test func `a patch of resources leaves what it does not name`() throws {
        try DaemonUnderTest.run { daemon in
            let root = try daemon.makeOrganization().token.access
            let role = #"""
                {"name": "r", "permission_set": "viewer", "resources": {
                "accounts": {"labels": ["eu"], "environments": ["prod"]},
                "integrations": {"connectors": ["ticketing"]}}}
                """#
            #expect(try daemon.manage(root, "POST", "/v1/roles", role).status == 201)
            for (patch, labels, environments, connectors) in [
                (#"{"integrations": {"connectors": ["siem"]}}"#, "eu", "prod", "siem"),
                ("{}", "eu", "prod", "siem"),
                (#"{"accounts": {"environments": null}}"#, "eu", nil, "siem"),
                (#"{"integrations": null}"#, "eu", nil, nil),
                (#"{"accounts": {"labels": ["us"]}}"#, "us", nil, nil),
                (#"{"accounts": {"labels": null}}"#, nil, nil, nil),
            ] as [(String, String?, String?, String?)] {
                let answer = try daemon.manage(
                    root, "PATCH", "/v1/roles/r", #"{"resources": \#(patch)}"#)
                #expect(answer.status == 200, "\(answer.text)")
                let place = "result.resources."
                #expect(answer.string(place + "accounts.labels.0") == labels, "\(patch)")
                #expect(answer.string(place + "accounts.environments.0") == environments)
                #expect(answer.string(place + "integrations.connectors.0") == connectors)
            }
        }
    }
}
