import Server
import Support
import Testing
import Vault

@Suite struct `Tokens over HTTP` {
    @Test func `a refresh secret releases no credential`() throws {
        try DaemonUnderTest.run { daemon in
            let (_, _, integration) = try daemon.makeTenant()
            let refused = try daemon.ask(
                .gateway, Ask("POST", "/v1/credential", bearer: integration.token.refresh))
            #expect([401, 403].contains(refused.status))
            #expect(!refused.text.contains("swordfish"))
            let released = try daemon.ask(
                .gateway, Ask("POST", "/v1/credential", bearer: integration.token.access))
            #expect(released.string("result.secret") == "swordfish")
            #expect(released.string("result.username") == "robot")
            #expect(released["Cache-Control"] == "no-store")
            let event = try daemon.event(of: released)
            #expect(event.summary == "credential.release allow -")
            #expect(event["object_id"] == integration.credential)
        }
    }

    @Test func `a repeated mint gives no secrets of a token that is dead`() throws {
        try DaemonUnderTest.run { daemon in
            let root = try daemon.makeOrganization().token.access
            let body = #"{"permission_set": "administrator"}"#
            let parent = try HeldToken(
                try daemon.manage(root, "POST", "/v1/tokens", body), at: "result")
            func repeated(by bearer: String) throws -> RawAnswer {
                try daemon.ask(
                    .admin,
                    Ask("POST", "/v1/tokens", bearer: bearer, json: body)
                        .with("Idempotency-Key: once"))
            }
            let child = try HeldToken(try repeated(by: parent.access), at: "result")
            let reset = try HeldToken(
                try daemon.manage(root, "PUT", "/v1/tokens/\(parent.id)/reset"), at: "result")
            let refused = try repeated(by: reset.access)
            #expect(refused.status == 409, "\(refused.text)")
            #expect(!refused.text.contains(child.id))
            let (tenant, account, integration) = try daemon.makeTenant("tenants")
            let brief = Ask(
                "POST", "/v1/tokens/\(account)/\(integration.id)", bearer: tenant.token.access
            ).with("Idempotency-Key: brief")
            let minted = try HeldToken(try daemon.ask(.admin, brief), at: "result")
            let target = "/v1/integrations/\(account)/\(integration.id)"
            let off = #"{"state": "disabled"}"#
            for (method, path, json) in [
                ("DELETE", "/v1/tokens/\(minted.id)", nil), ("PATCH", target, off),
            ] {
                let done = try daemon.manage(tenant.token.access, method, path, json)
                #expect(done.status == 200, "\(done.text)")
            }
            #expect(try daemon.ask(.admin, brief).status == 409)
        }
    }

    @Test func `planes do not overlap`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            for target in ["/v1/organization", "/v1/accounts/\(account)", "/v1/tokens"] {
                let answer = try daemon.manage(integration.token.access, "GET", target)
                #expect(answer.status == 403 || answer.status == 404)
                #expect(!answer.text.contains(organization.id))
            }
            for token in [organization.token.access, organization.token.refresh] {
                let release = Ask("POST", "/v1/credential", bearer: token)
                #expect([401, 403].contains(try daemon.ask(.gateway, release).status))
                let refreshed = try daemon.manage(organization.token.refresh, "GET", "/v1/accounts")
                #expect(refreshed.status == 401)
            }
            let minted = try daemon.manage(
                integration.token.access, "POST", "/v1/tokens/\(account)/\(integration.id)")
            #expect(minted.status == 403)
        }
    }

    /// What is asked twice, and what comes of it the second time.
    private func expectReplay(
        _ daemon: DaemonUnderTest, _ ask: Ask, at path: String, elsewhere: Ask? = nil
    ) throws {
        let keyed = ask.with("Idempotency-Key: once")
        let first = try daemon.ask(.admin, keyed)
        let second = try daemon.ask(.admin, keyed)
        #expect(first.status < 300 && first.status == second.status, "\(second.text)")
        let (one, two) = (try HeldToken(first, at: path), try HeldToken(second, at: path))
        #expect(one.access == two.access && one.refresh == two.refresh && one.id == two.id)
        #expect(try daemon.event(of: second).reason == "replayed")
        #expect(try daemon.event(of: first).reason == nil)
        #expect(try daemon.verify(two.access).status == 200)
        var other = keyed
        other.body = elsewhere?.body ?? #"{"grace": "1h"}"#
        if ask.body == nil { other.fields.append("Content-Type: application/json") }
        let refused = try daemon.ask(.admin, other)
        #expect(refused.status == 409, "\(refused.text)")
        #expect(try daemon.event(of: refused).reason == "idempotency_mismatch")
    }

    @Test func `a repeated mint or rotation gives the same secrets`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let whole = organization.token.access
            let viewer = #"{"permission_set": "viewer"}"#
            let another = Ask("POST", "/", json: #"{"permission_set": "administrator"}"#)
            try expectReplay(
                daemon, Ask("POST", "/v1/tokens", bearer: whole, json: viewer), at: "result",
                elsewhere: another)
            try expectReplay(
                daemon, Ask("POST", "/v1/accounts/\(account)/tokens", bearer: whole, json: viewer),
                at: "result", elsewhere: another)
            try expectReplay(
                daemon,
                Ask(
                    "POST", "/v1/integrations/\(account)", bearer: whole,
                    json: #"{"name": "twice", "provider": "jira"}"#), at: "result.token",
                elsewhere: Ask("POST", "/", json: #"{"name": "thrice", "provider": "jira"}"#))
            try expectReplay(
                daemon, Ask("PUT", "/v1/tokens/\(integration.token.id)/rotate", bearer: whole),
                at: "result")
            let path = "/v1/operator/organizations"
            try expectReplay(
                daemon, Ask("POST", path, json: #"{"name": "again"}"#), at: "result.token",
                elsewhere: Ask("POST", "/", json: #"{"name": "other"}"#))
            try expectReplay(daemon, Ask("POST", path + "/again/token/rotate"), at: "result")
            let list = try daemon.manage(whole, "GET", "/v1/integrations/\(account)")
            #expect(list.value("result.1") != nil && list.value("result.2") == nil)
        }
    }

    @Test func `a repeated rotation is the same even when it named the version it read`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, _, integration) = try daemon.makeTenant()
            let target = "/v1/tokens/\(integration.token.id)"
            let tag = try #require(
                try daemon.manage(organization.token.access, "GET", target)["ETag"])
            for verb in ["rotate", "reset"] {
                let fresh = try #require(
                    try daemon.manage(organization.token.access, "GET", target)["ETag"])
                let ask = Ask("PUT", "\(target)/\(verb)", bearer: organization.token.access)
                    .with("If-Match: \(fresh)", "Idempotency-Key: lost")
                let first = try daemon.ask(.admin, ask)
                let second = try daemon.ask(.admin, ask)
                #expect(first.status == 200 && second.status == 200, "\(second.text)")
                let path = "result.primary.access.secret"
                #expect(first.string(path) == second.string(path))
            }
            let stale = Ask("PUT", target + "/rotate", bearer: organization.token.access)
                .with("If-Match: \(tag)", "Idempotency-Key: another")
            #expect(try daemon.ask(.admin, stale).status == 412)
        }
    }

    @Test func `a caller's key is the caller's own, and its window closes`() throws {
        try DaemonUnderTest.run { daemon in
            let mine = try daemon.makeTenant("mine")
            let theirs = try daemon.makeTenant("theirs")
            let json = #"{"permission_set": "viewer"}"#
            func mint(_ bearer: String) throws -> HeldToken {
                let ask = Ask("POST", "/v1/tokens", bearer: bearer, json: json)
                    .with("Idempotency-Key: same")
                return try HeldToken(daemon.ask(.admin, ask), at: "result")
            }
            let first = try mint(mine.organization.token.access)
            #expect(try mint(theirs.organization.token.access).id != first.id)
            #expect(try mint(mine.organization.token.access).id == first.id)
            daemon.clock.advance(by: .minutes(10))
            #expect(try mint(mine.organization.token.access).id != first.id)
        }
    }

    @Test func `a rotation keeps the old secret for its grace and shows its use`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, _, integration) = try daemon.makeTenant()
            let (whole, old) = (organization.token.access, integration.token)
            let target = "/v1/tokens/\(old.id)"
            for grace in ["169h", "-1s", "soon", "1"] {
                let json = #"{"grace": "\#(grace)"}"#
                let answer = try daemon.manage(whole, "PUT", target + "/rotate", json)
                #expect(answer.status == 422, "\(grace)")
            }
            let rotated = try daemon.manage(
                whole, "PUT", target + "/rotate", #"{"grace": "1h"}"#)
            let new = try HeldToken(rotated, at: "result")
            #expect(rotated.value("result.secondary.access.secret") == nil)
            #expect(rotated.number("result.secondary.use_count") == 0)
            for _ in 0..<3 { #expect(try daemon.verify(old.access).status == 200) }
            let byOld = try daemon.verify(old.access)
            #expect(try daemon.event(of: byOld)["generation"] == "secondary")
            #expect(try daemon.verify(new.access).status == 200)
            let shown = try daemon.manage(whole, "GET", target)
            #expect(shown.number("result.secondary.use_count") == 4)
            #expect(shown.number("result.primary.use_count") == 1)
            #expect(shown.string("result.secondary.last_used_at") != nil)
            let inUse = try daemon.manage(whole, "DELETE", target + "/secondary")
            #expect(inUse.status == 409)
            #expect(try daemon.event(of: inUse).reason == "in_use")
            daemon.clock.advance(by: .minutes(59))
            #expect(try daemon.verify(old.access).status == 200)
            daemon.clock.advance(by: .minutes(1))
            #expect(try daemon.verify(old.access).status == 401)
            #expect(try daemon.verify(new.access).status == 200)
        }
    }

    @Test func `an old secret is removed when unused, or by force, and a third dies at once`()
        throws
    {
        try DaemonUnderTest.run { daemon in
            let (organization, _, integration) = try daemon.makeTenant()
            let (whole, first) = (organization.token.access, integration.token)
            let target = "/v1/tokens/\(first.id)"
            func rotate() throws -> HeldToken {
                try HeldToken(
                    daemon.manage(whole, "PUT", target + "/rotate"), at: "result")
            }
            let second = try rotate()
            #expect(try daemon.verify(first.access).status == 200)
            for query in ["?force=yes", "?force=1", "?forced=true"] {
                let answer = try daemon.manage(whole, "DELETE", target + "/secondary" + query)
                #expect(answer.status == 400)
            }
            let forced = try daemon.manage(whole, "DELETE", target + "/secondary?force=true")
            #expect(forced.status == 200 && forced.value("result.secondary") == nil)
            #expect(try daemon.verify(first.access).status == 401)
            #expect(try daemon.manage(whole, "DELETE", target + "/secondary").status == 404)
            let third = try rotate()
            let fourth = try rotate()
            #expect(try daemon.verify(second.access).status == 401)
            #expect(try daemon.verify(third.access).status == 200)
            daemon.clock.advance(by: .minutes(11))
            #expect(try daemon.manage(whole, "DELETE", target + "/secondary").status == 200)
            #expect(try daemon.verify(third.access).status == 401)
            #expect(try daemon.verify(fourth.access).status == 200)
        }
    }

    @Test func `a reset kills everything issued before, children too`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let whole = organization.token
            let child = try HeldToken(
                daemon.manage(
                    whole.access, "POST", "/v1/tokens", #"{"permission_set": "administrator"}"#),
                at: "result")
            let leaf = try HeldToken(
                daemon.manage(child.access, "POST", "/v1/tokens/\(account)/\(integration.id)"),
                at: "result")
            for token in [whole, child, leaf] {
                #expect(try daemon.verify(token.access).status == 200)
            }
            let reset = try daemon.operate("POST", "organizations/acme/token/reset")
            let new = try HeldToken(reset, at: "result")
            #expect(reset.value("result.secondary") == nil && new.id == whole.id)
            for token in [whole, child, leaf] {
                #expect(try daemon.verify(token.access).status == 401)
            }
            let refresh = "/v1/tokens/\(whole.id)/refresh"
            #expect(try daemon.manage(whole.refresh, "PUT", refresh).status == 401)
            #expect(try daemon.verify(new.access).status == 200)
            #expect(try daemon.verify(integration.token.access).status == 200)
        }
    }

    @Test func `the refresh secret renews its own token and does nothing else`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let token = integration.token
            let target = "/v1/tokens/\(token.id)"
            for (method, path) in [
                ("GET", target), ("PUT", target + "/rotate"), ("PUT", target + "/reset"),
                ("DELETE", target), ("DELETE", target + "/secondary"),
                ("PUT", "/v1/tokens/\(organization.token.id)/refresh"),
                ("POST", "/v1/tokens/\(account)/\(integration.id)"), ("GET", "/v1/audit"),
            ] {
                let answer = try daemon.manage(token.refresh, method, path)
                #expect([401, 404].contains(answer.status), "\(method) \(path)")
            }
            let ask = Ask("PUT", target + "/refresh", bearer: token.refresh)
                .with("Idempotency-Key: r1")
            let new = try HeldToken(daemon.ask(.admin, ask), at: "result")
            // The answer was lost: whoever asked still has the old secret only.
            let again = try HeldToken(daemon.ask(.admin, ask), at: "result")
            #expect(new.access == again.access && new.access != token.access)
            for access in [token.access, new.access] {
                #expect(try daemon.verify(access).status == 200)
            }
            // Without the key the old secret is no lever over the new one.
            #expect(try daemon.manage(token.refresh, "PUT", target + "/refresh").status == 409)
            let whole = organization.token.access
            #expect(try daemon.manage(whole, "PUT", target + "/refresh").status == 200)
        }
    }

    @Test func `a disabled organization is refused at the very next request`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, _, integration) = try daemon.makeTenant()
            let other = try daemon.makeTenant("other")
            let gateway = try daemon.connect(.gateway)
            func verify(_ token: String) throws -> RawAnswer {
                try gateway.send(Ask("GET", "/v1/verify", bearer: token).text)
                return try gateway.answer()
            }
            for state in ["disabled", "enabled", "disabled"] {
                let change = try daemon.operate(
                    "PATCH", "organizations/acme", #"{"state": "\#(state)"}"#)
                #expect(change.status == 200)
                let isOff = state == "disabled"
                for token in [integration.token.access, organization.token.access] {
                    let answer = try verify(token)
                    #expect(answer.status == (isOff ? 403 : 200))
                    let reason = try daemon.event(of: answer).reason
                    #expect(reason == (isOff ? "organization_disabled" : nil))
                }
                let managed = try daemon.manage(
                    organization.token.access, "GET", "/v1/organization")
                #expect(managed.status == (isOff ? 402 : 200))
                let release = Ask("POST", "/v1/credential", bearer: integration.token.access)
                #expect(try daemon.ask(.gateway, release).status == (isOff ? 403 : 200))
                let refresh = try daemon.manage(
                    integration.token.refresh, "PUT", "/v1/tokens/\(integration.token.id)/refresh")
                #expect(refresh.status == (isOff ? 402 : 200))
                #expect(try verify(other.integration.token.access).status == 200)
            }
        }
    }

    @Test func `a deleted account's tokens are dead at the next request`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let whole = organization.token.access
            let own = try HeldToken(
                daemon.manage(
                    whole, "POST", "/v1/accounts/\(account)/tokens",
                    #"{"permission_set": "administrator"}"#), at: "result")
            let leaf = try HeldToken(
                daemon.manage(own.access, "POST", "/v1/tokens/\(account)/\(integration.id)"),
                at: "result")
            let tokens = [integration.token, own, leaf]
            for token in tokens { #expect(try daemon.verify(token.access).status == 200) }
            #expect(try daemon.manage(whole, "DELETE", "/v1/accounts/\(account)").status == 200)
            for token in tokens {
                #expect(try daemon.verify(token.access).status == 401)
                #expect(try daemon.manage(whole, "GET", "/v1/tokens/\(token.id)").status == 404)
                let release = Ask("POST", "/v1/credential", bearer: token.access)
                #expect(try daemon.ask(.gateway, release).status == 401)
            }
            #expect(try daemon.verify(whole).status == 200)
        }
    }

    @Test func `connect-ui is shown no secret`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let ui = try HeldToken(
                daemon.manage(
                    organization.token.access, "POST", "/v1/accounts/\(account)/tokens",
                    #"{"permission_set": "connect-ui"}"#), at: "result")
            let ask = Ask(
                "POST", "/v1/integrations/\(account)", bearer: ui.access,
                json: """
                    {"name": "ui", "provider": "jira", "credential": \(DaemonUnderTest.basic)}
                    """)
            for _ in 0..<2 {
                let made = try daemon.ask(.admin, ask.with("Idempotency-Key: k"))
                #expect(made.status == 201 && !made.text.contains("sri_"))
                #expect(!made.text.contains("srr_") && !made.text.contains("swordfish"))
            }
            let other = try daemon.makeAccount(organization.token.access, "other")
            for (method, target) in [
                ("POST", "/v1/integrations/\(other)"), ("GET", "/v1/accounts"),
                ("GET", "/v1/tokens"), ("POST", "/v1/tokens/\(account)/ui"), ("GET", "/v1/audit"),
            ] {
                let json = target.hasSuffix(other) ? #"{"name": "x", "provider": "jira"}"# : nil
                let answer = try daemon.manage(ui.access, method, target, json)
                #expect([403, 404].contains(answer.status), "\(method) \(target)")
            }
        }
    }

    @Test func `a child is no wider and no longer than its parent`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let viewer = try HeldToken(
                daemon.manage(
                    organization.token.access, "POST", "/v1/tokens",
                    #"{"permission_set": "viewer", "token_ttl": "1h"}"#), at: "result")
            for (target, json) in [
                ("/v1/tokens", #"{"permission_set": "viewer"}"#),
                ("/v1/accounts/\(account)/tokens", #"{"permission_set": "administrator"}"#),
                ("/v1/tokens/\(account)/\(integration.id)", "{}"),
            ] {
                #expect(try daemon.manage(viewer.access, "POST", target, json).status == 403)
            }
            let issuer = try HeldToken(
                daemon.manage(
                    organization.token.access, "POST", "/v1/tokens",
                    #"{"permission_set": "token-issuer", "token_ttl": "5m"}"#), at: "result")
            let minted = try daemon.manage(
                issuer.access, "POST", "/v1/tokens/\(account)/\(integration.id)",
                #"{"token_ttl": "24h"}"#)
            #expect(minted.status == 201)
            let leaf = try HeldToken(minted, at: "result")
            daemon.clock.advance(by: .minutes(5))
            #expect(try daemon.verify(leaf.access).status == 401)
            for token in [leaf, issuer] {
                let path = "/v1/tokens/\(token.id)/refresh"
                #expect(try daemon.manage(token.refresh, "PUT", path).status == 401)
            }
        }
    }
}
