/// The top of a tenancy: one customer of the vault's operator.
package struct Organization: Equatable, Sendable {
    package let id: OrganizationID
    package var name: Name
    package var fullname: String
    package var contact: String?
    package var state: EnabledState
    /// The token that creation minted; the operator may always renew it.
    package let defaultToken: TokenID
    package let createdAt: Instant
    package var updatedAt: Instant
    /// Counts updates from 1; what an `ETag` is made from.
    package var revision: UInt64

    /// From a row that was authenticated.
    package init(
        id: OrganizationID, name: Name, fullname: String, contact: String?, state: EnabledState,
        defaultToken: TokenID, createdAt: Instant, updatedAt: Instant, revision: UInt64
    ) {
        self.id = id
        self.name = name
        self.fullname = fullname
        self.contact = contact
        self.state = state
        self.defaultToken = defaultToken
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
    }
}
