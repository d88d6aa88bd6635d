import Linux
import Wire

/// One request on its way out and its answer on its way in.
struct Exchange {
    private let limits: Connection.Limits
    private let isHead: Bool
    private let deadline: UInt64
    private let received = WipedBuffer(capacity: 4096)
    /// Whether the connection may carry another request.
    private(set) var keepsAlive = false

    private static let headByteCountMax = 16_384
    private static let chunkByteCount = 16_384

    init(limits: Connection.Limits, isHead: Bool) {
        self.limits = limits
        self.isHead = isHead
        let nanoseconds = UInt64(max(0, limits.timeoutSeconds)) * 1_000_000_000
        deadline = SystemTime.monotonicNanoseconds() + nanoseconds
    }

    func send(_ message: SecretText, over socket: borrowing Descriptor) throws(ClientError) {
        do {
            try message.withBytes { (bytes) throws(Errno) in
                var start = 0
                while start < bytes.count {
                    start += try unsafe socket.send(bytes.extracting(start..<bytes.count).bytes)
                }
            }
        } catch .wouldBlock {
            throw .timedOut
        } catch {
            // The daemon may have refused half-way and hung up: its answer is waiting to be read.
        }
    }

    mutating func receive(from socket: borrowing Descriptor) throws(ClientError) -> Response {
        let head = try receiveHead(from: socket)
        guard head.status >= 200 else { throw .protocolViolation("an interim answer") }
        guard !head.hasTransferEncoding else { throw .protocolViolation("a transfer coding") }
        let bodyByteCount = isBodiless(head) ? 0 : head.contentLength
        if let bodyByteCount {
            try receiveBody(byteCount: bodyByteCount, after: head, from: socket)
        } else {
            try receiveRest(after: head, from: socket)
        }
        keepsAlive = bodyByteCount != nil && !head.closes
        let message = received.take()
        return Response(
            status: head.status, body: message.part(head.byteCount..<message.byteCount),
            head: message.part(0..<head.byteCount))
    }

    private func isBodiless(_ head: ResponseHead) -> Bool {
        isHead || head.status == 204 || head.status == 304
    }

    private func receiveHead(from socket: borrowing Descriptor) throws(ClientError) -> ResponseHead
    {
        while true {
            guard try receiveMore(from: socket) else {
                throw received.count == 0 ? .connectionLost : .protocolViolation("half a header")
            }
            switch received.withBytes({ parseResponseHead($0) }) {
            case .complete(let head): return head
            case .refused: throw .protocolViolation("a malformed header")
            case .incomplete: break
            }
            guard received.count <= Self.headByteCountMax else {
                throw .protocolViolation("a header without an end")
            }
        }
    }

    private func receiveBody(
        byteCount: Int, after head: ResponseHead, from socket: borrowing Descriptor
    ) throws(ClientError) {
        guard byteCount <= limits.bodyByteCountMax else {
            throw .answerTooLarge(byteCountMax: limits.bodyByteCountMax)
        }
        let end = head.byteCount + byteCount
        while received.count < end {
            guard try receiveMore(from: socket) else { throw .connectionLost }
        }
        guard received.count == end else { throw .protocolViolation("bytes behind the answer") }
    }

    /// An answer without a length ends with its connection.
    private func receiveRest(
        after head: ResponseHead, from socket: borrowing Descriptor
    ) throws(ClientError) {
        while received.count - head.byteCount <= limits.bodyByteCountMax {
            guard try receiveMore(from: socket) else { return }
        }
        throw .answerTooLarge(byteCountMax: limits.bodyByteCountMax)
    }

    /// False at the end of the stream.
    private func receiveMore(from socket: borrowing Descriptor) throws(ClientError) -> Bool {
        guard SystemTime.monotonicNanoseconds() < deadline else { throw .timedOut }
        var chunk = [UInt8](repeating: 0, count: Self.chunkByteCount)
        defer { chunk.wipe() }
        let count: Int
        do {
            var span = chunk.mutableSpan
            var bytes = unsafe span.mutableBytes
            count = try socket.read(into: &bytes)
        } catch .wouldBlock {
            throw .timedOut
        } catch {
            throw .connectionLost
        }
        received.append(chunk.span.extracting(0..<count))
        return count > 0
    }
}
