import Store

/// What the command line asks `seed` for.
struct SeedOptions {
    var directory = ""
    var tokenCount = 0
    var unseal: UnsealMethod?
    var tokenFile: String?
    var sampleCount = 1_000_000
    var isSorted = true

    private static let tokenCountMax = 100_000_000

    init(_ arguments: [String]) throws(BenchFault) {
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            if flag == "--unsorted" {
                isSorted = false
                continue
            }
            guard let value = rest.popFirst() else { throw .usage("\(flag) needs a value") }
            try take(flag, value)
        }
        guard !directory.isEmpty else { throw .usage("--data is missing") }
        guard tokenCount > 0 else { throw .usage("--tokens is missing") }
    }

    private mutating func take(_ flag: String, _ value: String) throws(BenchFault) {
        let counts = 1...Self.tokenCountMax
        switch flag {
        case "--data": directory = value
        case "--tokens": tokenCount = try Options.number(flag, value, counts)
        case "--sample": sampleCount = try Options.number(flag, value, counts)
        case "--token-file": tokenFile = value
        case "--unseal":
            guard case .keyFile(let path) = UnsealMethod(value) else {
                throw .usage("--unseal is key-file:PATH here")
            }
            unseal = .keyFile(path: path)
        default: throw .usage("\(flag) is not an option of seed")
        }
    }
}
