package import Crypto

/// A token with the secrets that were just made for it; shown once, wiped afterwards.
package final class MintedToken: Sendable {
    package let token: Token
    /// The text of the access secret, 70 bytes.
    package let accessText: Secret
    package let refreshText: Secret
    /// What was made together with the token, such as its integration; 0 for nothing.
    package let object: UInt128
    /// Whether this repeats an earlier answer.
    package let isReplay: Bool

    init(
        token: Token, accessText: consuming Secret, refreshText: consuming Secret,
        object: UInt128, isReplay: Bool
    ) {
        self.token = token
        self.accessText = accessText
        self.refreshText = refreshText
        self.object = object
        self.isReplay = isReplay
    }
}

/// Two new secrets, before they have become a generation and two texts.
struct SecretPair: ~Copyable {
    let access: Secret
    let refresh: Secret

    init(entropy: some Entropy) throws(CryptoError) {
        let access = try Secret.random(byteCount: TokenText.secretByteCount, from: entropy)
        let refresh = try Secret.random(byteCount: TokenText.secretByteCount, from: entropy)
        self.init(access: access, refresh: refresh)
    }

    init(access: consuming Secret, refresh: consuming Secret) {
        self.access = access
        self.refresh = refresh
    }
}

/// What a new token is to be; everything that its secrets' hashes are bound to.
struct TokenPlan {
    var id: TokenID
    var selector: SelectorBytes
    let organization: OrganizationID
    var account: AccountID?
    var integration: IntegrationID?
    let level: Token.Level
    var origin = Token.Origin.byDefault
    var parent: Token?
    var member: MemberID?
    var name: Name?
    var fullname: String?
    let permissionSet: PermissionSet
    var resources: Resources?
    let timeToLive: TimeSpan
    var end: Instant?

    var place: TokenPlace {
        TokenPlace(organization: organization, account: account, integration: integration)
    }
}

extension Vault {
    func plan(
        organization: OrganizationID, level: Token.Level, permissionSet: PermissionSet,
        timeToLive: TimeSpan
    ) -> TokenPlan {
        TokenPlan(
            id: TokenID(entropy.uint128()),
            selector: SelectorBytes(entropy.uint128() >> 32), organization: organization,
            level: level, permissionSet: permissionSet, timeToLive: timeToLive)
    }

    /// The same for another token.
    func again(_ plan: TokenPlan) -> TokenPlan {
        var other = plan
        other.id = TokenID(entropy.uint128())
        other.selector = SelectorBytes(entropy.uint128() >> 32)
        return other
    }

    /// Makes the token that `plan` describes and puts it into the open batch.
    func mint(
        _ plan: TokenPlan, object: UInt128 = 0, remembering request: IdempotencyRequest?
    ) throws(Refusal) -> MintedToken {
        let now = clock.now()
        let pair = try make { () throws(CryptoError) in try SecretPair(entropy: entropy) }
        let expires = min(now.advanced(by: plan.timeToLive), plan.end ?? .latest)
        let token = Token(
            id: plan.id, selector: plan.selector, organization: plan.organization,
            account: plan.account, integration: plan.integration, level: plan.level,
            origin: plan.origin, parent: plan.parent?.id,
            parentLineage: plan.parent?.lineage ?? 0, member: plan.member,
            name: plan.name ?? Name(of: plan.id),
            fullname: plan.fullname ?? plan.name?.text ?? plan.id.text,
            permissionSet: plan.permissionSet, resources: plan.resources,
            timeToLive: plan.timeToLive, end: plan.end, createdAt: now, updatedAt: now,
            revision: 1, lineage: 0, revokedAt: nil,
            primary: generation(pair, number: 1, of: plan, expires: expires, at: now),
            secondary: nil)
        try apply(.insertToken(token))
        try remember(request, token, object, pair)
        return try minted(token, pair, object: object, isReplay: false)
    }

    func generation(
        _ pair: borrowing SecretPair, number: UInt32, of plan: TokenPlan, expires: Instant,
        at now: Instant
    ) -> Generation {
        func hash(_ secret: borrowing Secret, _ kind: TokenSecretKind) -> MAC {
            TokenHashing.hash(
                secret, kind, organization: plan.organization, account: plan.account,
                integration: plan.integration, selector: plan.selector,
                key: ring.verifying.newest.key)
        }
        return Generation(
            number: number, epoch: ring.epoch, access: hash(pair.access, .access),
            refresh: hash(pair.refresh, .refresh), createdAt: now, expires: expires)
    }

    func minted(
        _ token: Token, _ pair: borrowing SecretPair, object: UInt128, isReplay: Bool
    ) throws(Refusal) -> MintedToken {
        do {
            return MintedToken(
                token: token,
                accessText: try TokenText.make(
                    TokenTextKind(token.level), selector: token.selector, secret: pair.access),
                refreshText: try TokenText.make(
                    .refresh, selector: token.selector, secret: pair.refresh),
                object: object, isReplay: isReplay)
        } catch {
            throw Refusal(error)
        }
    }

    /// Runs what may fail for want of locked memory.
    func make<T: ~Copyable>(_ body: () throws(CryptoError) -> T) throws(Refusal) -> T {
        do {
            return try body()
        } catch {
            throw Refusal(error)
        }
    }
}

extension TokenTextKind {
    init(_ level: Token.Level) {
        switch level {
        case .organization: self = .organization
        case .account: self = .account
        case .integration: self = .integration
        }
    }
}
