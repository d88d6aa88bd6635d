import Crypto
import Support
import Testing
import Vault

@Suite struct `The domain on either store` {
    @Test(arguments: Fixture.Engine.allCases)
    func `a token of a deleted account is gone with everything below it`(
        _ engine: Fixture.Engine
    ) throws {
        let fixture = try Fixture(engine)
        let made = try fixture.makeOrganization("acme")
        let account = try fixture.makeAccount("tenant", in: made.organization.id)
        let integration = try fixture.makeIntegration("tickets", in: account)
        try fixture.vault.commit()
        let selector = integration.token.token.selector
        #expect(try fixture.vault.record(selector)?.fault == nil)
        let grant = try fixture.operatorGrant()
        try fixture.vault.step { () throws(Refusal) in try fixture.vault.delete(grant, account) }
        try fixture.vault.commit()
        #expect(try fixture.vault.record(selector) == nil)
        let counts = try fixture.store.counts()
        #expect(counts.accounts == 0 && counts.integrations == 0 && counts.credentials == 0)
        #expect(counts.organizations == 1 && counts.tokens == 1)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `a credential comes back as it was given`(_ engine: Fixture.Engine) throws {
        let fixture = try Fixture(engine)
        let made = try fixture.makeOrganization("acme")
        let account = try fixture.makeAccount("tenant", in: made.organization.id, labels: ["gold"])
        let integration = try fixture.makeIntegration("tickets", in: account, secret: "xyzzy")
        try fixture.vault.commit()
        let principal = try fixture.principal(integration.token)
        let grant = try authorize(
            .token(principal), .data(.credentialsUse),
            on: .integration(
                made.organization.id, AccountFacts(account),
                fixture.vault.facts(of: integration.integration)))
        let released = try fixture.vault.release(grant)
        #expect(released.credential == integration.integration.credential)
        #expect(released.value.payload.type == .basic)
    }
}
