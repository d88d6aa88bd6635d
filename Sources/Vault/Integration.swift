/// A connection of one account to one provider.
package struct Integration: Equatable, Sendable {
    package enum State: UInt8, Sendable { case enabled = 1, disabled }

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
    package var state: State
    package let defaultToken: TokenID
    package let createdAt: Instant
    package var updatedAt: Instant
    package var revision: UInt64
}
