import Support
import Testing

/// A token as its minting gave it out.
struct HeldToken {
    let id: String
    let access: String
    let refresh: String

    init(_ answer: RawAnswer, at path: String) throws {
        id = try answer.require(path + ".id")
        access = try answer.require(path + ".primary.access.secret")
        refresh = try answer.require(path + ".primary.refresh.secret")
    }
}

struct HeldOrganization {
    let id: String
    let token: HeldToken
}

struct HeldIntegration {
    let id: String
    let credential: String?
    let token: HeldToken
}

/// What most tests need to be there, made over the API.
extension DaemonUnderTest {
    func makeOrganization(_ name: String = "acme") throws -> HeldOrganization {
        let made = try operate("POST", "organizations", #"{"name": "\#(name)"}"#)
        #expect(made.status == 201)
        return HeldOrganization(
            id: try made.require("result.organization.id"),
            token: try HeldToken(made, at: "result.token"))
    }

    func makeAccount(_ bearer: String, _ name: String = "tenant") throws -> String {
        let made = try manage(bearer, "POST", "/v1/accounts", #"{"name": "\#(name)"}"#)
        return try made.require("result.account.id")
    }

    static let basic = #"{"type": "basic", "username": "robot", "secret": "swordfish"}"#

    func makeIntegration(
        _ bearer: String, in account: String, _ name: String = "tickets",
        provider: String = "jira", credential: String? = basic
    ) throws -> HeldIntegration {
        let member = credential.map { #", "credential": \#($0)"# } ?? ""
        let made = try manage(
            bearer, "POST", "/v1/integrations/\(account)",
            #"{"name": "\#(name)", "provider": "\#(provider)"\#(member)}"#)
        return HeldIntegration(
            id: try made.require("result.integration.id"),
            credential: made.string("result.integration.credential_id"),
            token: try HeldToken(made, at: "result.token"))
    }

    /// One organization, one account, one integration with a `basic` credential.
    func makeTenant(
        _ name: String = "acme"
    ) throws -> (organization: HeldOrganization, account: String, integration: HeldIntegration) {
        let organization = try makeOrganization(name)
        let account = try makeAccount(organization.token.access)
        let integration = try makeIntegration(organization.token.access, in: account)
        return (organization, account, integration)
    }
}
