import Server
import Support
import Testing
import Vault

/// 1.1 of the product: a name is unique per parent and usable wherever an id is.
@Suite struct `Names of tokens` {
    private func mint(
        _ daemon: DaemonUnderTest, _ bearer: String, _ target: String = "/v1/tokens",
        _ more: String = "", set: String = "viewer"
    ) throws -> RawAnswer {
        let body = #"{"permission_set": "\#(set)", "name": "robot"\#(more)}"#
        return try daemon.manage(bearer, "POST", target, body)
    }

    @Test func `a name is taken for as long as its token lives, and by that owner only`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let theirs = try daemon.makeTenant("theirs").organization.token.access
            let root = organization.token.access
            let places = [
                "/v1/tokens", "/v1/accounts/\(account)/tokens",
                "/v1/tokens/\(account)/\(integration.id)",
            ]
            for place in places {
                let set = place.hasSuffix(integration.id) ? "integration" : "viewer"
                let more = #", "token_ttl": "1h""#
                #expect(try mint(daemon, root, place, more, set: set).status == 201, "\(place)")
                let again = try mint(daemon, root, place, more, set: set)
                #expect(again.status == 409, "\(place): \(again.text)")
                #expect(try daemon.summary(of: again) == "token.create deny name_taken")
            }
            #expect(try mint(daemon, theirs).status == 201)
            daemon.clock.advance(by: .hours(1))
            for place in places {
                let set = place.hasSuffix(integration.id) ? "integration" : "viewer"
                #expect(try mint(daemon, root, place, set: set).status == 201, "\(place)")
            }
            let revoked = try daemon.manage(root, "DELETE", "/v1/tokens/robot")
            #expect(revoked.status == 200, "\(revoked.text)")
            #expect(try mint(daemon, root).status == 201)
        }
    }

    @Test func `what died with its parent keeps no name`() throws {
        try DaemonUnderTest.run { daemon in
            let root = try daemon.makeOrganization().token
            let child = try HeldToken(try mint(daemon, root.access), at: "result")
            #expect(try mint(daemon, root.access).status == 409)
            let reset = try HeldToken(
                try daemon.manage(root.access, "PUT", "/v1/tokens/\(root.id)/reset"), at: "result")
            #expect(try daemon.verify(child.access).status == 401)
            let again = try HeldToken(try mint(daemon, reset.access), at: "result")
            let found = try daemon.manage(reset.access, "GET", "/v1/tokens/robot")
            #expect(found.string("result.id") == again.id)
        }
    }

    @Test func `a name leads to the asker's own owner's token, and to nobody else's`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, _) = try daemon.makeTenant()
            let theirs = try daemon.makeTenant("theirs").organization.token.access
            let root = organization.token.access
            let absent = try daemon.manage(theirs, "GET", "/v1/tokens/robot")
            let own = try HeldToken(try mint(daemon, root), at: "result")
            let accounts = try HeldToken(
                try mint(daemon, root, "/v1/accounts/\(account)/tokens"), at: "result")
            let byRoot = try daemon.manage(root, "GET", "/v1/tokens/robot")
            #expect(byRoot.string("result.id") == own.id)
            #expect(byRoot.string("result.name") == "robot")
            let byAccount = try daemon.manage(accounts.access, "GET", "/v1/tokens/robot")
            #expect(byAccount.string("result.id") == accounts.id)
            let foreign = try daemon.manage(theirs, "GET", "/v1/tokens/robot")
            #expect(foreign.status == 404 && foreign.bodyButRequestID == absent.bodyButRequestID)
            let renewed = try HeldToken(
                try daemon.manage(own.refresh, "PUT", "/v1/tokens/robot/refresh"), at: "result")
            #expect(renewed.id == own.id)
            let rotated = try daemon.manage(root, "PUT", "/v1/tokens/robot/rotate")
            #expect(rotated.string("result.id") == own.id)
            #expect(
                try daemon.manage(root, "DELETE", "/v1/tokens/robot/secondary?force=true").status
                    == 200)
            #expect(try daemon.manage(root, "DELETE", "/v1/tokens/robot").status == 200)
            #expect(try daemon.manage(root, "GET", "/v1/tokens/robot").status == 404)
            #expect(
                try daemon.manage(accounts.access, "GET", "/v1/tokens/robot").status == 200)
        }
    }

    @Test func `a repeated mint is no second token of that name`() throws {
        try DaemonUnderTest.run { daemon in
            let root = try daemon.makeOrganization().token.access
            let body = #"{"permission_set": "viewer", "name": "robot"}"#
            let ask = Ask("POST", "/v1/tokens", bearer: root, json: body)
                .with("Idempotency-Key: once")
            let first = try HeldToken(try daemon.ask(.admin, ask), at: "result")
            let second = try HeldToken(try daemon.ask(.admin, ask), at: "result")
            #expect(first.access == second.access && first.id == second.id)
        }
    }
}
