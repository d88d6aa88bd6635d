/// What the command line asks for.
struct Options {
    enum Verb: String, CaseIterable {
        case verify, get, credential
        case redisSet = "redis-set"
        case microbench
    }

    static let usage = """
        Usage: strongroom-bench VERB --socket PATH [options]

          verify       GET /v1/verify with a bearer token
          get          GET --path, without a token: for servers to compare with
          credential   POST /v1/credential with an integration token
          redis-set    SET of 160 bytes in the Redis protocol
          microbench   crypto_box_seal_open on one core; fdatasync of 25 KB below --directory

          --socket PATH        the server's Unix socket
          --token-file FILE    tokens, one a line; with several, each request takes one at random
          --path TARGET        another request target
          --connections N      64
          --pipeline N         requests in flight on each connection: 1
          --seconds N          5, after half a second that is not counted
          --expect STATUS      200; any other status counts as an error
          --directory DIR      where microbench writes: the current directory
          --json               one JSON line

        One thread, closed loop: a connection sends its next request when an answer has come.
        Exit status 1 when an answer was not the expected one.
        """

    let verb: Verb
    var socket = ""
    var tokenFile: String?
    var path: String?
    var connectionCount = 64
    var pipelineDepth = 1
    var seconds = 5
    var expectedStatus = 200
    var directory = "."
    var isJSON = false

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
        case "--connections": connectionCount = try number(flag, value, 1...4096)
        case "--pipeline": pipelineDepth = try number(flag, value, 1...256)
        case "--seconds": seconds = try number(flag, value, 1...3600)
        case "--expect": expectedStatus = try number(flag, value, 100...599)
        default: throw .usage("\(flag) is not an option of this program")
        }
    }

    private func number(
        _ flag: String, _ value: String, _ range: ClosedRange<Int>
    ) throws(BenchFault) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw .usage("\(flag) takes a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
