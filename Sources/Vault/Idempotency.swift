import Crypto

/// A mint or rotation that its caller may repeat until an answer has arrived.
package struct IdempotencyRequest: Sendable {
    let key: Digest
    let request: Digest
}

extension Vault {
    /// Binds a caller's key to the caller, the operation and its target.
    ///
    /// - Parameter body: the rest of the request; a repeat with another one is a conflict.
    package func idempotency(
        _ key: String, actor: Actor, operation: StaticString, target: [UInt128], body: RawSpan
    ) -> IdempotencyRequest {
        var context = Context("strongroom/idempotency-key/v1")
        switch actor {
        case .peer(let uid): context.append(UInt64(uid))
        case .token(let principal), .refreshSecret(let principal):
            context.append(principal.token.value)
        }
        context.append(operation.description)
        for part in target { context.append(part) }
        context.append(key)
        // The body may hold a credential.
        let content = Context("strongroom/idempotency-request/v1")
        let key = ring.idempotency
        return IdempotencyRequest(
            key: Digest(key.key.mac(context)),
            request: Digest(key.key.mac(content, withSecret: body)))
    }

    /// Whether this is a repeat: then only the first call's conditions count.
    package func isRemembered(_ request: IdempotencyRequest?) throws(Refusal) -> Bool {
        guard let request else { return false }
        let found = try look { () throws(StoreError) in try store.remembered(request.key) }
        guard let found else { return false }
        return clock.now() < found.expires
    }

    /// The answer to an earlier call with this key, if its window is still open.
    func replay(_ request: IdempotencyRequest?) throws(Refusal) -> MintedToken? {
        guard let request else { return nil }
        let found = try look { () throws(StoreError) in try store.remembered(request.key) }
        guard let found, clock.now() < found.expires else { return nil }
        guard found.request == request.request else { throw .idempotencyMismatch }
        guard let token = try find(found.token, in: found.organization),
            token.primary.number == found.generation, token.revokedAt == nil,
            try !isOrphaned(token)
        else { throw .conflict("the token has changed since the first call with this key") }
        let pair: SecretPair
        do {
            let both = try unsafe AEAD.open(
                found.sealedSecrets.span.bytes, context: found.context,
                key: ring.idempotency.key)
            let half = TokenText.secretByteCount
            let access = try both.withBytes { (bytes) throws(CryptoError) in
                try Secret(copying: bytes.extracting(0..<half))
            }
            let refresh = try both.withBytes { (bytes) throws(CryptoError) in
                try Secret(copying: bytes.extracting(half..<2 * half))
            }
            pair = SecretPair(access: access, refresh: refresh)
        } catch .secretMemoryExhausted {
            throw .secretMemoryExhausted
        } catch {
            throw .integrity(table: "idempotency")
        }
        return try minted(token, pair, object: found.object, isReplay: true)
    }

    /// Keeps the secrets of `token`, sealed, for the length of the window.
    func remember(
        _ request: IdempotencyRequest?, _ token: Token, _ object: UInt128,
        _ pair: borrowing SecretPair
    ) throws(Refusal) {
        guard let request else { return }
        let now = clock.now()
        let expires = now.advanced(by: Limits.idempotencyWindow)
        rememberedUntil.note(expires)
        let context = IdempotencyRecord.context(
            request.key, token.organization, token.id, object, token.primary.number)
        let half = TokenText.secretByteCount
        let sealed: [UInt8]
        do {
            let both = try Secret(byteCount: 2 * half) { bytes in
                pair.access.withBytes { access in
                    for index in 0..<half { bytes.setByte(access.byte(at: index), at: index) }
                }
                pair.refresh.withBytes { refresh in
                    for index in 0..<half {
                        bytes.setByte(refresh.byte(at: index), at: half + index)
                    }
                }
            }
            sealed = try both.withBytes { (bytes) throws(CryptoError) in
                try AEAD.seal(
                    bytes, context: context, key: ring.idempotency.key, entropy: entropy)
            }
        } catch {
            throw Refusal(error)
        }
        try apply(
            .remember(
                IdempotencyRecord(
                    key: request.key, request: request.request,
                    organization: token.organization, token: token.id, object: object,
                    generation: token.primary.number, sealedSecrets: sealed, createdAt: now,
                    expires: expires)))
    }
}

extension IdempotencyRecord {
    var context: Context { Self.context(key, organization, token, object, generation) }

    static func context(
        _ key: Digest, _ organization: OrganizationID, _ token: TokenID, _ object: UInt128,
        _ generation: UInt32
    ) -> Context {
        var context = Context("strongroom/idempotency-secrets/v1")
        context.append(key.bytes)
        context.append(organization.value)
        context.append(token.value)
        context.append(object)
        context.append(UInt64(generation))
        return context
    }
}

/// About when the next remembered answers end; those of an earlier process may be among them.
struct RememberedUntil {
    private var first: Instant?
    private var last: Instant

    init(startingAt now: Instant) {
        last = now.advanced(by: Limits.idempotencyWindow)
        first = last
    }

    /// What was taken away is back, and is owed its overwriting.
    mutating func restart(at now: Instant) { first = now }

    mutating func note(_ end: Instant) {
        last = max(last, end)
        if first == nil { first = end }
    }

    /// Whether some may have ended since the last call; those in the middle may wait for the last.
    mutating func takeEnded(at now: Instant) -> Bool {
        guard let first, first <= now else { return false }
        self.first = last > now ? last : nil
        return true
    }
}
