import Linux

/// One connection of the load.
///
/// The socket blocks, but never this program: it is read only when it is ready, and the few
/// requests in flight always fit into the kernel's buffer.
final class Connection {
    private static let inputByteCountMax = 1 << 20
    private static let timeoutSeconds = 10

    private let socket: Descriptor
    /// Answers that were not taken yet.
    private var input: [UInt8] = []
    /// When each request in flight was sent, as a ring.
    private var sentAt: [UInt64]
    private var oldest = 0
    private var inFlight = 0

    init(_ options: Options) throws(BenchFault) {
        do {
            socket = try UnixSocket.connect(to: options.socket)
            try UnixSocket.setTimeout(Self.timeoutSeconds, of: socket)
        } catch {
            throw .cannotConnect(options.socket, error)
        }
        sentAt = [UInt64](repeating: 0, count: options.pipelineDepth)
    }

    func watch(_ epoll: borrowing Epoll, key: UInt64) throws(BenchFault) {
        do {
            try epoll.add(socket, key: key, for: .readable)
        } catch {
            throw .system(error)
        }
    }

    /// Reads what has come, by way of `chunk`, which all connections share.
    func read(_ chunk: inout [UInt8]) throws(BenchFault) {
        guard input.count <= Self.inputByteCountMax else { throw .answerTooLarge }
        var span = chunk.mutableSpan
        var bytes = unsafe span.mutableBytes
        let count: Int
        do {
            count = try socket.read(into: &bytes)
        } catch {
            throw .system(error)
        }
        guard count > 0 else { throw .closed }
        input.append(contentsOf: chunk[..<count])
    }

    /// Lends what has come after the first `count` bytes.
    func withInput<R>(
        after count: Int, _ body: (Span<UInt8>) throws(BenchFault) -> R
    ) throws(BenchFault) -> R {
        // Another reference for the length of the call: a span cannot lend from a class's property.
        let bytes = input
        return try body(bytes.span.extracting(count..<bytes.count))
    }

    /// Forgets the first bytes of the input.
    func drop(_ count: Int) { input.removeFirst(count) }

    func send(_ bytes: [UInt8]) throws(BenchFault) {
        var start = 0
        while start < bytes.count {
            do {
                start += try unsafe socket.send(bytes.span.extracting(start..<bytes.count).bytes)
            } catch {
                throw .system(error)
            }
        }
    }

    func noteSent(_ count: Int, at instant: UInt64) {
        for _ in 0..<count {
            sentAt[(oldest + inFlight) % sentAt.count] = instant
            inFlight += 1
        }
    }

    /// When the request of the next answer was sent; nil when none is in flight.
    func takeOldest() -> UInt64? {
        guard inFlight > 0 else { return nil }
        defer {
            oldest = (oldest + 1) % sentAt.count
            inFlight -= 1
        }
        return sentAt[oldest]
    }
}
