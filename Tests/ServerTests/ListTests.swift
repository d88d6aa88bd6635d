import Server
import Support
import Testing
import Vault

/// 1.5 for lists: filters, orders, pages.
@Suite struct `Lists over HTTP` {
    private static let accounts: [(name: String, environment: String, labels: String)] = [
        ("alpha", "prod", #"["gold", "eu"]"#), ("beta", "test", #"["gold"]"#),
        ("beta-two", "prod", "[]"), ("gamma", "test", #"["eu"]"#), ("delta_beta", "prod", "[]"),
    ]

    private func fill(_ daemon: DaemonUnderTest, _ bearer: String) throws {
        for account in Self.accounts {
            daemon.clock.advance(by: .seconds(1))
            let body =
                #"{"name": "\#(account.name)", "environment": "\#(account.environment)","#
                + #" "labels": \#(account.labels)}"#
            #expect(try daemon.manage(bearer, "POST", "/v1/accounts", body).status == 201)
        }
    }

    @Test func `what no list understands is refused, and why`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            let refused: [(String, Int)] = [
                ("filter=name", 400), ("filter=name[eq", 400), ("filter=[eq]x", 400),
                ("filter=", 400), ("filter=eq]name[x", 400), ("order=name[", 400),
                ("order=name[asc]x", 400), ("limit=1&limit=2", 400), ("filters=name[eq]x", 400),
                ("filter=nobody[eq]x", 422), ("filter=Name[eq]x", 422),
                ("filter=name[is]x", 422), ("filter=name[EQ]x", 422), ("filter=name[]x", 422),
                ("filter=name[eq]a&filter=labels[gt]x", 422), ("filter=labels[like]x", 422),
                ("filter=environment[gt]prod", 422), ("filter=environment[eq]dev", 422),
                ("filter=environment[in]prod,dev", 422), ("filter=created_at[like]2*", 422),
                ("filter=created_at[lt]yesterday", 422), ("filter=created_at[lt]", 422),
                ("filter=created_at[lt]2027-01-15T08:00:00", 422),
                ("filter=created_at[lt]2027-01-15T08:00Z", 422),
                ("filter=created_at[lt]2027-01-15T08:00:00.Z", 422),
                ("filter=created_at[lt]2027-02-29T08:00:00Z", 422),
                ("filter=created_at[lt]0000-01-01T00:00:00Z", 422),
                ("filter=created_at[lt]10000-01-01T00:00:00Z", 422),
                ("filter=created_at[eq]null", 422), ("filter=id[eq]alpha", 422),
                ("filter=id[eq]tok_0000000000000000000001", 422),
                ("filter=id[in]acc_0000000000000000000001,", 422),
                ("filter=name[like]*a*b*c*d*e*f*g*h*i", 422),
                ("filter=name[in]" + Array(repeating: "a", count: 101).joined(separator: ","), 422),
                (Array(repeating: "filter=name[neq]x", count: 17).joined(separator: "&"), 422),
                ("order=labels", 422), ("order=nobody[asc]", 422), ("order=name[up]", 422),
                ("start_after=alpha", 422), ("start_after=tok_0000000000000000000001", 422),
                ("limit=0", 422), ("limit=1001", 422), ("limit=-1", 422), ("limit=07", 422),
            ]
            for (query, status) in refused {
                let answer = try daemon.manage(token, "GET", "/v1/accounts?" + query)
                #expect(answer.status == status, "\(query): \(answer.text)")
                #expect(!(answer.string("detail") ?? "").isEmpty)
            }
        }
    }

    @Test func `every comparison finds what it says, and filters narrow one another`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            let start = "2027-01-15T08:00:0"
            try fill(daemon, token)
            let cases: [(String, [String])] = [
                ("filter=name[eq]beta", ["beta"]), ("filter=name[eq]BETA", ["beta"]),
                ("filter=name[eq]bet", []),
                ("filter=name[neq]beta", ["alpha", "beta-two", "delta_beta", "gamma"]),
                ("filter=name[gt]beta", ["beta-two", "delta_beta", "gamma"]),
                ("filter=name[gte]beta&filter=name[lt]delta_beta", ["beta", "beta-two"]),
                ("filter=name[lte]beta", ["alpha", "beta"]),
                ("filter=name[in]gamma,alpha,nobody", ["alpha", "gamma"]),
                ("filter=name[like]beta*", ["beta", "beta-two"]),
                ("filter=name[like]*beta", ["beta", "delta_beta"]),
                ("filter=name[like]*eta*", ["beta", "beta-two", "delta_beta"]),
                ("filter=name[like]d*a", ["delta_beta"]), ("filter=name[like]beta", ["beta"]),
                ("filter=name[like]*", ["alpha", "beta", "beta-two", "delta_beta", "gamma"]),
                ("filter=name[like]a*alpha", []),
                ("filter=name[like]*a*a*", ["alpha", "delta_beta", "gamma"]),
                ("filter=environment[eq]test", ["beta", "gamma"]),
                ("filter=environment[neq]test", ["alpha", "beta-two", "delta_beta"]),
                ("filter=labels[eq]gold", ["alpha", "beta"]),
                ("filter=labels[eq]gold&filter=labels[eq]eu", ["alpha"]),
                ("filter=labels[neq]gold", ["beta-two", "delta_beta", "gamma"]),
                ("filter=labels[in]gold,eu", ["alpha", "beta", "gamma"]),
                ("filter=created_at[eq]\(start)1Z", ["alpha"]),
                ("filter=created_at[gt]\(start)4Z", ["delta_beta"]),
                ("filter=created_at[gte]\(start)4Z", ["delta_beta", "gamma"]),
                ("filter=created_at[lt]\(start)1.000001Z", ["alpha"]),
                ("filter=created_at[lte]0001-01-01T00:00:00Z", []),
                (
                    "filter=created_at[lte]9999-12-31T23:59:59.999999Z&filter=environment[eq]test",
                    ["beta", "gamma"]
                ),
            ]
            for (query, names) in cases {
                let answer = try daemon.manage(token, "GET", "/v1/accounts?order=name&" + query)
                #expect(answer.status == 200, "\(query): \(answer.text)")
                #expect(answer.names == names, "\(query)")
            }
        }
    }

    @Test func `pages of any order have everything once, and what is the same goes by id`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeOrganization().token.access
            try fill(daemon, token)
            let byID = try daemon.manage(token, "GET", "/v1/accounts").names
            func pages(_ order: String, _ limit: Int) throws -> [String] {
                var names: [String] = []
                var after = ""
                while true {
                    let target = "/v1/accounts?order=\(order)&limit=\(limit)\(after)"
                    let page = try daemon.manage(token, "GET", target)
                    #expect(page.names.count <= limit, "\(page.text)")
                    names += page.names
                    guard page.names.count == limit else { return names }
                    after = "&start_after=" + (try page.require("result.\(limit - 1).id"))
                }
            }
            let sorted = Self.accounts.map(\.name).sorted()
            let environments = Dictionary(
                uniqueKeysWithValues: Self.accounts.map { ($0.name, $0.environment) })
            let prod = byID.filter { environments[$0] == "prod" }
            let test = byID.filter { environments[$0] == "test" }
            for limit in 1...6 {
                #expect(try pages("id", limit) == byID)
                #expect(try pages("id[desc]", limit) == byID.reversed())
                #expect(try pages("name", limit) == sorted)
                #expect(try pages("name[desc]", limit) == sorted.reversed())
                #expect(
                    try pages("created_at[desc]", limit) == Self.accounts.map(\.name).reversed())
                #expect(try pages("environment", limit) == prod + test)
                #expect(try pages("environment[desc]", limit) == test + prod)
            }
        }
    }

    @Test func `a page goes on behind what is gone by id only, and senses nothing foreign`() throws
    {
        try DaemonUnderTest.run { daemon in
            let mine = try daemon.makeTenant("mine")
            let theirs = try daemon.makeTenant("theirs")
            let token = mine.organization.token.access
            let absent = "acc_0000000000000000000001"
            for order in ["name", "name[desc]", "created_at"] {
                let target = "/v1/accounts?order=\(order)&start_after="
                let foreign = try daemon.manage(token, "GET", target + theirs.account)
                let gone = try daemon.manage(token, "GET", target + absent)
                #expect(foreign.status == 422 && foreign.bodyButRequestID == gone.bodyButRequestID)
            }
            #expect(
                try daemon.manage(token, "GET", "/v1/accounts?start_after=\(absent)").names.count
                    == 1)
            for query in ["filter=id[eq]\(theirs.account)", "filter=id[eq]\(absent)"] {
                #expect(try daemon.manage(token, "GET", "/v1/accounts?" + query).names.isEmpty)
            }
            for id in [theirs.account, absent] {
                for list in ["integrations", "tokens"] {
                    let target = "/v1/\(list)?filter=account_id[eq]\(id)"
                    #expect(try daemon.manage(token, "GET", target).names.isEmpty)
                }
            }
        }
    }

    @Test func `a filter never reaches beyond the token's own account`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let whole = organization.token.access
            let other = try daemon.makeAccount(whole, "other")
            let hidden = try daemon.makeIntegration(whole, in: other, "hidden")
            let minted = try daemon.manage(
                whole, "POST", "/v1/accounts/\(account)/tokens", #"{"permission_set": "viewer"}"#)
            let own = try HeldToken(minted, at: "result")
            let everything = try daemon.manage(own.access, "GET", "/v1/tokens?order=created_at")
            #expect(Set(everything.ids) == [integration.token.id, own.id])
            for query in [
                "filter=parent_id[eq]\(organization.token.id)", "filter=account_id[eq]\(account)",
                "filter=id[in]\(own.id),\(hidden.token.id),\(organization.token.id)",
                "filter=token_type[eq]adhoc&filter=owner_type[eq]account",
            ] {
                let seen = try daemon.manage(own.access, "GET", "/v1/tokens?" + query).ids
                #expect(seen.contains(own.id) && !seen.contains(hidden.token.id), "\(query)")
                #expect(!seen.contains(organization.token.id))
            }
            let target = "/v1/integrations?filter=account_id[eq]\(other)"
            #expect(try daemon.manage(own.access, "GET", target).ids.isEmpty)
            #expect(try daemon.manage(whole, "GET", target).ids == [hidden.id])
        }
    }

    @Test func `a list longer than one piece is whole, and others are served meanwhile`() throws {
        var options = DaemonUnderTest.Options()
        options.engine = .memory(Room())
        options.configuration.limits.mints.perMinuteCaller = 1_000_000
        options.configuration.limits.mints.perMinuteOrganization = 1_000_000
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let token = try daemon.makeOrganization().token.access
            let connection = try daemon.connect(.admin)
            for index in 0..<2600 {
                let name = "a\(index)"
                let ask = Ask("POST", "/v1/accounts", bearer: token, json: #"{"name": "\#(name)"}"#)
                try connection.send(ask.text)
                try #require(try connection.answer().status == 201)
            }
            let queries = [
                "order=name&limit=2", "order=name[desc]&limit=2", "filter=name[eq]a2599",
                "filter=name[like]*777", "filter=name[eq]nobody", "order=id&limit=1000",
            ]
            let waiting = try queries.map { query in
                let connection = try daemon.connect(.admin)
                try connection.send(Ask("GET", "/v1/accounts?" + query, bearer: token).text)
                return connection
            }
            #expect(try daemon.verify(token).status == 200)
            let names = try waiting.map { try $0.answer().names }
            #expect(names[0] == ["a0", "a1"] && names[1] == ["a999", "a998"])
            #expect(names[2] == ["a2599"] && Set(names[3]) == ["a777", "a1777"])
            #expect(names[4].isEmpty && names[5].count == 1000)
        }
    }
}

extension RawAnswer {
    /// Of the elements of a list.
    fileprivate var names: [String] { all("name") }
    fileprivate var ids: [String] { all("id") }

    private func all(_ member: String) -> [String] {
        let elements = value("result") as? [[String: Any]] ?? []
        return elements.compactMap { $0[member] as? String }
    }
}
