import Audit
import Crypto
import Linux
import Vault
import Wire

/// From bytes to requests.
extension Loop {
    /// Takes what has come of a connection, up to its share.
    func takeShare(_ connection: Connection) {
        connection.isGreedy = false
        let share =
            peerTurns.isShared
            ? ServerLimits.smallShareRequestCount : ServerLimits.shareRequestCount
        connection.heldCountMax = connection.heldCount + share
        if connection.discard != nil { return discardMore(connection) }
        if connection.input.count < connection.awaitedByteCount {
            gather(connection)
        } else {
            receive(connection)
        }
    }

    /// A body that comes in many pieces is looked at when it is whole, not with each of them.
    private func gather(_ connection: Connection) {
        var bytes: [UInt8] = []
        swap(&bytes, &buffer)
        let missing = connection.awaitedByteCount - connection.input.count
        let count = read(connection, into: &bytes, at: 0, atMost: missing)
        if !connection.isClosed { connection.input.append(bytes.span.extracting(0..<count)) }
        connection.mayHoldRequest = count == missing
        Wiping.wipe(&bytes, count: count)
        swap(&bytes, &buffer)
    }

    private func receive(_ connection: Connection) {
        // Moved out, so that the bytes can be lent while the loop changes its own state.
        var bytes: [UInt8] = []
        swap(&bytes, &buffer)
        var filled = 0
        connection.input.withSpan { input in
            for index in input.indices { bytes[index] = input[index] }
            filled = input.count
        }
        connection.emptyInput()
        var start = 0
        if connection.mayHoldRequest { start = consume(connection, bytes.span, 0..<filled) }
        if !connection.isWaiting, !connection.closesAfterOutput, connection.isReadable,
            !connection.isClosed, connection.discard == nil
        {
            let before = filled
            let room = min(bytes.count - filled, ServerLimits.pieceByteCount)
            filled += read(connection, into: &bytes, at: filled, atMost: room)
            if filled > before { start = consume(connection, bytes.span, start..<filled) }
        }
        keepRest(connection, bytes.span.extracting(start..<filled))
        Wiping.wipe(&bytes, count: filled)
        swap(&bytes, &buffer)
    }

    private func keepRest(_ connection: Connection, _ rest: Span<UInt8>) {
        if connection.isClosed || connection.closesAfterOutput || rest.isEmpty {
            // Nothing else would say, when what was asked before is answered, that more has come.
            connection.mayHoldRequest = connection.discard != nil && connection.isWaiting
            return
        }
        connection.input.append(rest)
        connection.mayHoldRequest = connection.isWaiting
    }

    /// How many bytes came, which nobody looks at.
    func readAndForget(_ connection: Connection, atMost room: Int) -> Int {
        var bytes: [UInt8] = []
        swap(&bytes, &buffer)
        let count = read(connection, into: &bytes, at: 0, atMost: room)
        Wiping.wipe(&bytes, count: count)
        swap(&bytes, &buffer)
        return count
    }

    /// How many bytes came; ends the connection at its end or on an error.
    private func read(
        _ connection: Connection, into bytes: inout [UInt8], at offset: Int, atMost room: Int
    ) -> Int {
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        var target = raw._mutatingExtracting(offset..<offset + room)
        do {
            let count = try connection.socket.read(into: &target)
            if count == 0 {
                close(connection)
            } else if count < room, !connection.hasHungUp {
                connection.isReadable = false
            }
            return count
        } catch .wouldBlock {
            connection.isReadable = false
        } catch {
            close(connection)
        }
        return 0
    }

    /// Takes whole requests off the front; returns where the rest begins.
    private func consume(
        _ connection: Connection, _ bytes: Span<UInt8>, _ range: Range<Int>
    ) -> Int {
        var start = range.lowerBound
        while start < range.upperBound, connection.awaited == nil, !connection.closesAfterOutput {
            guard mayTake(connection), connection.heldCount < connection.heldCountMax else {
                connection.isGreedy = true
                break
            }
            let rest = bytes.extracting(start..<range.upperBound)
            switch parseRequestHead(rest, limits: context.limits.http) {
            case .incomplete:
                expect(connection, .header, within: context.limits.headerSeconds)
                return start
            case .refused(let fault):
                refuseMalformed(connection, Problem(fault), isHead: false)
                return range.upperBound
            case .complete(let head):
                connection.awaitedByteCount = 0
                guard let used = dispatch(connection, rest, head) else {
                    expect(connection, .body, within: context.limits.bodySeconds)
                    return start
                }
                start += used
            }
        }
        return start
    }

    /// The time for a part of a request runs from its first byte.
    func expect(_ connection: Connection, _ phase: Connection.Phase, within limit: Int) {
        guard connection.phase != phase, !connection.isWaiting else { return }
        connection.phase = phase
        connection.deadline = ticks + seconds(limit)
    }

    /// The request's byte count, or nil when its body has not arrived.
    private func dispatch(
        _ connection: Connection, _ bytes: Span<UInt8>, _ head: RequestHead
    ) -> Int? {
        let path = bytes.extracting(head.path)
        if context.surface == .gateway, Router.isVerify(path),
            !BatchVerification.isMeant(by: head, bytes)
        {
            tally.requests += 1
            verificationCount += 1
            verify(connection, bytes, head)
            return head.byteCount
        }
        return route(connection, bytes, head)
    }

    /// Ends a connection whose time is up; one that has begun a request is told.
    func expire(_ connection: Connection) {
        switch connection.phase {
        case .header, .body:
            let problem = Problem(408, "the request took too long to arrive")
            refuseMalformed(connection, problem, isHead: false, reason: .timeout)
        case .waiting:
            connection.deadline = ticks + seconds(context.limits.writeSeconds)
        case .idle, .writing, .lingering:
            close(connection)
        }
    }
}
