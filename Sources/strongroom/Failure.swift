import StrongroomClient

/// Why the program ends without having done what it was asked; its exit status says which.
enum Failure: Error, Sendable {
    /// The command line was wrong.
    case usage(String)
    /// The daemon said no, or something did not hold.
    case refused(String)
    /// Nobody answers.
    case unreachable(String)

    var exitStatus: Int32 {
        switch self {
        case .refused: 1
        case .usage: 2
        case .unreachable: 3
        }
    }

    /// One sentence for people.
    var sentence: String {
        switch self {
        case .usage(let text), .refused(let text), .unreachable(let text): text
        }
    }

    init(_ error: ClientError) {
        switch error {
        case .cannotReach, .timedOut, .connectionLost:
            self = .unreachable(error.description)
        case .refused(_, let problem):
            let request = problem.requestID.map { " [\($0)]" } ?? ""
            self = .refused(Text.printable(error.description + request))
        case .answerTooLarge, .protocolViolation, .wentBack:
            self = .refused(Text.printable(error.description))
        case .invalidRequest:
            self = .usage(error.description)
        }
    }
}

/// Runs a call of the client library.
func calling<R>(_ body: () throws(ClientError) -> R) throws(Failure) -> R {
    do { return try body() } catch { throw Failure(error) }
}
