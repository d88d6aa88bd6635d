import Audit
import Linux
import Vault
import Wire

/// Bytes that nobody looks at: a body that is refused, or what still comes behind a last answer.
struct Discard {
    var byteCount: Int
    /// Told when all of them have come; nil where the connection ends then.
    let refused: RefusedRequest?
}

/// A well-formed request that no handler sees, and what is said of it.
struct RefusedRequest {
    let problem: Problem
    let reason: AuditEvent.Reason
    let allow: [HTTPMethod]
    let isHead: Bool
    fileprivate(set) var persistence: Persistence

    init(
        _ head: RequestHead, _ problem: Problem, _ reason: AuditEvent.Reason,
        allow: [HTTPMethod] = []
    ) {
        self.problem = problem
        self.reason = reason
        self.allow = allow
        isHead = head.method == .head
        persistence = Persistence(head)
    }
}

/// Refusals of clients that are still sending.
///
/// Law: no connection is closed while its peer may be in the middle of a request. Most clients look
/// for an answer when they have sent all, and one whose pipe is broken before that never does. What
/// is below `/v1/verify` is answered by its header block all the same: gateways want it so. Some of
/// them send a body's length without the body, so that on their socket nobody waits for one either.
extension Loop {
    /// Refuses a request, if it can behind its body; returns how many bytes were used up.
    func refuse(
        _ connection: Connection, _ bytes: Span<UInt8>, _ head: RequestHead,
        _ refused: RefusedRequest
    ) -> Int {
        let bodyCount = head.contentLength ?? 0
        let comeCount = min(bodyCount, bytes.count - head.byteCount)
        let mayWait = context.surface != .gateway || comeCount == bodyCount
        guard mayWait, isWorthReading(bodyCount, head) else {
            tally.requests += 1
            var last = refused
            last.persistence = .close
            connection.lingers = true
            tell(connection, last)
            return head.byteCount
        }
        if comeCount == bodyCount {
            tally.requests += 1
            tell(connection, refused)
        } else {
            connection.discard = Discard(byteCount: bodyCount - comeCount, refused: refused)
            expect(connection, .body, within: context.limits.bodySeconds)
        }
        return head.byteCount + comeCount
    }

    /// Whether it is known where the next request begins, and not too far away. Whoever waits for
    /// a word before sending the body need not send it now (RFC 9110, section 10.1.1).
    private func isWorthReading(_ bodyCount: Int, _ head: RequestHead) -> Bool {
        !head.hasTransferEncoding && bodyCount <= context.limits.http.bodyByteCountMax
            && (bodyCount == 0 || !head.expectsContinue)
    }

    func tell(_ connection: Connection, _ refused: RefusedRequest) {
        let id = ids.make()
        var answer = Answer(refused.problem, requestID: id)
        if !refused.allow.isEmpty {
            let methods = refused.allow.map(\.text.description).joined(separator: ", ")
            answer.fields.append(line: "Allow: \(methods)")
        }
        append(answer, to: connection, isHead: refused.isHead, refused.persistence)
        refuse(connection, .requestRefuse, refused.reason, id)
        hold(connection)
    }

    /// Reads on in what is thrown away, a piece at a time.
    func discardMore(_ connection: Connection) {
        guard let discard = connection.discard else { return }
        connection.mayHoldRequest = false
        if discard.refused != nil {
            expect(connection, .body, within: context.limits.bodySeconds)
        }
        guard connection.isReadable else { return }
        let room = min(discard.byteCount, ServerLimits.pieceByteCount)
        let count = readAndForget(connection, atMost: room)
        guard !connection.isClosed else { return }
        connection.discard?.byteCount -= count
        guard count == discard.byteCount else { return }
        connection.discard = nil
        guard let refused = discard.refused else { return close(connection) }
        tally.requests += 1
        tell(connection, refused)
    }

    /// The peer is told that no more comes, and let get through with what it is sending
    /// (RFC 9112, section 9.6); false where it is gone.
    func linger(_ connection: Connection) -> Bool {
        do { try connection.socket.endSending() } catch { return false }
        connection.emptyInput()
        connection.awaitedByteCount = 0
        connection.mayHoldRequest = false
        connection.discard = Discard(byteCount: ServerLimits.lingerByteCountMax, refused: nil)
        connection.phase = .lingering
        connection.deadline = ticks + seconds(context.limits.lingerSeconds)
        return true
    }
}
