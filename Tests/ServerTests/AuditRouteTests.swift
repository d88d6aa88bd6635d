import Server
import Support
import Testing
import Vault

@Suite struct `The audit log over HTTP` {
    @Test func `filters narrow, and pages go both ways`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let good = try daemon.verify(integration.token.access)
            daemon.clock.advance(by: .seconds(1))
            let bad = try daemon.verify(integration.token.access, "?level=account")
            func ids(_ query: String) throws -> [String] {
                let answer = try daemon.operate("GET", "audit?limit=1000&" + query)
                let list = try #require(answer.value("result") as? [Any], "\(answer.text)")
                return try list.map { try SeenEvent($0).requestID }
            }
            let both = [good.requestID, bad.requestID]
            #expect(try ids("filter=event[eq]token.verify") == both)
            #expect(try ids("filter=event%5Beq%5Dtoken.verify&order=seq[desc]") == both.reversed())
            #expect(try ids("filter=token_id[eq]\(integration.token.id)") == both)
            #expect(try ids("filter=event[eq]token.verify&filter=outcome[eq]deny") == [both[1]])
            #expect(try ids("filter=reason[eq]insufficient_scope") == [both[1]])
            let time = "filter=event[eq]token.verify&filter=time"
            #expect(try ids(time + "[gte]2027-01-15T08:00:01.000000Z") == [both[1]])
            #expect(try ids(time + "[lt]2027-01-15T08:00:01.000000Z") == [both[0]])
            #expect(try ids(time + "[gt]2027-01-15T08:00:01.000000Z").isEmpty)
            #expect(try ids(time + "[lte]2027-01-15T08:00:01.000000Z") == both)
            let inAccount = try ids("filter=account_id[eq]\(account)")
            #expect(Set(both).isSubset(of: inAccount) && inAccount.count > 2)
            #expect(try ids("filter=organization_id[eq]\(organization.id)").count > 3)
            // As in every list: other comparisons, any of several values, and all filters at once.
            let verified = "filter=event[in]token.verify,token.rotate"
            #expect(try ids(verified) == both)
            #expect(try ids(verified + "&filter=outcome[neq]allow") == [both[1]])
            #expect(try ids(verified + "&filter=reason[eq]null") == [both[0]])
            #expect(try ids("filter=event[neq]token.verify&" + verified).isEmpty)
            #expect(try ids("filter=outcome[eq]deny&filter=outcome[eq]allow").isEmpty)
            #expect(try ids("filter=token_id[neq]\(integration.token.id)&" + verified).isEmpty)
            #expect(try ids("filter=request_id[eq]\(both[1])") == [both[1]])
            #expect(try ids("filter=request_id[like]*\(both[0].suffix(9))") == [both[0]])
            #expect(try ids(verified + "&filter=generation[in]primary").count == 2)
            let made = try daemon.operate("GET", "audit?filter=object_id[eq]\(account)")
            #expect(made.string("result.0.event") == "account.create")
            let newest = try daemon.operate("GET", "audit?limit=1&order=seq[desc]")
            #expect(newest.string("result.0.event") == "audit.list")
        }
    }

    @Test(arguments: [
        ("filter=event", 400), ("filter=event[like]token", 422), ("filter=event[eq]nothing", 422),
        ("filter=secret[eq]x", 422), ("filter=time[eq]now", 422), ("filter=time[gt]now", 422),
        ("filter=token_id[eq]acc_0000000000000000000001", 422), ("start_after=-1", 422),
        ("start_after=x", 422), ("start_after=+1", 422), ("order=time", 422), ("limit=0", 422),
        ("order=seq&order=seq", 400), ("events=all", 400),
    ])
    func `what cannot be asked is refused, not ignored`(_ query: String, _ status: Int) throws {
        try DaemonUnderTest.run { daemon in
            let answer = try daemon.operate("GET", "audit?" + query)
            #expect(answer.status == status)
        }
    }

    @Test func `an organization sees its own events, an account its account's`() throws {
        try DaemonUnderTest.run { daemon in
            let mine = try daemon.makeTenant("mine")
            let theirs = try daemon.makeTenant("theirs")
            let other = try daemon.makeAccount(mine.organization.token.access, "other")
            try daemon.verify(theirs.integration.token.access)
            let seen = try daemon.manage(mine.organization.token.access, "GET", "/v1/audit")
            let list = try #require(seen.value("result") as? [Any])
            #expect(list.count > 3)
            for value in list {
                #expect(try SeenEvent(value)["organization_id"] == mine.organization.id)
            }
            let narrow = try HeldToken(
                daemon.manage(
                    mine.organization.token.access, "POST", "/v1/accounts/\(mine.account)/tokens",
                    #"{"permission_set": "viewer"}"#), at: "result")
            let own = try daemon.manage(narrow.access, "GET", "/v1/audit")
            for value in try #require(own.value("result") as? [Any]) {
                #expect(try SeenEvent(value)["account_id"] == mine.account)
            }
            let query = "/v1/audit?filter=account_id[eq]\(other)"
            #expect(try daemon.manage(narrow.access, "GET", query).status == 404)
        }
    }

    @Test func `an organization's events have numbers to go on from, not their places in the log`()
        throws
    {
        try DaemonUnderTest.run { daemon in
            let mine = try daemon.makeTenant("mine")
            let theirs = try daemon.makeTenant("theirs")
            try daemon.verify(theirs.integration.token.access)
            func page(_ query: String) throws -> [SeenEvent] {
                let answer = try daemon.manage(
                    mine.organization.token.access, "GET", "/v1/audit?" + query)
                return try #require(answer.value("result") as? [Any], "\(answer.text)")
                    .map(SeenEvent.init)
            }
            let all = try page("limit=1000")
            var walked: [SeenEvent] = []
            while walked.count < all.count {
                let after = walked.last.map { "&start_after=\($0.sequence)" } ?? ""
                walked += try page("limit=2" + after)
            }
            #expect(walked.prefix(all.count).map(\.requestID) == all.map(\.requestID))
            #expect(walked.prefix(all.count).map(\.sequence) == all.map(\.sequence))
            // Whoever saw places would know how much others did in between.
            let places = try daemon.events().map(\.sequence)
            #expect(Set(places).isDisjoint(with: all.map(\.sequence)))
            let query = "/v1/audit?start_after=\(1 << 52)"
            #expect(
                try daemon.manage(mine.organization.token.access, "GET", query).status == 422)
        }
    }

    @Test func `the log is proved, and its checkpoint covers it`() throws {
        try DaemonUnderTest.run { daemon in
            let tenant = try daemon.makeTenant()
            for _ in 0..<20 { try daemon.verify(tenant.integration.token.access) }
            let proof = try daemon.operate("GET", "audit/verify")
            #expect(proof.string("result.outcome") == "proved", "\(proof.text)")
            let note = try daemon.operate("GET", "audit/checkpoint")
            #expect(note["Content-Type"] == "text/plain; charset=utf-8")
            let lines = note.text.split(separator: "\n")
            #expect(lines[0].hasPrefix("strongroom.log/") && Int(lines[1]) ?? 0 > 25)
            let kept = note.text.utf8.map { "%" + String(UInt16($0) + 0x100, radix: 16).suffix(2) }
                .joined()
            try daemon.verify(tenant.integration.token.access)
            let later = try daemon.operate("GET", "audit/verify?checkpoint=\(kept)")
            #expect(later.string("result.outcome") == "proved", "\(later.text)")
            for wrong in ["AAAA", "!", String(kept.dropLast(12)), ""] {
                let refused = try daemon.operate("GET", "audit/verify?checkpoint=\(wrong)")
                #expect(refused.status == 422, "\(refused.text)")
            }
        }
    }

    @Test func `health and metrics leave no event`() throws {
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let before = try daemon.events().count
            for _ in 0..<5 {
                try daemon.ask(.gateway, Ask("GET", "/healthz"))
                try daemon.ask(.admin, Ask("GET", "/metrics"))
            }
            #expect(try daemon.events().count == before + 1)
        }
    }
}
