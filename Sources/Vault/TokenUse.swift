/// How much a token is used: what is stored, and what is still only counted in memory.
extension Vault {
    /// Uses of one generation, those not yet written included; changes nothing.
    package func use(of token: Token, _ generation: Generation) throws(Refusal) -> Use {
        let stored = try look { () throws(StoreError) in
            try store.use(
                of: token.id.value, generation: generation.number, in: token.organization)
        }
        var use =
            stored
            ?? Use(
                organization: token.organization, object: token.id.value,
                generation: generation.number)
        guard let unwritten = unwrittenUse(of: token, generation) else { return use }
        use.count = use.count.saturatingSum(unwritten.count)
        use.lastUsedAt = use.lastUsedAt.map { max($0, unwritten.last) } ?? unwritten.last
        return use
    }

    func unwrittenUse(
        of token: Token, _ generation: Generation
    ) -> (count: UInt64, last: Instant)? {
        var sum: (count: UInt64, last: Instant)?
        for record in used.of(token.selector) {
            guard let slot = record.slot(of: generation.number),
                let use = record.uses.peek(slot)
            else { continue }
            let before = sum ?? (0, use.last)
            sum = (before.count.saturatingSum(use.count), max(before.last, use.last))
        }
        return sum
    }

    /// The count of a generation that is going, or begins anew, is kept in the token's history.
    func settleUse(of token: Token, _ generation: Generation) throws(Refusal) -> Use {
        try flush(token.selector)
        let use = try use(of: token, generation)
        try carry(use.count, of: token)
        return use
    }

    func forgetUse(of token: Token, _ generation: Generation) throws(Refusal) {
        _ = try settleUse(of: token, generation)
        try apply(
            .deleteUse(
                object: token.id.value, generation: generation.number, token.organization))
    }
}

extension TokenRecord {
    fileprivate func slot(of generation: UInt32) -> GenerationSlot? {
        if primary.number == generation { return .primary }
        return secondary?.number == generation ? .secondary : nil
    }
}
