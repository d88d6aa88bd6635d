import Crypto

struct CredentialUseKey: Hashable {
    let organization: OrganizationID
    let credential: CredentialID
}

/// Writing what was counted in memory, and forgetting what has run out; between batches.
extension Vault {
    /// How many used records may wait before they are written early.
    package static let usedCountMax = 65_536

    /// Puts every use that is only in memory into the open batch.
    package func flushUses() throws(Refusal) {
        let records = used
        used = []
        for record in records { try flush(record) }
        let credentials = credentialUses
        credentialUses = [:]
        for use in credentials.values { try add(use) }
    }

    package var hasUnwrittenUses: Bool { !used.isEmpty || !credentialUses.isEmpty }

    package var mustFlushUses: Bool { used.count >= Self.usedCountMax }

    func flush(_ selector: SelectorBytes) throws(Refusal) {
        for record in used where record.selector == selector { try flush(record) }
        used.removeAll { $0.selector == selector }
    }

    /// Before a deletion: what was counted for the deleted must not come back as rows of nobody.
    func forgetUses(
        of organization: OrganizationID, where isDeleted: (TokenRecord) -> Bool
    ) throws(Refusal) {
        used.removeAll { $0.organization == organization && isDeleted($0) }
        let theirs = credentialUses.filter { $0.key.organization == organization }
        for (key, use) in theirs {
            try add(use)
            credentialUses[key] = nil
        }
    }

    private func flush(_ record: TokenRecord) throws(Refusal) {
        try flush(record, .primary, record.primary)
        if let secondary = record.secondary { try flush(record, .secondary, secondary) }
    }

    private func flush(
        _ record: TokenRecord, _ slot: GenerationSlot, _ generation: Generation
    ) throws(Refusal) {
        guard let taken = record.uses.take(slot) else { return }
        try add(
            Use(
                organization: record.organization, object: record.token.value,
                generation: generation.number, count: taken.count, lastUsedAt: taken.last))
    }

    private func add(_ use: Use) throws(Refusal) {
        let stored = try look { () throws(StoreError) in
            try store.use(
                of: use.object, generation: use.generation, in: use.organization)
        }
        var sum = use
        sum.count += stored?.count ?? 0
        if let before = stored?.lastUsedAt, let now = use.lastUsedAt {
            sum.lastUsedAt = max(before, now)
        }
        // Uses change no authority: the generation stays what it was.
        do {
            try store.apply(.putUse(sum))
        } catch {
            throw Refusal(error)
        }
    }

    /// Counts a release of a credential.
    func noteCredentialUse(_ credential: Credential) {
        let key = CredentialUseKey(
            organization: credential.organization, credential: credential.id)
        var use =
            credentialUses[key]
            ?? Use(
                organization: credential.organization, object: credential.id.value, generation: 0)
        use.count += 1
        use.lastUsedAt = clock.now()
        credentialUses[key] = use
    }

    /// Drops remembered answers whose window has closed.
    package func forgetOldAnswers() throws(Refusal) {
        do {
            try store.apply(.forget(before: clock.now()))
        } catch {
            throw Refusal(error)
        }
    }

    /// Overwrites what deletions left in side files; call between batches only.
    package func scrub() throws(StoreError) {
        guard needsScrub else { return }
        try store.scrub()
        needsScrub = false
    }
}
