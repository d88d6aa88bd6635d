/// A connection of one account to one provider.
package struct Integration: Equatable, Sendable {
    package let organization: OrganizationID
    package let account: AccountID
    package let id: IntegrationID
    package var name: Name
    package var fullname: String
    package var provider: ProviderID
    package var integrationPoint: IntegrationPointID?
    /// Minified JSON object; holds no secrets.
    package var providerConfig: [UInt8]
    package var credential: CredentialID?
    package var state: EnabledState
    package let defaultToken: TokenID
    package let createdAt: Instant
    package var updatedAt: Instant
    package var revision: UInt64

    /// From a row that was authenticated.
    package init(
        organization: OrganizationID, account: AccountID, id: IntegrationID, name: Name,
        fullname: String, provider: ProviderID, integrationPoint: IntegrationPointID?,
        providerConfig: [UInt8], credential: CredentialID?, state: EnabledState,
        defaultToken: TokenID,
        createdAt: Instant, updatedAt: Instant, revision: UInt64
    ) {
        self.organization = organization
        self.account = account
        self.id = id
        self.name = name
        self.fullname = fullname
        self.provider = provider
        self.integrationPoint = integrationPoint
        self.providerConfig = providerConfig
        self.credential = credential
        self.state = state
        self.defaultToken = defaultToken
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
    }
}
