import StrongroomClient
import Testing

/// The client library's calls for members, roles, points and lent credentials, against a daemon.
struct ClientLibraryTests {
    @Test func `a member logs on, may do what its role gives, and is out when it is disabled`()
        throws
    {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let manager = tenant.manager(site)
            let role = try manager.createRole(
                name: "support", permissionSet: "viewer",
                resources: #"{"accounts":{"labels":["eu"]}}"#)
            var request = MemberRequest(name: "ada")
            request.roles = [role.id]
            request.secret = SecretText("a-secret-of-ada")
            let ada = try manager.createMember(request)
            #expect(ada.roles == ["support"])
            #expect(
                try refusedStatus {
                    try logOn(site, "ada", SecretText("another-secret"))
                } == 401)
            let session = try logOn(site, "ada", SecretText("a-secret-of-ada"))
            #expect(session.token.member == ada.id)
            #expect(session.token.tokenType == "logon")
            let client = site.manager(session.access)
            #expect(try client.accounts() == [])
            _ = try manager.updateRole("support", resources: .removed)
            #expect(try client.accounts().map(\.name) == ["tenant-1"])
            #expect(try refusedStatus { try client.createAccount(name: "tenant-2") } == 403)
            var change = MemberChange()
            change.state = .disabled
            #expect(try manager.updateMember("ada", change).state == .disabled)
            #expect(try refusedStatus { try client.accounts() } == 401)
        }
    }

    @Test func `logging off ends the session, and a robot's token is none`() throws {
        try Site.serving { site in
            let manager = try Tenant(site).manager(site)
            var request = MemberRequest(name: "ci-robot")
            request.kind = .service
            request.roles = ["viewer"]
            request.secret = SecretText("a-secret-of-a-robot")
            let robot = try manager.createMember(request)
            let client = site.manager(
                try logOn(site, robot.id, SecretText("a-secret-of-a-robot")).access)
            let minted = try manager.createToken(ofMember: robot.id)
            try client.logOff()
            #expect(try refusedStatus { try client.roles() } == 401)
            var query = ListQuery()
            query.narrow("name", .equal, "viewer")
            #expect(try site.manager(minted.access).roles(query).map(\.isBuiltIn) == [true])
            try manager.deleteMember(robot.id)
            #expect(try refusedStatus { try site.manager(minted.access).roles() } == 401)
        }
    }

    @Test func `a page's token sees one point, makes one integration and learns no secret`() throws
    {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let manager = tenant.manager(site)
            let point = try manager.createIntegrationPoint(
                name: "page", connector: "ticketing", prod: .init(allow: ["*"], deny: ["jira"]))
            var request = TokenRequest()
            request.permissionSet = "connect-ui"
            request.integrationPoint = "page"
            request.isSingleUse = true
            let page = try manager.createToken(of: tenant.account.id, request)
            #expect(page.token.integrationPoint == point.id)
            #expect(page.token.isSingleUse)
            let client = site.manager(page.access)
            let offered = try client.offeredProviders(at: "page").map(\.id)
            #expect(offered.contains("zendesk"))
            #expect(!offered.contains("jira"))
            var wanted = ManagementClient.IntegrationRequest(provider: "zendesk")
            wanted.name = "help"
            wanted.integrationPoint = "page"
            wanted.credential = .clear(Tenant.basic("zendesk-key"))
            let made = try client.createIntegration(of: tenant.account.id, wanted)
            #expect(made.minted == nil)
            #expect(made.integration.integrationPoint == point.id)
            #expect(try refusedStatus { try client.providers() } == 401)
        }
    }

    @Test func `an organization lends a credential, and takes it back`() throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let manager = tenant.manager(site)
            let shared = try manager.createCredential(
                of: tenant.organization.id.text, name: "shared", .clear(Tenant.basic("all-of-us")))
            var change = ManagementClient.IntegrationChange()
            change.credential = .set(.existing(shared.id))
            let lent = try manager.updateIntegration("tickets", of: tenant.account.id, change)
            #expect(lent.credential == shared.id)
            let released = try site.gateway.credential(tenant.integrationToken.access)
            #expect(try released.field("secret")?.clear == "all-of-us")
            change.credential = .removed
            let without = try manager.updateIntegration("tickets", of: tenant.account.id, change)
            #expect(without.credential == nil)
        }
    }

    @Test func `a provider_config as deep as the daemon takes it is read again`() throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let manager = tenant.manager(site)
            func config(_ depth: Int) -> String {
                String(repeating: #"{"a":"#, count: depth) + "1"
                    + String(repeating: "}", count: depth)
            }
            var request = ManagementClient.IntegrationRequest(provider: "zendesk")
            request.name = "deep"
            request.providerConfig = config(8)
            let status = try refusedStatus {
                try manager.createIntegration(of: tenant.account.id, request)
            }
            #expect(status == 400)
            request.providerConfig = config(7)
            _ = try manager.createIntegration(of: tenant.account.id, request)
            #expect(try manager.integrations().map(\.providerConfig).contains(config(7)))
            let file = try site.file("acme.token", tenant.organizationToken.access.clear)
            for words in [["list"], ["get", "tenant-1", "deep"]] {
                let run = try site.execute(
                    Programs.commandLine(), ["integration"] + words + ["--token-file", file])
                #expect(run.status == 0, "\(run.errorText)")
                #expect(run.text.contains("deep"))
            }
        }
    }

    @Test func `what depends on a token is counted before it is ended`() throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let impact = try tenant.manager(site).impact(of: tenant.integrationToken.token.id)
            #expect(impact.tokenCount == 1)
            #expect(impact.integrationCount == 1)
            #expect(impact.isComplete)
        }
    }

    @Test func `an organization reads and changes itself, and what it may choose from`() throws {
        try Site.serving { site in
            let manager = try Tenant(site).manager(site)
            #expect(try manager.organization().name == "acme")
            let changed = try manager.updateOrganization(contact: .set("ops@acme.example"))
            #expect(changed.contact == "ops@acme.example")
            #expect(try manager.updateOrganization(contact: .removed).contact == nil)
            let sets = try manager.permissionSets()
            #expect(sets.map(\.id).contains("connect-ui"))
            let issuer = try manager.permissionSet("token-issuer")
            #expect(issuer.permissions == ["tokens:create_integration"])
            #expect(issuer.restriction == nil)
        }
    }

    @Test func `an operator asks whether the vault is well and its log whole`() throws {
        try Site.serving { site in
            let made = try site.operators.createOrganization(name: "acme", contact: "a@b")
            #expect(made.organization.contact == "a@b")
            #expect(try site.gateway.isHealthy())
            #expect(try site.operators.metrics().hasSuffix("# EOF\n"))
            let verdict = try site.operators.verifyAudit()
            #expect(verdict.recordCount > 0)
            #expect(verdict.outcome != "refused")
            #expect(verdict.findings == [])
        }
    }

    private func logOn(
        _ site: Site, _ member: Member.ID, _ secret: SecretText
    ) throws -> MintedToken {
        try ManagementClient.logOn(over: site.admin, to: "acme", as: member, secret: secret)
    }
}
