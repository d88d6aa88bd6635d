import Crypto

/// Writing what was counted in memory, and forgetting what has run out; between batches.
extension Vault {
    /// How many used records may wait before they are written early.
    package static let usedCountMax = 65_536

    package func beginFlushingUses() { used.beginDraining() }

    /// Some of what there was when it began; more at a time when more comes than is written.
    package func flushUses(atMost countMax: Int) throws(Refusal) {
        let isBehind = used.count > 2 * Self.usedCountMax
        let count = isBehind ? max(countMax, used.count / 16) : countMax
        for record in used.drain(atMost: count) { try flush(record) }
        for use in credentialUses.take(atMost: count) { try add(use) }
    }

    package var isFlushingUses: Bool { used.isDraining }

    package var mustFlushUses: Bool { used.count >= Self.usedCountMax && !used.isDraining }

    func flush(_ selector: SelectorBytes) throws(Refusal) {
        try openStep()
        for record in used.take(selector) { try flush(record) }
    }

    /// Before a deletion: what was counted for the deleted must not come back as rows of nobody.
    func forgetUses(
        of organization: OrganizationID, where isDeleted: (TokenRecord) -> Bool
    ) throws(Refusal) {
        try openStep()
        used.removeAll { $0.organization == organization && isDeleted($0) }
        for use in credentialUses.takeAll(of: organization) { try add(use) }
    }

    private func flush(_ record: TokenRecord) throws(Refusal) {
        try flush(record, record.primary, used.takeUse(of: record, .primary))
        guard let secondary = record.secondary else { return }
        try flush(record, secondary, used.takeUse(of: record, .secondary))
    }

    private func flush(
        _ record: TokenRecord, _ generation: Generation, _ taken: (count: UInt64, last: Instant)?
    ) throws(Refusal) {
        guard let taken else { return }
        let use = Use(
            organization: record.organization, object: record.token.value,
            generation: generation.number, count: taken.count, lastUsedAt: taken.last)
        try add(use) { (stored) throws(Refusal) in
            guard stored?.lastUsedAt?.hour != taken.last.hour else { return }
            try markHour(record.token, in: record.organization, at: taken.last)
        }
    }

    /// A count decides nothing: where what is stored was changed by something else, the new uses
    /// are lost, which is told, and nobody's revocation or deletion waits for them.
    ///
    /// - Parameter prepare: told what is stored, before anything is added to it.
    private func add(
        _ use: Use, prepare: (Use?) throws(Refusal) -> Void = { _ in }
    ) throws(Refusal) {
        do {
            try addUp(use, prepare)
        } catch {
            guard case .integrity = error else { throw error }
            damagedUses += 1
        }
    }

    /// How many counts could not be written, because what is stored was found changed, since it
    /// was asked last.
    package func takeDamagedUses() -> Int {
        defer { damagedUses = 0 }
        return damagedUses
    }

    private func addUp(_ use: Use, _ prepare: (Use?) throws(Refusal) -> Void) throws(Refusal) {
        let stored = try look { () throws(StoreError) in
            try store.use(
                of: use.object, generation: use.generation, in: use.organization)
        }
        try prepare(stored)
        var sum = use
        sum.count = sum.count.saturatingSum(stored?.count ?? 0)
        if let before = stored?.lastUsedAt, let now = use.lastUsedAt {
            sum.lastUsedAt = max(before, now)
        }
        try write(.putUse(sum))
    }

    /// Uses change no authority: the generation stays what it was.
    func write(_ mutation: Mutation) throws(Refusal) {
        do {
            try store.apply(mutation)
        } catch {
            throw Refusal(error)
        }
    }

    /// Counts a release of a credential.
    func noteCredentialUse(_ credential: Credential) {
        let key = CredentialUseKey(
            organization: credential.organization, credential: credential.id)
        let use = Use(
            organization: credential.organization, object: credential.id.value, generation: 0,
            count: 1, lastUsedAt: clock.now())
        credentialUses.note(use, of: key)
    }

    /// Drops remembered answers whose window has closed.
    package func forgetOldAnswers() throws(Refusal) {
        let now = clock.now()
        try write(.forget(before: now))
        // They hold secrets of living tokens, sealed: what is left of the rows goes too.
        if rememberedUntil.takeEnded(at: now) { needsScrub = true }
    }

    /// Overwrites what deletions left in side files; call between batches only.
    package func scrub() throws(StoreError) {
        guard needsScrub else { return }
        try store.scrub()
        needsScrub = false
    }
}
