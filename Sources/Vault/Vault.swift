package import Crypto

/// The domain: organizations, accounts, integrations, credentials, tokens, and who may do what.
///
/// Laws:
/// 1. `authorize` is the only thing that allows; every operation takes the `Grant` that it made.
/// 2. Objects are fetched by their whole path (organization, account, id), never by id alone.
/// 3. What is stored is not trusted: rows are authenticated before they are believed, and a
///    ciphertext is bound to everything that says whose it is.
/// 4. Authority only shrinks on its way down, and is looked up anew at every verification.
/// 5. Time, randomness and storage are handed in; the domain does no I/O of its own.
///
/// One thread owns a vault: the one that owns its store. Others see `cache` only.
package final class Vault {
    package let store: any Store
    package let ring: KeyRing
    package let clock: any Clock
    package let entropy: any Entropy
    package let lifetimes: Lifetimes
    package let catalogue: Catalogue
    package let cache: TokenCache
    var rows: KnownRows
    let keyPairs = OpenKeyPairs(countMax: Limits.openKeyPairsMax)
    /// Stands in for the row of a selector that nobody has, so that both paths do the same work.
    let nobody: TokenRecord
    /// Records with uses that are not in the store yet.
    var used = UsedRecords()
    var credentialUses = UsedCredentials()
    var damagedUses = 0
    /// How often log-ons have failed lately.
    var logons = LogonMeter()
    /// How many tokens may be minted; nil where nobody counts.
    package var mintLimits: MintLimits?
    var mints = MintMeter()
    var rememberedUntil: RememberedUntil
    /// Deleted secrets may still lie in the engine's side files until the next scrub.
    package internal(set) var needsScrub = false
    /// The vault's row, as of the open batch.
    package internal(set) var standing: Standing
    /// The vault's row, as of the last commit.
    package private(set) var committed: Standing
    var standingChanged = false
    private(set) var stepIsOpen = false
    package private(set) var revocations: RevocationFeed

    /// - Parameter rowByteCount: for rows that are kept beside the records that `cache` has.
    package init(
        store: any Store, ring: KeyRing, clock: any Clock, entropy: any Entropy,
        lifetimes: Lifetimes, catalogue: Catalogue, cache: TokenCache, rowByteCount: Int = 0
    ) throws(StoreError) {
        self.store = store
        self.ring = ring
        self.clock = clock
        self.entropy = entropy
        self.lifetimes = lifetimes
        self.catalogue = catalogue
        self.cache = cache
        rows = KnownRows(byteCountMax: rowByteCount)
        rememberedUntil = RememberedUntil(startingAt: clock.now())
        nobody = .nobody(epoch: ring.epoch)
        standing = try store.standing()
        committed = standing
        revocations = RevocationFeed(after: standing.epoch)
        guard standing.vault == ring.vault else {
            throw .foreign("the database and the key ring belong to different vaults")
        }
    }

    /// One change of state; whatever it does, the generation has gone up when it is durable.
    func apply(_ mutation: Mutation) throws(Refusal) {
        try openStep()
        do {
            rows.note(mutation)
            try store.apply(mutation)
        } catch {
            throw Refusal(error)
        }
        standingChanged = true
    }

    /// What is taken or written from here on is undone with the step.
    func openStep() throws(Refusal) {
        guard !stepIsOpen else { return }
        do {
            try store.beginStep()
        } catch {
            throw Refusal(error)
        }
        stepIsOpen = true
        used.beginStep()
        credentialUses.beginStep()
    }

    /// One caller's operation within a shared batch: whole, or nothing of it is left behind.
    package func step<T>(_ body: () throws(Refusal) -> T) throws(Refusal) -> T {
        let outcome: Result<T, Refusal>
        do {
            outcome = .success(try body())
        } catch {
            outcome = .failure(error)
        }
        try closeStep(keeping: outcome)
        return try outcome.get()
    }

    private func closeStep<T>(keeping outcome: Result<T, Refusal>) throws(Refusal) {
        guard stepIsOpen else { return }
        stepIsOpen = false
        do {
            switch outcome {
            case .success: try store.keepStep()
            case .failure:
                try store.undoStep()
                used.undoStep()
                credentialUses.undoStep()
            }
        } catch {
            throw Refusal(error)
        }
    }

    /// A look-up; a store's failure is a refusal to the one who asked.
    func look<T>(_ body: () throws(StoreError) -> T) throws(Refusal) -> T {
        do {
            return try body()
        } catch {
            throw Refusal(error)
        }
    }

    /// Every record made from this organization's rows has to be made again.
    ///
    /// - Parameter cause: what ended or changed; the organization itself when nil.
    func raiseFreshness(
        of organization: OrganizationID, because cause: RevocationFeed.Subject? = nil
    ) {
        cache.freshness(of: organization).raise()
        let all = RevocationFeed.Subject(organization)
        revocations.append(cause ?? all, affects: all)
        standing.epoch = revocations.epoch
    }

    /// This token's own record has to be made again.
    func drop(_ token: Token) {
        cache.drop(token.selector)
        let own = RevocationFeed.Subject(token.id)
        revocations.append(own, affects: own)
        standing.epoch = revocations.epoch
    }

    /// Ends the open batch: everything applied since the last one is durable when it returns.
    package func commit() throws(StoreError) {
        if standingChanged {
            standing.generation += 1
            try store.apply(.putStanding(standing))
            standingChanged = false
        }
        try store.commit()
        used.commit()
        credentialUses.commit()
        rows.endBatch()
        committed = standing
    }

    /// After a number that nobody was told: whoever asks what came since an earlier one is told
    /// to begin anew.
    func restartRevocations() {
        revocations = RevocationFeed(after: standing.epoch)
        standingChanged = true
    }

    /// Forgets the open batch, and everything in memory that was made from it.
    package func abandon() throws(StoreError) {
        stepIsOpen = false
        standingChanged = false
        try store.abandon()
        used.abandon()
        credentialUses.abandon()
        rememberedUntil.restart(at: clock.now())
        standing = try store.standing()
        committed = standing
        // What it told of the forgotten batch may come again otherwise, under the same numbers.
        revocations = RevocationFeed(after: standing.epoch)
        cache.removeAll()
        rows.removeAll()
        rows.endBatch()
        keyPairs.dropAll()
    }
}

extension TokenRecord {
    /// A record that no secret fits.
    package static func nobody(epoch: UInt32) -> TokenRecord {
        let start = Instant(microseconds: 0)
        let generation = Generation(
            number: 0, epoch: epoch, access: .zero, refresh: .zero, createdAt: start,
            expires: start)
        let token = Token(
            id: TokenID(0), selector: SelectorBytes(0), organization: OrganizationID(0),
            account: nil, integration: nil, level: .organization, origin: .byDefault, parent: nil,
            parentLineage: 0, member: nil, name: Name(stored: "-"), fullname: "-",
            permissionSet: .viewer, resources: nil, timeToLive: .seconds(0), end: nil,
            createdAt: start, updatedAt: start, revision: 0, lineage: 0, revokedAt: start,
            primary: generation, secondary: nil)
        return TokenRecord(
            token: token,
            lineage: Lineage(
                permissions: .none, narrowings: [], alternatives: [], end: start,
                fault: .unknownToken),
            owner: OwnerFacts(), freshness: Freshness())
    }
}
