package import Crypto

/// What of a member's secret is kept: a keyed hash over its Argon2id hash.
///
/// The key is not in the database, so that a stolen one cannot check a guess, however cheap.
package struct MemberSecret: Equatable, Sendable {
    package let cost: SecretCost
    /// Epoch of the token key that made the hash.
    package let epoch: UInt32
    package let mac: MAC

    package init(cost: SecretCost, epoch: UInt32, mac: MAC) {
        self.cost = cost
        self.epoch = epoch
        self.mac = mac
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.cost == right.cost && left.epoch == right.epoch && left.mac.matches(right.mac)
    }
}

/// How hard a secret is hashed, and with what salt.
package struct SecretCost: Equatable, Sendable {
    package let salt: [UInt8]
    package let opsLimit: UInt64
    package let memoryBytes: UInt64

    package init(salt: [UInt8], opsLimit: UInt64, memoryBytes: UInt64) {
        self.salt = salt
        self.opsLimit = opsLimit
        self.memoryBytes = memoryBytes
    }

    /// For those who have no secret, or are not there: the same work as for everybody else.
    package static let nobody = SecretCost(
        salt: [UInt8](repeating: 0, count: PasswordDerivation.saltByteCount))

    /// Of a new secret; twice over 64 MiB, libsodium's "interactive".
    package init(salt: [UInt8]) {
        self.init(
            salt: salt, opsLimit: PasswordDerivation.opsLimitMin,
            memoryBytes: PasswordDerivation.memoryBytesMin)
    }
}

/// A secret that somebody showed, or is to have, in locked memory.
package final class ShownSecret: Sendable {
    package static let byteCountMin = 12
    package static let byteCountMax = 1024

    private let secret: Secret

    package init(_ secret: consuming Secret) { self.secret = secret }

    package var byteCount: Int { secret.byteCount }

    /// Argon2id: takes a tenth of a second and 64 MiB, so never on a thread that others wait for.
    package func stretched(_ cost: SecretCost) throws(CryptoError) -> StretchedSecret {
        let hash = try PasswordDerivation.hash(
            secret, salt: cost.salt, opsLimit: cost.opsLimit, memoryBytes: cost.memoryBytes)
        return StretchedSecret(hash, cost: cost)
    }
}

/// An Argon2id hash on its way to the store's owner; as good as the secret itself until it is gone.
package final class StretchedSecret: Sendable {
    package let cost: SecretCost
    private let hash: Secret

    fileprivate init(_ hash: consuming Secret, cost: SecretCost) {
        self.hash = hash
        self.cost = cost
    }

    fileprivate func mac(
        _ member: MemberID, _ organization: OrganizationID, key: KeyBox<TokenPurpose>
    ) -> MAC {
        var context = Context("strongroom/member-secret/v1")
        context.append(organization.value)
        context.append(member.value)
        context.append(cost.salt)
        context.append(cost.opsLimit)
        context.append(cost.memoryBytes)
        return hash.withBytes { key.key.mac(context, withSecret: $0) }
    }
}

extension Vault {
    /// The salt for a member's new secret.
    package func newSecretCost() -> SecretCost {
        var salt: [UInt8] = []
        salt.append(bigEndian: entropy.uint128())
        return SecretCost(salt: salt)
    }

    func kept(
        _ stretched: StretchedSecret, of member: MemberID, in organization: OrganizationID
    ) -> MemberSecret {
        MemberSecret(
            cost: stretched.cost, epoch: ring.epoch,
            mac: stretched.mac(member, organization, key: ring.verifying.newest))
    }

    /// Compares even where there is nothing to compare with.
    func isRight(_ stretched: StretchedSecret, of member: Member?) throws(Refusal) -> Bool {
        let kept = member?.secret
        guard let key = ring.verifying[kept?.epoch ?? ring.epoch] else {
            throw .integrity(table: "member")
        }
        let mac = stretched.mac(
            member?.id ?? MemberID(0), member?.organization ?? OrganizationID(0), key: key)
        let isSame = (kept?.mac ?? .zero).matches(mac)
        // A secret that was changed meanwhile was hashed with another salt.
        return isSame && kept?.cost == stretched.cost
    }
}
