import Glibc
import Linux

/// Loads a server on a Unix socket from one thread in a closed loop, and measures the parts that
/// set its limits.
@main
struct Main {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.isEmpty || arguments.contains("--help") {
            print(Options.usage)
            exit(arguments.isEmpty ? 2 : 0)
        }
        do {
            let options = try Options(arguments)
            exit(try run(options) ? 0 : 1)
        } catch {
            ProcessHygiene.writeError("strongroom-bench: \(error)")
            if case .usage = error { exit(2) }
            exit(1)
        }
    }

    /// Whether everything was answered as expected.
    private static func run(_ options: Options) throws(BenchFault) -> Bool {
        switch options.verb {
        case .verify, .get, .credential:
            var tokens = try Tokens(options)
            defer { tokens.wipe() }
            return try load(HTTPWorkload(options, tokens), options)
        case .redisSet:
            return try load(RedisWorkload(), options)
        case .microbench:
            for line in try Microbenchmarks.run(options) {
                print(line.text(asJSON: options.isJSON))
            }
            return true
        }
    }

    private static func load(
        _ workload: some Workload, _ options: Options
    ) throws(BenchFault) -> Bool {
        var load = try Load(workload, options)
        let outcome = try load.run()
        print(outcome.text(options))
        return outcome.unexpectedCount == 0
    }
}
