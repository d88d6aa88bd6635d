import Foundation
import StrongroomClient
import Testing

@Suite struct MemberRestartTests {
    private static let json = [Header("Content-Type", "application/json")]
    private static let secret = "a secret kept over restarts"

    @Test func `members, roles and sessions outlive the daemon, their secrets are nowhere`() throws
    {
        try Site.serving { site in
            let token = try site.operators.createOrganization(name: "acme").token.access
            try send(
                site, .post, "/v1/roles", #"{"name":"keeper","permission_set":"account-manager"}"#,
                token)
            try send(
                site, .post, "/v1/members",
                #"{"name":"ann","role_binding":["keeper"],"secret":"\#(Self.secret)"}"#, token)
            let session = SecretText(try logOn(site).text("result.primary.access.secret"))
            try site.stop()
            try site.start()
            let accounts = try site.admin.request(.get, "/v1/accounts", bearer: session)
            #expect(accounts.status == 200)
            #expect(try logOn(site).text("result.token_type") == "logon")
            try send(site, .patch, "/v1/members/ann", #"{"state":"disabled"}"#, token)
            try site.stop(SIGKILL)
            try site.start()
            let refused = try site.admin.request(.get, "/v1/accounts", bearer: session)
            #expect(refused.status == 401)
            #expect(try logOn(site).status == 401)
            try site.stop()
            for file in ["strongroom.db", "strongroom.db-wal"] {
                let bytes = FileManager.default.contents(atPath: site.data + "/" + file) ?? Data()
                #expect(bytes.range(of: Data(Self.secret.utf8)) == nil, "\(file)")
            }
        }
    }

    private func send(
        _ site: Site, _ method: Method, _ path: String, _ json: String, _ bearer: SecretText
    ) throws {
        let answer = try site.admin.request(
            method, path, headers: Self.json, body: SecretText(json), bearer: bearer)
        try #require(answer.status < 300, "\(method) \(path): \(answer.status)")
    }

    private func logOn(_ site: Site) throws -> JSONAnswer {
        let body = SecretText(#"{"name":"ann","secret":"\#(Self.secret)"}"#)
        return JSONAnswer(
            try site.admin.request(
                .post, "/v1/auth/logon/acme", headers: Self.json, body: body))
    }
}
