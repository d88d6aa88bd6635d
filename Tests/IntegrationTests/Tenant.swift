import StrongroomClient
import Testing

/// An organization with an account and an integration, made through the sockets.
struct Tenant {
    let organization: Organization
    let organizationToken: MintedToken
    let account: Account
    let integration: Integration
    let integrationToken: MintedToken

    init(_ site: Site, _ name: String = "acme", secret: String = "jira-api-key") throws {
        let made = try site.operators.createOrganization(name: name)
        organization = made.organization
        organizationToken = made.token
        let manager = site.manager(made.token.access)
        account = try manager.createAccount(name: "tenant-1")
        var request = ManagementClient.IntegrationRequest(provider: "jira")
        request.name = "tickets"
        request.credential = .clear(Tenant.basic(secret))
        let connected = try manager.createIntegration(of: account.id, request)
        integration = connected.integration
        integrationToken = try #require(connected.minted)
    }

    static func basic(_ secret: String) -> SecretText {
        SecretText(#"{"type":"basic","username":"robot","secret":"\#(secret)"}"#)
    }

    func manager(_ site: Site) -> ManagementClient { site.manager(organizationToken.access) }
}

/// The status of a refusal; nil where nothing was refused.
func refusedStatus<R>(_ body: () throws -> R) throws -> Int? {
    do {
        _ = try body()
        return nil
    } catch ClientError.refused(let status, _) {
        return status
    }
}
