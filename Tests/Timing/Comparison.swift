import Linux
import Support

/// Two kinds of input that nobody may tell apart by how long they take.
struct Comparison {
    let name: String
    /// Whether it is the planted fault, which must be seen.
    var isControl = false
    /// Each does its work once with one of many inputs of its kind.
    let first: (Int) -> Bool
    let second: (Int) -> Bool

    /// Takes the classes in a random order, so that no drift of the machine falls on one of them.
    func measured(sampleCount: Int, seed: UInt64) -> Double {
        var random = SeededGenerator(seed: seed)
        var welch = Welch(capacity: sampleCount)
        var trueCount = 0
        for index in 0..<sampleCount + Self.warmUpCount {
            let isSecond = Bool.random(using: &random)
            let input = Int.random(in: 0..<Subjects.inputCount, using: &random)
            let began = SystemTime.monotonicNanoseconds()
            let answer = isSecond ? second(input) : first(input)
            let nanoseconds = SystemTime.monotonicNanoseconds() - began
            // Used, so that the work cannot be left out.
            if answer { trueCount += 1 }
            if index >= Self.warmUpCount { welch.add(nanoseconds, isSecond: isSecond) }
        }
        precondition(trueCount == 0, "everything that is measured is a refusal")
        return welch.statistic
    }

    private static let warmUpCount = 2000
}
