package import Crypto

/// What a repeated mint or rotation is answered with, until its window closes.
///
/// The successor's secrets are sealed under a key made for this purpose; when the row goes, so
/// does the last way to learn them.
package struct IdempotencyRecord: Sendable {
    /// Keyed hash of caller, operation, target and the caller's `Idempotency-Key`.
    package let key: Digest
    /// Digest of the rest of the request: the same key with another request is a conflict.
    package let request: Digest
    package let organization: OrganizationID
    package let token: TokenID
    /// The object made together with the token, such as its integration; 0 for none.
    package let object: UInt128
    package let generation: UInt32
    package let sealedSecrets: [UInt8]
    package let createdAt: Instant
    package let expires: Instant

    /// From a row that was authenticated.
    package init(
        key: Digest, request: Digest, organization: OrganizationID, token: TokenID,
        object: UInt128, generation: UInt32, sealedSecrets: [UInt8], createdAt: Instant,
        expires: Instant
    ) {
        self.key = key
        self.request = request
        self.organization = organization
        self.token = token
        self.object = object
        self.generation = generation
        self.sealedSecrets = sealedSecrets
        self.createdAt = createdAt
        self.expires = expires
    }
}
