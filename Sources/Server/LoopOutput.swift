import Audit
import Crypto
import Linux
import Vault
import Wire

/// From answers to bytes, and to the audit log.
extension Loop {
    /// Sends what is there; false when the peer must take some first, or is gone.
    func send(_ connection: Connection) -> Bool {
        while connection.sentCount < connection.output.count {
            do {
                let rest = unsafe connection.output.span.bytes.extracting(
                    connection.sentCount..<connection.output.count)
                connection.sentCount += try connection.socket.send(rest)
            } catch .wouldBlock {
                if connection.phase != .writing {
                    connection.phase = .writing
                    connection.deadline = ticks + seconds(context.limits.writeSeconds)
                }
                return false
            } catch {
                close(connection)
                return false
            }
        }
        connection.finishOutput()
        connection.phase = .idle
        connection.deadline = ticks + seconds(context.limits.idleSeconds)
        guard connection.closesAfterOutput || mustClose else { return true }
        if connection.lingers, !mustClose, linger(connection) { return true }
        close(connection)
        return false
    }

    /// Puts an answer behind the others; it leaves when the batch is durable.
    func append(
        _ answer: Answer, to connection: Connection, isHead: Bool,
        _ persistence: Persistence = .close
    ) {
        if answer.body != nil || answer.secretFields != nil { connection.outputIsSecret = true }
        let persistence = persistence.closing(if: answer.closes || mustClose)
        date.withSpan { date in
            AnswerEncoding.append(
                answer, isHead: isHead, persistence, date: date, to: &connection.output)
        }
        connection.noteHeld(isHead: isHead)
        if persistence == .close { connection.closesAfterOutput = true }
    }

    /// The answer that the connection has waited for.
    ///
    /// Law: nobody is given another's. A connection waits for one answer at a time, by its id.
    func finish(_ connection: Connection, with answer: Answer) {
        guard let awaited = connection.awaited.take() else { return }
        precondition(awaited.id == answer.requestID, "an answer comes back to who asked")
        connection.isWaiting = false
        guard !connection.isClosed else { return }
        append(answer, to: connection, isHead: awaited.isHead, awaited.persistence)
    }

    /// Every answer that was not durable becomes the same refusal.
    func replaceHeld(_ connection: Connection, _ problem: Problem) {
        guard !connection.isClosed else { return }
        let (count, heads) = (connection.heldCount, connection.heldHeads)
        connection.finishOutput()
        for index in 0..<count {
            let isHead = index < UInt128.bitWidth && heads >> index & 1 == 1
            append(Answer(problem, requestID: ids.make()), to: connection, isHead: isHead)
        }
        guard let awaited = connection.awaited.take() else { return }
        append(Answer(problem, requestID: ids.make()), to: connection, isHead: awaited.isHead)
    }

    /// Refuses a connection before it has said anything.
    func turnAway(_ connection: Connection, _ problem: Problem, _ reason: AuditEvent.Reason) {
        context.published.counters.add(1, to: .connectionsRefused)
        let id = ids.make()
        append(Answer(problem, requestID: id), to: connection, isHead: false)
        refuse(connection, .connectionRefuse, reason, id)
        hold(connection)
    }

    /// Refuses bytes that are no request; what follows them cannot be told apart: it ends here.
    func refuseMalformed(
        _ connection: Connection, _ problem: Problem, isHead: Bool,
        reason: AuditEvent.Reason = .malformedRequest
    ) {
        tally.malformed += 1
        let id = ids.make()
        append(Answer(problem, requestID: id), to: connection, isHead: isHead)
        connection.lingers = true
        refuse(connection, .requestRefuse, reason, id)
        hold(connection)
    }

    /// Counts a refusal, and records it unless it is one of a flood.
    func refuse(
        _ connection: Connection, _ kind: AuditEvent.Kind, _ reason: AuditEvent.Reason,
        _ id: UInt128
    ) {
        tally.refused.add(reason)
        guard refusals.mayRecord(connection.peer) else { return }
        // There is no room for it, and what ends an authority may be of this batch.
        guard !context.published.isFull else { return context.published.noteUnrecorded() }
        var event = AuditEvent(kind: kind, outcome: .deny, time: now)
        event.reason = reason
        event.peerUID = connection.peer.uid
        event.peerPID = connection.peer.pid
        event.requestID = id
        AuditRecord.append(event, to: &batch.records)
    }

    func recordSuppressed() {
        for (uid, count) in refusals.takeSuppressed() { recordSuppressed(uid, count) }
    }

    private func recordSuppressed(_ uid: UInt32, _ count: Int) {
        context.published.counters.add(count, to: .suppressed)
        guard !context.published.isFull else { return context.published.noteUnrecorded() }
        var event = AuditEvent(kind: .floodSuppress, outcome: .deny, time: now)
        event.peerUID = uid
        event.detail = UInt64(count)
        event.requestID = ids.make()
        AuditRecord.append(event, to: &batch.records)
    }
}

/// The value of `Date:`, made anew once a second.
struct DateField {
    static let byteCount = 29

    private var second = Int64.min
    /// Kept in place: an array would be counted up and down for each answer.
    private var text = InlineArray<29, UInt8>(repeating: 32)

    mutating func set(_ now: Instant) {
        let current = now.microseconds / 1_000_000
        guard current != second else { return }
        second = current
        var date: [UInt8] = []
        IMFDate.append(secondsSinceEpoch: Int(current), to: &date)
        for index in text.indices { text[index] = date[index] }
    }

    func withSpan(_ body: (Span<UInt8>) -> Void) { body(text.span) }
}
