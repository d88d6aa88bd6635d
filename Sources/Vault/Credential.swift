/// The seven shapes a provider's credential can have.
package enum CredentialType: UInt8, CaseIterable, Sendable {
    case basic = 1
    case token, secret, aws, awsRole, oAuthClient, tlsCertificate

    package var text: String {
        switch self {
        case .basic: "basic"
        case .token: "token"
        case .secret: "secret"
        case .aws: "aws"
        case .awsRole: "aws_role"
        case .oAuthClient: "o_auth_client"
        case .tlsCertificate: "tls_certificate"
        }
    }

    package init?(_ text: String) {
        guard let match = Self.allCases.first(where: { $0.text == text }) else { return nil }
        self = match
    }
}

/// Who a credential belongs to; decides whose key it is sealed with.
package enum CredentialOwner: Hashable, Sendable {
    case organization(OrganizationID)
    case account(AccountID)
    case integration(IntegrationID)
    case integrationPoint(IntegrationPointID)

    package var kind: ObjectKind {
        switch self {
        case .organization: .organization
        case .account: .account
        case .integration: .integration
        case .integrationPoint: .integrationPoint
        }
    }

    package var value: UInt128 {
        switch self {
        case .organization(let id): id.value
        case .account(let id): id.value
        case .integration(let id): id.value
        case .integrationPoint(let id): id.value
        }
    }

    package init?(kind: ObjectKind, value: UInt128) {
        switch kind {
        case .organization: self = .organization(OrganizationID(value))
        case .account: self = .account(AccountID(value))
        case .integration: self = .integration(IntegrationID(value))
        case .integrationPoint: self = .integrationPoint(IntegrationPointID(value))
        case .member, .role, .credential, .token: return nil
        }
    }
}

/// A provider's credential: what may be read of it, and its sealed value.
package struct Credential: Equatable, Sendable {
    package let organization: OrganizationID
    /// Nil for a credential that belongs to the organization or to an integration point.
    package let account: AccountID?
    package let owner: CredentialOwner
    package let id: CredentialID
    package var name: Name
    package var fullname: String
    package var type: CredentialType
    /// Counts values from 1; each new value is a new version.
    package var version: UInt64
    package var expires: Instant?
    package let createdAt: Instant
    package var updatedAt: Instant
    package var revision: UInt64
    package var sealed: SealedCredential

    /// From a row that was authenticated.
    package init(
        organization: OrganizationID, account: AccountID?, owner: CredentialOwner,
        id: CredentialID, name: Name, fullname: String, type: CredentialType, version: UInt64,
        expires: Instant?, createdAt: Instant, updatedAt: Instant, revision: UInt64,
        sealed: SealedCredential
    ) {
        self.organization = organization
        self.account = account
        self.owner = owner
        self.id = id
        self.name = name
        self.fullname = fullname
        self.type = type
        self.version = version
        self.expires = expires
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
        self.sealed = sealed
    }
}

extension Credential {
    /// Whose keys its row says that it is sealed with.
    package var keyOwner: KeyOwner { KeyOwner(organization: organization, account: account) }
}

/// The value of a credential at rest, and which keys it was made with.
package struct SealedCredential: Equatable, Sendable {
    /// Version of the owner's key pair.
    package let keyVersion: UInt32
    /// Epoch of the key ring's record key.
    package let epoch: UInt32
    /// `nonce || AEAD(crypto_box_seal(padded payload))`.
    package let bytes: [UInt8]

    package init(keyVersion: UInt32, epoch: UInt32, bytes: [UInt8]) {
        self.keyVersion = keyVersion
        self.epoch = epoch
        self.bytes = bytes
    }
}
