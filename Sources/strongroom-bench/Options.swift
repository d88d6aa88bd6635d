/// What the command line asks for.
struct Options {
    enum Verb: String, CaseIterable {
        case verify, get, credential
        case redisSet = "redis-set"
        case microbench
    }

    let verb: Verb
    var socket = ""
    var tokenFile: String?
    var path: String?
    var connectionCount = 64
    var pipelineDepth = 1
    var seconds = 5
    /// Requests that fall due each second, whatever is answered; nil for a closed loop.
    var rate: Int?
    var expectedStatus = 200
    var directory = "."
    var isJSON = false

    var nanoseconds: UInt64 { UInt64(seconds) * 1_000_000_000 }

    init(_ arguments: [String]) throws(BenchFault) {
        guard let verb = Verb(rawValue: arguments.first ?? "") else {
            throw .usage("the first word must be one of the verbs that --help lists")
        }
        self.verb = verb
        var rest = arguments.dropFirst()
        while let flag = rest.popFirst() {
            if flag == "--json" {
                isJSON = true
                continue
            }
            guard let value = rest.popFirst() else { throw .usage("\(flag) needs a value") }
            try take(flag, value)
        }
        guard verb == .microbench || !socket.isEmpty else { throw .usage("--socket is missing") }
        let needsToken = verb == .verify || verb == .credential
        guard !needsToken || tokenFile != nil || expectedStatus == 401 else {
            throw .usage("--token-file is missing")
        }
    }

    private mutating func take(_ flag: String, _ value: String) throws(BenchFault) {
        switch flag {
        case "--socket": socket = value
        case "--token-file": tokenFile = value
        case "--path": path = value
        case "--directory": directory = value
        case "--connections": connectionCount = try Self.number(flag, value, 1...4096)
        case "--pipeline": pipelineDepth = try Self.number(flag, value, 1...256)
        case "--seconds": seconds = try Self.number(flag, value, 1...3600)
        case "--rate": rate = try Self.number(flag, value, 1...10_000_000)
        case "--expect": expectedStatus = try Self.number(flag, value, 100...599)
        default: throw .usage("\(flag) is not an option of this program")
        }
    }

    static func number(
        _ flag: String, _ value: String, _ range: ClosedRange<Int>
    ) throws(BenchFault) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw .usage("\(flag) takes a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
