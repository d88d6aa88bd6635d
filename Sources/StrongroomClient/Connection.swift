import Linux
import Synchronization

/// One kept-alive connection to one of the vault's sockets; calls on it wait for each other.
public final class Connection: Sendable {
    /// What the client puts up with.
    public struct Limits: Sendable {
        /// How long one call may take.
        public var timeoutSeconds = 30
        /// How many bytes the body of an answer may have; as many as the longest list.
        public var bodyByteCountMax = AnswerLimits.byteCountMax

        /// Starts from the defaults.
        public init() {}
    }

    /// Where the socket is.
    public let path: String
    /// What the client puts up with.
    public let limits: Limits

    /// Guards the socket: one exchange at a time, and nobody else touches it meanwhile.
    private let idle = Mutex<IdleSocket>(IdleSocket())

    private struct IdleSocket: ~Copyable {
        var socket: Descriptor?
    }

    /// Names the socket; the connection is made by the first call.
    public init(path: String, limits: Limits = Limits()) {
        self.path = path
        self.limits = limits
    }

    /// Sends one request and waits for its answer, whatever the answer's status.
    ///
    /// - Parameters:
    ///   - path: absolute, without a query, its segments already percent-encoded.
    ///   - query: encoded on the way.
    ///   - bearer: a token's secret.
    /// - Throws: every `ClientError` but `refused`.
    public func request(
        _ method: Method, _ path: String, query: [QueryItem] = [], headers: [Header] = [],
        body: SecretText? = nil, bearer: SecretText? = nil
    ) throws(ClientError) -> Response {
        let request = RequestText(
            method: method, path: path, query: query, headers: headers, body: body, bearer: bearer)
        let message = try request.encoded().take()
        return try idle.withLock { (idle) throws(ClientError) in
            if let socket = idle.socket.take(), UnixSocket.isIdle(socket) {
                do throws(ClientError) {
                    return try exchange(message, request, over: socket, into: &idle)
                } catch .connectionLost where request.isRepeatable {
                    // The daemon closed an idle connection while the request was on its way.
                    return try exchange(message, request, over: connect(), into: &idle)
                }
            }
            return try exchange(message, request, over: connect(), into: &idle)
        }
    }

    /// Lets go of the connection; the next call makes a new one.
    public func close() { idle.withLock { $0.socket = nil } }

    /// A daemon that takes no connections for so long will not answer either, however long a call
    /// may take.
    private static let connectSecondsMax = 30

    private func connect() throws(ClientError) -> Descriptor {
        do {
            let socket = try UnixSocket.connect(
                to: path, timeoutSeconds: min(limits.timeoutSeconds, Self.connectSecondsMax))
            try UnixSocket.setTimeout(limits.timeoutSeconds, of: socket)
            return socket
        } catch {
            throw .cannotReach(path: path, reason: Self.reason(error))
        }
    }

    private static func reason(_ error: Errno) -> String {
        switch error {
        case .noEntry: "there is no such socket; is strongroomd running?"
        case .connectionRefused: "nobody listens there; is strongroomd running?"
        case .accessDenied: "this user may not open it"
        case .wouldBlock: "its queue is full and nobody takes from it"
        case .nameTooLong: "a socket's path has at most \(UnixSocket.pathByteCountMax) bytes"
        default: error.description
        }
    }

    private func exchange(
        _ message: SecretText, _ request: RequestText, over socket: consuming Descriptor,
        into idle: inout IdleSocket
    ) throws(ClientError) -> Response {
        var exchange = Exchange(limits: limits, isHead: request.method == .head)
        try exchange.send(message, over: socket)
        let response = try exchange.receive(from: socket)
        if exchange.keepsAlive { idle.socket = consume socket }
        return response
    }
}
