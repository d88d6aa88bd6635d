import Glibc
import Linux

/// Measures whether it can be told from how long a refusal takes what it is about (4.5).
@main
struct Main {
    private static let usage = """
        Usage: Timing SAMPLES SEED

        For each comparison a line: the largest |t| of Welch's test over SAMPLES durations, whether it
        is a subject, a control that has to be seen, or two of the same kind, and what was compared.
        Above 4.5 the two can be told apart.
        """

    static func main() {
        let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
        guard numbers.count == 2, CommandLine.arguments.count == 3 else {
            print(usage)
            exit(2)
        }
        do {
            let subjects = try Subjects(seed: numbers[1])
            for comparison in subjects.comparisons {
                let statistic = try comparison.measured(
                    sampleCount: Int(numbers[0]), seed: numbers[1])
                let tenths = Int((statistic.magnitude * 10).rounded())
                print("\(tenths / 10).\(tenths % 10) \(comparison.kind) \(comparison.name)")
            }
        } catch {
            ProcessHygiene.writeError("Timing: \(error)")
            exit(1)
        }
    }
}
