import Glibc
import Linux

/// Loads a server on a Unix socket from one thread, measures the parts that set its limits, and
/// makes vaults of any size to load.
@main
struct Main {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.isEmpty || arguments.contains("--help") {
            print(Usage.text)
            exit(arguments.isEmpty ? 2 : 0)
        }
        do {
            if arguments.first == "seed" {
                try Seeding.run(try SeedOptions(Array(arguments.dropFirst())))
                exit(0)
            }
            exit(try run(try Options(arguments)) ? 0 : 1)
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
        let outcome = try measure(workload, options)
        print(outcome.text(options))
        return outcome.unexpectedCount == 0
    }

    private static func measure(
        _ workload: some Workload, _ options: Options
    ) throws(BenchFault) -> Outcome {
        if let rate = options.rate {
            var load = try OpenLoad(workload, options, perSecond: rate)
            return try load.run()
        }
        var load = try Load(workload, options)
        return try load.run()
    }
}
