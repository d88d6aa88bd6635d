import Audit
import Crypto
import Linux
import Vault
import Wire

/// The gateway's question, answered from the cache where it can be.
extension Loop {
    func verify(_ connection: Connection, _ bytes: Span<UInt8>, _ head: RequestHead) {
        let parsed =
            head.query.map { connection.requirement(bytes.extracting($0)) } ?? ParsedRequirement()
        // Whatever body could follow is neither waited for nor read (2-gateways, rule 1).
        let persistence = Persistence(head).closing(if: head.mayHaveBody)
        if context.published.isFull {
            context.published.noteUnrecorded()
            let answer = Answer(Problem(.storeFull), requestID: ids.make())
            append(answer, to: connection, isHead: head.method == .head, persistence)
            return hold(connection)
        }
        let exchange = Exchange(
            id: ids.make(), isHead: head.method == .head, persistence: persistence,
            remoteAddress: remoteAddress(bytes, head))
        switch bearer(bytes, head) {
        case .absent: deny(connection, exchange, .noToken)
        case .multiple: deny(connection, exchange, .multipleCredentials)
        case .malformed(let pseudonym):
            deny(connection, exchange, .malformedToken, pseudonym: pseudonym)
        case .read:
            decideFromCache(connection, exchange, parsed)
        }
        hold(connection)
    }

    /// One request and what is known of it before it is decided.
    struct Exchange {
        let id: UInt128
        let isHead: Bool
        let persistence: Persistence
        let remoteAddress: UInt128
    }

    enum BearerReading {
        case absent
        case multiple
        case malformed(pseudonym: UInt64)
        /// In `presented`.
        case read
    }

    func bearer(_ bytes: Span<UInt8>, _ head: RequestHead) -> BearerReading {
        guard head.authorizationCount > 0, let range = head.authorization else { return .absent }
        guard head.authorizationCount == 1 else { return .multiple }
        let value = bytes.extracting(range)
        guard case .bearer(let token) = AuthorizationField(value),
            presented.read(value.extracting(token))
        else {
            return .malformed(pseudonym: unsafe context.ring.pseudonym.key.pseudonym(value.bytes))
        }
        return .read
    }

    func remoteAddress(_ bytes: Span<UInt8>, _ head: RequestHead) -> UInt128 {
        if let range = head.forwardedFor {
            return NetworkAddress(firstForwarded: bytes.extracting(range))?.value ?? 0
        }
        if let range = head.realIP {
            return NetworkAddress(bytes.extracting(range))?.value ?? 0
        }
        return 0
    }

    func nearestAddress(_ bytes: Span<UInt8>, _ head: RequestHead) -> UInt128 {
        guard let range = head.lastForwardedFor else { return remoteAddress(bytes, head) }
        return NetworkAddress(lastForwarded: bytes.extracting(range))?.value ?? 0
    }

    private func decideFromCache(
        _ connection: Connection, _ exchange: Exchange, _ parsed: ParsedRequirement
    ) {
        // Read before the record is: a change that comes in between makes the answer look older
        // than it is, never newer, to a gateway that keeps it.
        let epoch = context.published.epoch
        // A credential is with the store's owner only.
        guard !parsed.requirement.injectsAuthorization else {
            return askStore(connection, exchange, parsed)
        }
        guard let record = context.cache.record(presented.selector) else {
            // Hashed for nobody: a selector that is unknown takes the time of one that is known.
            _ = presented.hashes(for: nobody, kind: .access, ring: context.ring)
            tally.misses += 1
            return askStore(connection, exchange, parsed)
        }
        guard let hashes = presented.hashes(for: record, kind: .access, ring: context.ring) else {
            return askStore(connection, exchange, parsed)
        }
        tally.hits += 1
        switch decide(record, hashes, parsed.requirement, at: now) {
        case .allow(let slot): allow(connection, exchange, record, slot, epoch)
        // The way of a selector that nobody has.
        case .deny(_, nil), .lookup: askStore(connection, exchange, parsed)
        case .deny(let refusal, let slot): deny(connection, exchange, refusal, record, slot)
        }
    }

    private func allow(
        _ connection: Connection, _ exchange: Exchange, _ record: TokenRecord,
        _ slot: GenerationSlot, _ epoch: UInt64
    ) {
        tally.allowed += 1
        if record.uses.note(slot, at: now) { batch.firstUses.append(record) }
        let persistence = exchange.persistence.closing(if: mustClose)
        date.withSpan { date in
            allowAnswers.append(
                record, slot, epoch: epoch, requestID: exchange.id, persistence, date: date,
                to: &connection.output)
        }
        connection.noteHeld(isHead: exchange.isHead)
        if persistence == .close { connection.closesAfterOutput = true }
        var event = event(connection, exchange, .allow)
        event.describe(record, slot)
        AuditRecord.append(event, to: &batch.records)
    }

    private func deny(
        _ connection: Connection, _ exchange: Exchange, _ refusal: Refusal,
        _ record: TokenRecord? = nil, _ slot: GenerationSlot? = nil, pseudonym: UInt64 = 0
    ) {
        let reason = AuditEvent.Reason(refusal)
        tally.denied += 1
        tally.refused.add(reason)
        let answer = Answer(Problem.onGateway(refusal), requestID: exchange.id)
        append(answer, to: connection, isHead: exchange.isHead, exchange.persistence)
        // Without a slot no secret was shown to be good: such refusals can be had by the million.
        guard slot != nil || refusals.mayRecord(connection.peer) else { return }
        var event = event(connection, exchange, .deny)
        event.reason = reason
        event.detail = pseudonym
        if let record { event.describe(record, slot) }
        AuditRecord.append(event, to: &batch.records)
    }

    private func event(
        _ connection: Connection, _ exchange: Exchange, _ outcome: AuditEvent.Outcome
    ) -> AuditEvent {
        var event = AuditEvent(kind: .tokenVerify, outcome: outcome, time: now)
        event.peerUID = connection.peer.uid
        event.peerPID = connection.peer.pid
        event.remoteAddress = exchange.remoteAddress
        event.requestID = exchange.id
        return event
    }

    /// What the cache cannot answer goes to the store's owner, with a copy of the token.
    private func askStore(
        _ connection: Connection, _ exchange: Exchange, _ parsed: ParsedRequirement
    ) {
        guard let token = try? presented.detached() else {
            // Locked memory is full for the moment; the gateway may ask again.
            deny(connection, exchange, .secretMemoryExhausted)
            return
        }
        let request = Request(
            Router.verify, on: context.surface, bearer: .token(token),
            requirement: parsed.requirement, limitStatus: parsed.limitStatus,
            from: connection.peer, remoteAddress: exchange.remoteAddress, id: exchange.id, at: now)
        ask(connection, request, isHead: exchange.isHead, exchange.persistence)
    }

    /// Hands a request over; the connection takes no other until it was answered.
    func ask(
        _ connection: Connection, _ request: Request, isHead: Bool, _ persistence: Persistence
    ) {
        connection.awaited = Connection.Awaited(
            id: request.id, isHead: isHead, persistence: persistence)
        batch.requests.append(request)
        asking.append(connection)
        hold(connection)
    }
}
