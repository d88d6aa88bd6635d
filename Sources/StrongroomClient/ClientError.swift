/// Why a call to the vault did not give what it was to give.
public enum ClientError: Error, Equatable, Sendable {
    /// Nobody answers at the socket; nothing was sent.
    case cannotReach(path: String, reason: String)
    /// The daemon said no; nothing was done.
    case refused(status: Int, Problem)
    /// The daemon took longer than allowed; whether it acted is not known.
    case timedOut
    /// The connection ended before the answer did; whether the daemon acted is not known.
    case connectionLost
    /// The answer was larger than this client accepts.
    case answerTooLarge(byteCountMax: Int)
    /// The other side does not speak the vault's protocol.
    case protocolViolation(String)
    /// The vault says less than it once said: it was put back to an older state of itself.
    case wentBack(String)
    /// The call itself could not be put into a request; nothing was sent.
    case invalidRequest(String)
}

extension ClientError: CustomStringConvertible {
    /// A sentence for people; it holds no secret.
    public var description: String {
        switch self {
        case .cannotReach(let path, let reason): "cannot reach the vault at \(path): \(reason)"
        case .refused(let status, let problem): "the vault refused (\(status)): \(problem)"
        case .timedOut: "the vault took too long to answer; it may have acted all the same"
        case .connectionLost:
            "the connection ended before the answer; the vault may have acted all the same"
        case .answerTooLarge(let byteCountMax): "the answer is larger than \(byteCountMax) bytes"
        case .protocolViolation(let what): "the answer is not the vault's: \(what)"
        case .wentBack(let what):
            "the vault was put back to an older state (\(what)): do not rely on its answers"
        case .invalidRequest(let why): "the request cannot be made: \(why)"
        }
    }
}

/// What the vault says about a refusal (RFC 9457).
public struct Problem: Equatable, Sendable, CustomStringConvertible {
    /// A URI or word that names the kind of problem.
    public let type: String
    /// The kind of problem in a few words.
    public let title: String
    /// What was wrong with this request; empty where the vault keeps it to itself.
    public let detail: String
    /// Finds the refusal in the audit log.
    public let requestID: String?
    /// How long to wait before trying again, where the vault said so.
    public let retryAfterSeconds: Int?

    /// Puts together what a refusal said.
    public init(
        type: String, title: String, detail: String = "", requestID: String? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        self.type = type
        self.title = title
        self.detail = detail
        self.requestID = requestID
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The title and the detail in one line.
    public var description: String { detail.isEmpty ? title : "\(title): \(detail)" }
}
