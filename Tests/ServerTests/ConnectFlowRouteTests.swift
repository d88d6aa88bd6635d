import Crypto
import Foundation
import Server
import Support
import Testing

/// What an end user's page does with its token, and what it cannot.
@Suite struct `The connect flow over HTTP` {
    private struct Page {
        let root: String
        let account: String
        let other: String
        let point: String
    }

    private func prepare(_ daemon: DaemonUnderTest) throws -> Page {
        let (organization, account, _) = try daemon.makeTenant()
        let root = organization.token.access
        let point = try daemon.manage(
            root, "POST", "/v1/integration-points",
            """
            {"name": "page", "connector": "ticketing",
            "environments": {"prod": {"allow": ["jira"]}}}
            """
        ).require("result.integration_point.id")
        return Page(
            root: root, account: account, other: try daemon.makeAccount(root, "other"),
            point: point)
    }

    private func mint(
        _ daemon: DaemonUnderTest, _ page: Page, _ members: String
    ) throws -> HeldToken {
        let minted = try daemon.manage(
            page.root, "POST", "/v1/accounts/\(page.account)/tokens",
            #"{"permission_set": "connect-ui"\#(members)}"#)
        #expect(minted.status == 201, "\(minted.text)")
        return try HeldToken(minted, at: "result")
    }

    /// What a page's script does: the credential is sealed before it leaves the browser.
    private func sealed(
        _ daemon: DaemonUnderTest, _ token: String, _ account: String
    ) throws -> String {
        let key = try daemon.manage(token, "GET", "/v1/accounts/\(account)/sealing-key")
        let text = try key.require("result.public_key")
        let publicKey = try PublicKey([UInt8](try #require(Data(base64Encoded: text))))
        let clear = Array(DaemonUnderTest.basic.utf8)
        let box = try unsafe SealedBox.seal(clear.span.bytes, to: publicKey)
        let value = Data(box).base64EncodedString()
        return """
            {"encrypted_value": "\(value)", "key_id": "\(try key.require("result.key_id"))"}
            """
    }

    private func integration(
        _ name: String, _ credential: String, provider: String = "jira", point: String? = "page"
    ) -> String {
        let member = point.map { #", "integration_point": "\#($0)""# } ?? ""
        return """
            {"name": "\(name)", "provider": "\(provider)"\(member), "credential": \(credential)}
            """
    }

    @Test(arguments: [
        #"{"permission_set": "viewer", "single_use": true}"#,
        #"{"permission_set": "account-manager", "integration_point": "page"}"#,
        #"{"permission_set": "connect-ui", "integration_point": "nope"}"#,
        #"{"permission_set": "connect-ui", "integration_point": "not a name"}"#,
    ])
    func `a narrowing that is none is refused`(body: String) throws {
        try DaemonUnderTest.run { daemon in
            let page = try prepare(daemon)
            let target = "/v1/accounts/\(page.account)/tokens"
            #expect(try daemon.manage(page.root, "POST", target, body).status == 422)
            let organization = try daemon.manage(
                page.root, "POST", "/v1/tokens", #"{"permission_set": "connect-ui"}"#)
            #expect(organization.status == 422)
        }
    }

    @Test func `a page's token neither mints, nor reads a secret, nor sees another account`() throws
    {
        try DaemonUnderTest.run { daemon in
            let page = try prepare(daemon)
            for members in ["", #", "integration_point": "page""#] {
                let token = try mint(daemon, page, members)
                let refused: [(String, String, String?)] = [
                    ("POST", "/v1/tokens", #"{"permission_set": "connect-ui"}"#),
                    (
                        "POST", "/v1/accounts/\(page.account)/tokens",
                        #"{"permission_set": "connect-ui"}"#
                    ),
                    ("POST", "/v1/tokens/\(page.account)/tickets", nil),
                    ("PUT", "/v1/tokens/\(token.id)/rotate", nil), ("GET", "/v1/tokens", nil),
                    ("GET", "/v1/accounts", nil), ("GET", "/v1/audit", nil),
                    ("GET", "/v1/organization", nil), ("GET", "/v1/members", nil),
                    ("PATCH", "/v1/integrations/\(page.account)/tickets", "{}"),
                    ("DELETE", "/v1/accounts/\(page.account)", nil),
                ]
                for (method, target, body) in refused {
                    let answer = try daemon.manage(token.access, method, target, body)
                    #expect(answer.status == 403, "\(method) \(target)")
                }
                let release = try daemon.ask(
                    .gateway, Ask("POST", "/v1/credential", bearer: token.access))
                #expect(release.status == 403 && !release.text.contains("swordfish"))
                for target in [
                    "/v1/integrations/#", "/v1/credentials/#", "/v1/accounts/#/sealing-key",
                ] {
                    let foreign = try daemon.manage(
                        token.access, "GET", target.replacing("#", with: page.other))
                    let absent = try daemon.manage(
                        token.access, "GET", target.replacing("#", with: "nobody"))
                    #expect(foreign.status == 404)
                    #expect(foreign.bodyButRequestID == absent.bodyButRequestID)
                }
            }
        }
    }

    @Test func `a page makes one integration with a credential that only the vault can open`()
        throws
    {
        try DaemonUnderTest.run { daemon in
            let page = try prepare(daemon)
            let token = try mint(
                daemon, page, #", "integration_point": "\#(page.point)", "single_use": true"#)
            let providers = try daemon.manage(token.access, "GET", "/v1/providers")
            #expect((providers.value("result") as? [Any])?.count == 1)
            #expect(providers.string("result.0.id") == "jira")
            let connectors = try daemon.manage(token.access, "GET", "/v1/connectors")
            #expect((connectors.value("result") as? [Any])?.count == 1)
            #expect(
                try daemon.manage(token.access, "GET", "/v1/providers/servicenow").status == 404)
            let offered = try daemon.manage(
                token.access, "GET", "/v1/integration-points/page/providers")
            #expect(offered.string("result.0.id") == "jira")
            let credential = try sealed(daemon, token.access, page.account)
            let target = "/v1/integrations/\(page.account)"
            for (body, status) in [
                (integration("mine", credential, point: nil), 403),
                (integration("mine", credential, provider: "servicenow"), 422),
                (integration("tickets", credential), 409),
            ] {
                #expect(try daemon.manage(token.access, "POST", target, body).status == status)
            }
            let made = try daemon.manage(
                token.access, "POST", target, integration("mine", credential))
            #expect(made.status == 201, "\(made.text)")
            #expect(made.string("result.token.primary.access.secret") == nil)
            #expect(made.string("result.token.primary.refresh.secret") == nil)
            #expect(!made.text.contains("sri_") && !made.text.contains("swordfish"))
            try expectSpent(daemon, page, token)
            let minted = try daemon.manage(
                page.root, "POST", "/v1/tokens/\(page.account)/mine")
            let adapter = try HeldToken(minted, at: "result")
            let released = try daemon.ask(
                .gateway, Ask("POST", "/v1/credential", bearer: adapter.access))
            #expect(released.string("result.secret") == "swordfish")
        }
    }

    private func expectSpent(
        _ daemon: DaemonUnderTest, _ page: Page, _ token: HeldToken
    ) throws {
        let target = "/v1/integrations/\(page.account)"
        let again = [
            try daemon.manage(
                token.access, "POST", target, integration("more", DaemonUnderTest.basic)),
            try daemon.manage(token.access, "GET", "/v1/providers"),
            try daemon.manage(token.access, "GET", target),
            try daemon.manage(token.refresh, "PUT", "/v1/tokens/\(token.id)/refresh"),
        ]
        for answer in again {
            #expect(answer.status == 401)
            #expect(try daemon.event(of: answer).reason == "revoked")
        }
        let reset = try daemon.manage(page.root, "PUT", "/v1/tokens/\(token.id)/reset")
        #expect(reset.status == 404)
    }

    @Test func `the token says what it is narrowed to, and never a secret`() throws {
        try DaemonUnderTest.run { daemon in
            let page = try prepare(daemon)
            let token = try mint(
                daemon, page, #", "integration_point": "page", "single_use": true"#)
            let seen = try daemon.manage(page.root, "GET", "/v1/tokens/\(token.id)")
            #expect(seen.string("result.integration_point") == page.point)
            #expect(seen.value("result.single_use") as? Bool == true)
            #expect(seen.value("result.resources") == nil)
            #expect(!seen.text.contains(token.access))
            let other = try daemon.manage(
                page.root, "GET", "/v1/tokens/\(try mint(daemon, page, "").id)")
            #expect(other.string("result.integration_point") == nil)
            #expect(other.value("result.single_use") as? Bool == false)
        }
    }

    /// Many pages that were handed the same token, at the same time.
    @Test func `of many uses at once one succeeds`() throws {
        try DaemonUnderTest.run { daemon in
            let page = try prepare(daemon)
            let token = try mint(daemon, page, #", "single_use": true"#)
            let connections = try (0..<16).map { _ in try daemon.connect(.admin) }
            for (index, connection) in connections.enumerated() {
                let ask = Ask(
                    "POST", "/v1/integrations/\(page.account)", bearer: token.access,
                    json: integration("i\(index)", DaemonUnderTest.basic, point: nil))
                try connection.send(ask.text)
            }
            let statuses = try connections.map { try $0.answer(toHead: false).status }
            #expect(statuses.filter { $0 == 201 }.count == 1)
            #expect(statuses.filter { $0 == 401 }.count == 15)
            let list = try daemon.manage(page.root, "GET", "/v1/integrations/\(page.account)")
            #expect((list.value("result") as? [Any])?.count == 2)
        }
    }
}
