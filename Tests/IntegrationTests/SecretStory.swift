import Foundation
import StrongroomClient
import Testing

/// A vault full of marked secrets, used in every way that shows or takes one.
final class SecretStory {
    let site: Site
    let organization: Organization
    private let organizationToken: MintedToken
    private let integration: ManagementClient.MadeIntegration
    private let integrationToken: MintedToken
    private let mark = UUID().uuidString
    private var shown: [PlantedSecret] = []
    private var tokenFile: String

    var hunt: SecretHunt { SecretHunt(secrets: shown) }

    private var value: String { "planted-api-key-" + mark }
    private var newValue: String { "planted-other-key-" + mark }
    private var userName: String { "planted-robot-" + mark }

    init(_ site: Site) throws {
        self.site = site
        let made = try site.operators.createOrganization(name: "acme", idempotencyKey: "make-1")
        organization = made.organization
        organizationToken = made.token
        tokenFile = try site.file("acme.token", made.token.access.clear)
        let manager = site.manager(made.token.access)
        _ = try manager.createAccount(name: "tenant-1")
        var request = ManagementClient.IntegrationRequest(provider: "jira")
        request.name = "tickets"
        request.credential = .clear(
            Self.basic(user: "planted-robot-" + mark, "planted-api-key-" + mark))
        integration = try manager.createIntegration(
            of: "tenant-1", request, idempotencyKey: "make-2")
        integrationToken = try #require(integration.minted)
        let key = try String(contentsOfFile: site.keyFile, encoding: .utf8)
        plantKey(key.trimmingCharacters(in: .whitespacesAndNewlines))
        shown += [PlantedSecret("credential", value), PlantedSecret("other credential", newValue)]
        shown.append(PlantedSecret("user name", userName))
        plant("organization", made.token)
        plant("integration", integrationToken)
    }

    private static func basic(user: String, _ secret: String) -> SecretText {
        SecretText(#"{"type":"basic","username":"\#(user)","secret":"\#(secret)"}"#)
    }

    private func plantKey(_ hex: String) {
        let digits = Array(hex)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        shown.append(PlantedSecret("master key", bytes: bytes))
    }

    private func plant(_ name: String, _ minted: MintedToken) {
        shown += PlantedSecret.token(name + " access", minted.access.clear)
        shown += PlantedSecret.token(name + " refresh", minted.refresh.clear)
    }

    /// Every way in which a secret goes in or comes out, with good and bad requests.
    func use() throws {
        let manager = site.manager(organizationToken.access)
        let (gateway, token) = (site.gateway, integrationToken.access)
        _ = try gateway.verify(token)
        _ = try gateway.introspect(token)
        let released = try gateway.credential(token)
        #expect(try released.field("secret")?.clear == value)
        let integrationID = integration.integration.id
        let credential = try #require(integration.integration.credential)
        _ = try manager.replaceCredential(
            credential, of: integrationID.text, .clear(Self.basic(user: userName, newValue)))
        #expect(try gateway.credential(token).field("secret")?.clear == newValue)
        let short = try manager.issueToken(
            of: "tickets", in: "tenant-1", idempotencyKey: "make-3")
        plant("short", short)
        _ = try gateway.verify(short.access)
        let fresh = try ManagementClient(site.admin, bearer: integrationToken.refresh)
            .renewToken(integrationToken.token.id, .refresh, idempotencyKey: "make-4")
        plant("fresh", fresh)
        _ = try gateway.verify(fresh.access)
        try gateway.revoke(short.access)
        try useWrongly()
        try useCommandLine()
    }

    /// Secrets in places where they do not belong must not be repeated anywhere.
    private func useWrongly() throws {
        let bearer = organizationToken.access
        let half =
            #"{"name":"x","provider":"jira","credential":{"type":"basic","secret":"\#(value)"#
        let bodies = [
            half, half + #""}}"#, half + #"","secret":"\#(value)"}}"#, #"{"\#(value)":1}"#,
        ]
        for body in bodies {
            let answer = try site.admin.request(
                .post, "/v1/integrations/tenant-1",
                headers: [Header("Content-Type", "application/json")], body: SecretText(body),
                bearer: bearer)
            #expect((400..<500).contains(answer.status))
            #expect(hunt.search(Data(answer.text.utf8), "a refusal") == [])
        }
        let tokens = [organizationToken.access.clear, integrationToken.access.clear]
        for target in tokens.map({ "/v1/tokens/" + $0 }) + ["/v1/accounts?filter=" + value] {
            let answer = try RawExchange.send(
                "GET \(target) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(bearer.clear)\r\n"
                    + "Connection: close\r\n\r\n", to: site.admin.path)
            #expect(answer.hasPrefix("HTTP/1.1 4"))
            #expect(hunt.search(Data(answer.utf8), "a refusal") == [])
        }
        for spoilt in tokens.map({ $0.dropLast() + "!" }) {
            #expect(
                try refusedStatus { try site.gateway.verify(SecretText(String(spoilt))) } == 401)
        }
    }

    private func useCommandLine() throws {
        let listings = [
            ["status"], ["org", "list"], ["org", "token", "acme"], ["audit", "list"],
            ["audit", "export", "--format", "csv"], ["audit", "verify"],
        ]
        let managed = [
            ["account", "list"], ["token", "list"], ["integration", "list"],
            ["integration", "get", "tenant-1", "tickets"],
            ["credential", "list", integration.integration.id.text],
            ["token", "get", integrationToken.token.id.text],
        ]
        let all = listings + managed.map { $0 + ["--token-file", tokenFile] }
        for arguments in all + all.map({ $0 + ["--json"] }) {
            let run = try site.execute(Programs.commandLine(), arguments)
            let isExport = arguments.starts(with: ["audit", "export"])
            #expect(run.status == 0 || isExport, "\(arguments) \(run.errorText)")
        }
        let wrong = try site.strongroom("token", "get", organizationToken.access.clear)
        #expect(wrong.status == 2)
        let metrics = try site.admin.request(.get, "/metrics")
        #expect(hunt.search(Data(metrics.text.utf8), "metrics") == [])
    }

    /// Deletes all of it: what is gone must be gone from the files too.
    func end() throws {
        let manager = site.manager(organizationToken.access)
        try manager.deleteIntegration("tickets", of: "tenant-1")
        try manager.deleteAccount("tenant-1")
        _ = try site.operators.resetToken(of: "acme")
    }

    /// What the programs wrote; none of these runs was to show a secret.
    func searchStreams() throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: site.root)
            .filter { $0.hasSuffix(".out") || $0.hasSuffix(".err") }
        #expect(names.contains("daemon.err"))
        return try names.flatMap { try hunt.search(file: site.root + "/" + $0) }
    }
}
