import Server
import Support
import Testing

@Suite struct `What a verification says of a token` {
    private static let names = [
        "Organization", "Account", "Integration", "Token", "Level", "Scope", "Connector",
        "Provider", "Expires", "Epoch",
    ]

    @Test func `every identity header is there, without a comma, a dash where unset`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let narrow = try daemon.manage(
                organization.token.access, "POST", "/v1/accounts/\(account)/tokens",
                #"{"permission_set": "viewer"}"#)
            let accountToken = try HeldToken(narrow, at: "result")
            for token in [organization.token, accountToken, integration.token] {
                // The first is answered by the store's owner, the second by the cache.
                for _ in 0..<2 {
                    let answer = try daemon.verify(token.access)
                    #expect(answer.status == 200 && answer["Content-Length"] == "0")
                    for name in Self.names {
                        let value = try #require(answer["X-Strongroom-" + name], "\(name)")
                        #expect(!value.isEmpty && !value.contains(","))
                        #expect(value.utf8.allSatisfy { (32...126).contains($0) })
                    }
                    #expect(answer["X-Strongroom-Token"] == token.id)
                    #expect(answer["X-Strongroom-Organization"] == organization.id)
                    #expect(answer["X-Request-Id"]?.hasPrefix("req_") == true)
                    #expect(answer["Cache-Control"] == "no-store")
                    #expect(answer.headByteCount < 4096)
                }
            }
            let whole = try daemon.verify(organization.token.access)
            #expect(whole["X-Strongroom-Level"] == "organization")
            for name in ["Account", "Integration", "Connector", "Provider"] {
                #expect(whole["X-Strongroom-" + name] == "-")
            }
            let own = try daemon.verify(integration.token.access)
            #expect(own["X-Strongroom-Account"] == account)
            #expect(own["X-Strongroom-Integration"] == integration.id)
            #expect(own["X-Strongroom-Connector"] == "ticketing")
            #expect(own["X-Strongroom-Provider"] == "jira")
            #expect(own["X-Strongroom-Scope"] == "credentials:use connector:use")
            let event = try daemon.event(of: own)
            #expect(event["token_id"] == integration.token.id)
            #expect(event["integration_id"] == integration.id)
            #expect(event["account_id"] == account && event["generation"] == "primary")
        }
    }

    @Test func `all given requirements must hold`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let other = try daemon.makeAccount(organization.token.access, "other")
            let (own, whole) = (integration.token.access, organization.token.access)
            let cases: [(String, String, Int)] = [
                (own, "?level=integration", 200), (own, "?level=organization", 403),
                (own, "?permission=connector:use", 200), (own, "?permission=accounts:list", 403),
                (own, "?account=\(account)", 200), (own, "?account=tenant", 200),
                (own, "?account=\(other)", 403), (own, "?account=other", 403),
                (own, "?integration=\(integration.id)", 200), (own, "?integration=tickets", 200),
                (own, "?integration=absent", 403), (own, "?connector=ticketing", 200),
                (own, "?connector=siem", 403), (own, "?provider=jira", 200),
                (own, "?provider=servicenow", 403),
                (own, "?level=integration&connector=ticketing&account=tenant&x=y", 200),
                (own, "?level=integration&connector=siem&account=tenant", 403),
                (whole, "?level=organization&permission=accounts:create", 200),
                (whole, "?account=tenant", 200), (whole, "?account=nobody", 403),
                (whole, "?account=tenant&integration=tickets&provider=jira", 200),
                (whole, "?account=other&integration=tickets", 403),
                (whole, "?provider=jira", 403),
            ]
            for (token, query, status) in cases {
                let answer = try daemon.verify(token, query)
                #expect(answer.status == status, "\(query)")
                guard status == 403 else { continue }
                #expect(answer["WWW-Authenticate"]?.contains("insufficient_scope") == true)
                #expect(try daemon.event(of: answer).reason == "insufficient_scope", "\(query)")
            }
        }
    }

    @Test(arguments: [
        "level=admin", "level=", "level", "permission=accounts", "permission=a:b", "account=A*",
        "account=", "connector=%00", "provider=..", "inject=cookie",
        "limit_status=500", "level=integration&level=integration", "account=%zz", "level=%ff",
    ])
    func `a requirement that cannot be understood is never met`(_ query: String) throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            for _ in 0..<2 {
                let answer = try daemon.verify(token, "?" + query)
                #expect(answer.status == 403)
                #expect(try daemon.summary(of: answer) == "token.verify deny bad_requirement")
            }
        }
    }

    @Test func `unknown parameters are ignored and limit_status is known`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            for query in ["?limit_status=403", "?limit_status=429", "?", "?a&b=&=c", "?a=1&a=2"] {
                #expect(try daemon.verify(token, query).status == 200, "\(query)")
            }
        }
    }
}
