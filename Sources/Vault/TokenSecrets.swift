package import Crypto

/// A token text that somebody presented, in memory that is locked and used again and again.
///
/// One per thread: reading the next text overwrites the last one, and `forget` or the end of the
/// thread wipes it. It says nothing about whether the token exists.
package struct PresentedToken: ~Copyable {
    package private(set) var kind = TokenTextKind.organization
    package private(set) var selector = SelectorBytes(0)
    private var secret: Secret

    package init() throws(CryptoError) {
        secret = try Secret(byteCount: TokenText.secretByteCount) { _ in }
    }

    /// Reads a canonical token text; false for any other, which leaves nothing of it behind.
    package mutating func read(_ text: Span<UInt8>) -> Bool {
        guard let kind = TokenText.kind(of: text) else { return false }
        var digits = TokenDigits()
        defer { digits.wipe() }
        guard unsafe digits.read(text.bytes), digits.checksum == TokenText.checksum(of: text),
            let selector = digits.selector
        else { return false }
        let isCanonical = secret.withMutableBytes { bytes in digits.readSecret(into: &bytes) }
        guard isCanonical else { return false }
        self.kind = kind
        self.selector = selector
        return true
    }

    /// Leaves nothing of the last text behind.
    package mutating func forget() {
        selector = SelectorBytes(0)
        secret.withMutableBytes { Wiping.wipe(&$0) }
    }

    /// A copy that may leave the thread.
    package func detached() throws(CryptoError) -> DetachedToken {
        DetachedToken(kind: kind, selector: selector, secret: try secret.duplicate())
    }

    /// The keyed hashes to compare with `record`'s; nil where the ring lacks an epoch.
    package func hashes(
        for record: TokenRecord, kind: TokenSecretKind, ring: KeyRing
    ) -> PresentedHashes? {
        TokenHashing.hashes(secret, self.kind, kind, record, ring)
    }
}

/// A presented token on its way to the store's owner.
package final class DetachedToken: Sendable {
    package let kind: TokenTextKind
    package let selector: SelectorBytes
    private let secret: Secret

    init(kind: TokenTextKind, selector: SelectorBytes, secret: consuming Secret) {
        self.kind = kind
        self.selector = selector
        self.secret = secret
    }

    package func hashes(
        for record: TokenRecord, kind: TokenSecretKind, ring: KeyRing
    ) -> PresentedHashes? {
        TokenHashing.hashes(secret, self.kind, kind, record, ring)
    }
}

/// What a secret is for; neither is accepted in the other's place.
package enum TokenSecretKind: UInt8, Sendable { case access = 1, refresh }

/// The text of a token, 70 characters of `[A-Za-z0-9_]`:
/// prefix (4), selector (12 bytes in 17 base62 digits), secret (32 bytes in 43), CRC-32 (6).
///
/// The selector finds the row, the secret proves the right to it, the checksum lets scanners and
/// this parser refuse early; only the secret is a matter of security.
package enum TokenText {
    package static let characterCount = 70
    package static let secretByteCount = 32
    static let selectorRange = 4..<21
    static let secretRange = 21..<64
    static let checksumRange = 64..<70

    static func kind(of text: Span<UInt8>) -> TokenTextKind? {
        guard text.count == characterCount else { return nil }
        guard text[0] == 115, text[1] == 114, text[3] == 95 else { return nil }
        switch text[2] {
        case 111: return .organization
        case 97: return .account
        case 105: return .integration
        case 114: return .refresh
        default: return nil
        }
    }

    /// What the checksum must be, of a text of the right length.
    static func checksum(of text: Span<UInt8>) -> UInt64 {
        UInt64(unsafe CRC32.checksum(text.extracting(0..<checksumRange.lowerBound).bytes))
    }

    /// The text for a new secret, in memory that is wiped after use.
    package static func make(
        _ kind: TokenTextKind, selector: SelectorBytes, secret: borrowing Secret
    ) throws(CryptoError) -> Secret {
        var number = WideNumber()
        defer { number.wipe() }
        secret.withBytes { bytes in
            for limb in 0..<4 { number.limbs[3 - limb] = bytes.bigEndian64(at: limb * 8) }
        }
        var head = Array(kind.prefix)
        Base62.append(selector.number, width: selectorRange.count, to: &head)
        return try Secret(byteCount: characterCount) { text in
            for index in head.indices { text.setByte(head[index], at: index) }
            for index in secretRange.reversed() {
                text.setByte(Base62.digit(number.removeLastDigit()), at: index)
            }
            let checksum = text.readable(0..<checksumRange.lowerBound) {
                CRC32.checksum($0)
            }
            var tail: [UInt8] = []
            Base62.append(UInt128(checksum), width: checksumRange.count, to: &tail)
            for index in tail.indices {
                text.setByte(tail[index], at: checksumRange.lowerBound + index)
            }
        }
    }
}

/// The keyed hashes of token secrets.
enum TokenHashing {
    static func hash(
        _ secret: borrowing Secret, _ kind: TokenSecretKind, organization: OrganizationID,
        account: AccountID?, integration: IntegrationID?, selector: SelectorBytes,
        key: borrowing Key<TokenPurpose>
    ) -> MAC {
        secret.withBytes { bytes in
            key.verifier(
                kind: kind.rawValue, organization: organization.value,
                account: account?.value ?? 0, integration: integration?.value ?? 0,
                selector: selector, secret: bytes)
        }
    }

    static func hashes(
        _ secret: borrowing Secret, _ textKind: TokenTextKind, _ kind: TokenSecretKind,
        _ record: TokenRecord, _ ring: KeyRing
    ) -> PresentedHashes? {
        let secondaryEpoch = record.secondary?.epoch ?? record.primary.epoch
        guard let primary = hash(secret, kind, record, ring, record.primary.epoch) else {
            return nil
        }
        // In one epoch both generations are hashed with one key: what is presented has one hash.
        let isOneEpoch = secondaryEpoch == record.primary.epoch
        guard
            let secondary = isOneEpoch ? primary : hash(secret, kind, record, ring, secondaryEpoch)
        else { return nil }
        return PresentedHashes(
            primary: primary, secondary: secondary,
            kindFits: textKind == (kind == .refresh ? .refresh : TokenTextKind(record.level)))
    }

    private static func hash(
        _ secret: borrowing Secret, _ kind: TokenSecretKind, _ record: TokenRecord,
        _ ring: KeyRing, _ epoch: UInt32
    ) -> MAC? {
        ring.verifying.withKey(of: epoch) { key in
            hash(
                secret, kind, organization: record.organization, account: record.account?.id,
                integration: record.integration?.id, selector: record.selector, key: key)
        }
    }
}
