import Linux

/// Why a measurement could not be made.
enum BenchFault: Error, CustomStringConvertible {
    case usage(String)
    case tokenFile(String)
    case cannotConnect(String, Errno)
    case system(Errno)
    case closed
    case malformedAnswer
    case answerTooLarge
    case stalled
    case tooFast
    case fullDisk
    case failed(String)

    var description: String {
        switch self {
        case .usage(let sentence): sentence
        case .tokenFile(let path): "\(path) holds no tokens, one a line and all of one length"
        case .cannotConnect(let path, let error): "cannot connect to \(path): \(error)"
        case .system(let error): "\(error)"
        case .closed: "the server closed a connection in the middle of the load"
        case .malformedAnswer: "the server sent something that is not an answer"
        case .answerTooLarge: "an answer is larger than this program can take"
        case .stalled: "no answer for 10 seconds"
        case .tooFast: "the server does not keep up with the rate: a million requests are overdue"
        case .fullDisk: "the disk is full: remove the directory, it holds a part of the vault only"
        case .failed(let sentence): sentence
        }
    }
}
