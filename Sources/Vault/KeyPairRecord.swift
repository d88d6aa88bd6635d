package import Crypto

/// Whose key pair: an account's, or the organization's own when `account` is nil.
package struct KeyOwner: Hashable, Sendable {
    package let organization: OrganizationID
    package let account: AccountID?

    package init(organization: OrganizationID, account: AccountID?) {
        self.organization = organization
        self.account = account
    }

    /// Of what is the organization's own and no tenant's.
    package static func shared(_ organization: OrganizationID) -> KeyOwner {
        KeyOwner(organization: organization, account: nil)
    }
}

/// The X25519 pair that credentials of one owner are sealed to; the private half is wrapped.
package struct KeyPairRecord: Equatable, Sendable {
    package let owner: KeyOwner
    /// Counts from 1; the highest is the one that new values are sealed to.
    package let version: UInt32
    /// Names the pair to senders who seal credentials themselves.
    package let id: UInt128
    /// Epoch of the wrapping key.
    package let epoch: UInt32
    package let publicKey: PublicKey
    /// `nonce || AEAD(private key)` under the wrapping key of `epoch`.
    package let wrappedPrivateKey: [UInt8]
    package let createdAt: Instant

    /// From a row that was authenticated.
    package init(
        owner: KeyOwner, version: UInt32, id: UInt128, epoch: UInt32, publicKey: PublicKey,
        wrappedPrivateKey: [UInt8], createdAt: Instant
    ) {
        self.owner = owner
        self.version = version
        self.id = id
        self.epoch = epoch
        self.publicKey = publicKey
        self.wrappedPrivateKey = wrappedPrivateKey
        self.createdAt = createdAt
    }
}
