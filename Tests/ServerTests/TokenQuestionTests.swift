import Linux
import Server
import Support
import Testing
import Vault

/// Which tokens are stale, who minted them, what depends on them, and how many there may be.
@Suite struct `Questions about tokens over HTTP` {
    private func ids(_ answer: RawAnswer) throws -> Set<String> {
        #expect(answer.status == 200, "\(answer.text)")
        let elements = try #require(answer.value("result") as? [[String: Any]])
        return Set(elements.compactMap { $0["id"] as? String })
    }

    private func mint(
        _ daemon: DaemonUnderTest, _ bearer: String, _ set: String = "viewer",
        _ others: String = ""
    ) throws -> HeldToken {
        let body = #"{"permission_set": "\#(set)"\#(others)}"#
        return try HeldToken(
            try daemon.manage(bearer, "POST", "/v1/tokens", body), at: "result")
    }

    @Test func `stale tokens are found, those never used among them`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, _, integration) = try daemon.makeTenant()
            let whole = organization.token.access
            let unused = try mint(daemon, whole)
            let old = try mint(daemon, whole)
            #expect(try daemon.verify(old.access).status == 200)
            daemon.clock.advance(by: .hours(2))
            let fresh = try mint(daemon, whole)
            #expect(try daemon.verify(fresh.access).status == 200)
            let since = "2027-01-15T09:00:00Z"
            let stale = try daemon.manage(
                whole, "GET", "/v1/tokens?filter=last_used_at[lt]\(since)")
            #expect(try ids(stale) == [unused.id, old.id, integration.token.id])
            let never = try daemon.manage(
                whole, "GET", "/v1/tokens?filter=last_used_at[eq]null&filter=token_type[eq]adhoc")
            #expect(try ids(never) == [unused.id])
            let used = try daemon.manage(
                whole, "GET", "/v1/tokens?filter=last_used_at[neq]null&order=last_used_at")
            #expect(try ids(used) == [old.id, fresh.id, organization.token.id])
            #expect(used.string("result.0.id") == old.id)
            let recent = try daemon.manage(
                whole, "GET", "/v1/tokens?filter=last_used_at[gte]\(since)")
            #expect(try ids(recent) == [fresh.id, organization.token.id])
        }
    }

    @Test func `who minted a token, of what kind and for whom, is found`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let whole = organization.token.access
            let parent = try mint(daemon, whole, "administrator")
            let child = try mint(daemon, parent.access, "viewer", #", "token_ttl": "1h""#)
            let brief = try HeldToken(
                try daemon.manage(
                    parent.access, "POST", "/v1/tokens/\(account)/\(integration.id)"), at: "result")
            let ended = try mint(daemon, parent.access)
            #expect(
                try daemon.manage(whole, "DELETE", "/v1/tokens/\(ended.id)").status == 200)
            let cases: [(String, Set<String>)] = [
                ("parent_id[eq]\(parent.id)", [child.id, brief.id]),
                ("parent_id[eq]\(brief.id)", []),
                ("parent_id[eq]null", [organization.token.id, integration.token.id]),
                ("token_type[eq]default", [organization.token.id, integration.token.id]),
                ("owner_id[eq]\(integration.id)", [integration.token.id, brief.id]),
                ("owner_type[eq]integration", [integration.token.id, brief.id]),
                ("integration_id[neq]null", [integration.token.id, brief.id]),
                ("account_id[eq]\(account)", [integration.token.id, brief.id]),
                ("permission_set[in]viewer,token-issuer", [child.id]),
                ("expires[lt]2027-01-15T08:30:00Z", [brief.id]),
                ("expires[lte]2027-01-15T09:00:00Z", [brief.id, child.id]),
                ("member_id[neq]null", []), ("revoked_at[neq]null", []),
            ]
            for (filter, wanted) in cases {
                let found = try daemon.manage(whole, "GET", "/v1/tokens?filter=" + filter)
                #expect(try ids(found) == wanted, "\(filter)")
            }
        }
    }

    @Test func `what depends on a token is told to those who may see it, and to nobody else`()
        throws
    {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let theirs = try daemon.makeTenant("theirs")
            let whole = organization.token.access
            let foreign = try daemon.manage(
                whole, "GET", "/v1/tokens/\(theirs.organization.token.id)/impact")
            let absent = try daemon.manage(
                whole, "GET", "/v1/tokens/tok_0000000000000000000001/impact")
            #expect(foreign.status == 404 && foreign.bodyButRequestID == absent.bodyButRequestID)
            let parent = try mint(daemon, whole, "administrator")
            let issuer = try mint(daemon, parent.access, "token-issuer")
            let refused = try daemon.manage(
                issuer.access, "GET", "/v1/tokens/\(parent.id)/impact")
            #expect(refused.status == 403)
            // Of itself everybody may know.
            let own = try daemon.manage(issuer.access, "GET", "/v1/tokens/\(issuer.id)/impact")
            #expect(own.number("result.tokens") == 1 && own.number("result.integrations") == 0)
            let brief = try HeldToken(
                try daemon.manage(
                    issuer.access, "POST", "/v1/tokens/\(account)/\(integration.id)"), at: "result")
            let before = try daemon.manage(whole, "GET", "/v1/tokens/\(parent.id)/impact")
            for _ in 0..<3 { #expect(try daemon.verify(brief.access).status == 200) }
            let impact = try daemon.manage(whole, "GET", "/v1/tokens/\(parent.id)/impact")
            #expect(impact.number("result.tokens") == 3)
            #expect(impact.number("result.integrations") == 1)
            #expect(impact.value("result.complete") as? Bool == true)
            let uses = try #require(before.number("result.uses_24h"))
            #expect(impact.number("result.uses_24h") == uses + 3)
            #expect(try daemon.manage(whole, "DELETE", "/v1/tokens/\(parent.id)").status == 200)
            #expect(try daemon.verify(brief.access).status == 401)
        }
    }

    @Test func `a narrowed asker is not told how much there is beyond what it sees`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let root = organization.token.access
            let other = try daemon.makeIntegration(root, in: account, "other")
            let issuer = try HeldToken(
                try daemon.manage(
                    root, "POST", "/v1/accounts/\(account)/tokens",
                    #"{"permission_set": "token-issuer"}"#), at: "result")
            for id in [integration.id, other.id, other.id] {
                let brief = try HeldToken(
                    try daemon.manage(issuer.access, "POST", "/v1/tokens/\(account)/\(id)"),
                    at: "result")
                #expect(try daemon.verify(brief.access).status == 200)
            }
            let narrow = try mint(
                daemon, root, "viewer",
                #", "resources": {"integrations": {"ids": ["\#(integration.id)"]}}"#)
            let target = "/v1/tokens/\(issuer.id)/impact"
            let whole = try daemon.manage(root, "GET", target)
            #expect(whole.number("result.tokens") == 4 && whole.number("result.integrations") == 2)
            let part = try daemon.manage(narrow.access, "GET", target)
            #expect(part.number("result.tokens") == 2 && part.number("result.integrations") == 1)
            let uses = try #require(whole.number("result.uses_24h"))
            #expect(part.number("result.uses_24h") == uses - 2)
            // Who may look at no token's life but its own is told all of that one.
            let own = try daemon.manage(issuer.access, "GET", target)
            #expect(own.number("result.tokens") == 4 && own.number("result.integrations") == 2)
        }
    }

    @Test func `minting beyond a limit is 429, with the limit's name and the time to wait`() throws
    {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.mints.perMinuteCaller = 4
        options.configuration.limits.mints.perMinuteOrganization = 5
        try DaemonUnderTest.run(options) { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            // Which made one, with the integration.
            let whole = organization.token.access
            let parent = try mint(daemon, whole, "administrator")
            for _ in 0..<2 { _ = try mint(daemon, whole) }
            for target in ["/v1/tokens", "/v1/accounts/\(account)/tokens"] {
                let refused = try daemon.manage(
                    whole, "POST", target, #"{"permission_set": "viewer"}"#)
                #expect(refused.status == 429 && refused["Retry-After"] == "15", "\(refused.text)")
                let detail = refused.string("detail") ?? ""
                #expect(detail.contains("limits.mints_per_minute_caller"))
                #expect(try daemon.summary(of: refused) == "token.create deny limit_reached")
            }
            _ = try mint(daemon, parent.access)
            let issued = try daemon.manage(
                parent.access, "POST", "/v1/tokens/\(account)/\(integration.id)")
            #expect(issued.status == 429 && issued["Retry-After"] == "12")
            let detail = issued.string("detail") ?? ""
            #expect(detail.contains("limits.mints_per_minute_organization"))
            // Renewing makes no new token.
            let renewed = try daemon.manage(
                whole, "PUT", "/v1/tokens/\(organization.token.id)/rotate", "{}")
            #expect(renewed.status == 200)
            daemon.clock.advance(by: .seconds(15))
            _ = try mint(daemon, whole)
        }
    }

    @Test func `limit_status turns a limit into a 403 for gateways that know no other`() {
        let refusal = Refusal.rateLimited("a limit is reached", retryAfterSeconds: 7)
        for (limitStatus, status) in [(429, 429), (403, 403)] {
            let request = Request(
                Router.verify, on: .gateway, limitStatus: limitStatus,
                from: PeerCredentials(uid: 0, gid: 0, pid: 1), id: 1, at: FixedClock().now())
            let problem = Problem.onGateway(refusal, request)
            #expect(problem.status == status && problem.retryAfterSeconds == 7)
            #expect(problem.detail == "a limit is reached")
            #expect(Problem.onGateway(.wrongSecret, request).status == 401)
        }
    }

    @Test(arguments: [
        "-1h", "0s", "-0s", "+1h", "1", "", " 1h", "1h ", "h", "1d", "1.5x", "9000h",
        "9223372036854775807s", "-9223372036854775808us", "99999999999999999999h", "1e9s",
        "2562047h47m16.854775807s", "0x10s", "１h",
    ])
    func `a lifetime that is none is refused`(text: String) throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            let body = #"{"permission_set": "viewer", "token_ttl": "\#(text)"}"#
            let answer = try daemon.manage(token, "POST", "/v1/tokens", body)
            #expect(answer.status == 422, "\(answer.text)")
            for grace in [text] where grace != "0s" && grace != "-0s" && grace != "9000h" {
                let target = "/v1/tokens/\(try daemon.defaultTokenID(token))/rotate"
                let refused = try daemon.manage(token, "PUT", target, #"{"grace": "\#(grace)"}"#)
                #expect(refused.status == 422, "\(refused.text)")
            }
        }
    }

    @Test func `what has long been dead is taken away, on the log and for good`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, _, integration) = try daemon.makeTenant()
            let whole = organization.token.access
            let revoked = try mint(daemon, whole)
            #expect(try daemon.verify(revoked.access).status == 200)
            #expect(
                try daemon.ask(.gateway, Ask(form: "token=\(revoked.access)", to: "/v1/revoke"))
                    .status == 200)
            let denied = try daemon.verify(revoked.access)
            #expect(try daemon.event(of: denied).reason == "revoked")
            let expired = try mint(daemon, whole, "viewer", #", "token_ttl": "1h""#)
            daemon.clock.advance(by: .days(31))
            var expunged: Set<String> = []
            for _ in 0..<2000 where expunged.count < 2 {
                daemon.waitAMoment()
                let events = try daemon.events().filter { $0.event == "token.expunge" }
                expunged = Set(events.compactMap { $0["token_id"] })
            }
            #expect(expunged == [revoked.id, expired.id])
            for token in [revoked, expired] {
                let refused = try daemon.verify(token.access)
                #expect(refused.status == 401)
                #expect(try daemon.event(of: refused).reason == "unknown_token")
                let gone = try daemon.manage(whole, "GET", "/v1/tokens/\(token.id)")
                #expect(gone.status == 404)
            }
            #expect(try daemon.verify(integration.token.access).status == 200)
        }
    }
}

extension DaemonUnderTest {
    fileprivate func defaultTokenID(_ bearer: String) throws -> String {
        try manage(bearer, "GET", "/v1/tokens?filter=token_type[eq]default").require("result.0.id")
    }
}
