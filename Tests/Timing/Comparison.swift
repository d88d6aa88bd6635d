import Linux
import Support

/// Two kinds of input that nobody may tell apart by how long they take.
struct Comparison {
    enum Kind: String {
        case subject
        /// The planted fault, which must be seen.
        case control
        /// Two of one kind: what is seen there is the machine's, or the measurement's own.
        case same
    }

    let name: String
    var kind = Kind.subject
    /// Puts one of many inputs of either kind where `work` finds it: always in the same place, for
    /// two places in memory are told apart before two inputs are.
    let prepare: (_ isSecond: Bool, _ number: Int) throws -> Void
    /// Whether the input was let through, which none may be.
    let work: () -> Bool

    /// Takes the classes in a random order, so that no drift of the machine falls on one of them.
    func measured(sampleCount: Int, seed: UInt64) throws -> Double {
        var random = SeededGenerator(seed: seed)
        var welch = Welch(capacity: sampleCount)
        var trueCount = 0
        for index in 0..<sampleCount + Self.warmUpCount {
            let isSecond = Bool.random(using: &random)
            try prepare(isSecond, Int.random(in: 0..<Subjects.inputCount, using: &random))
            let began = SystemTime.monotonicNanoseconds()
            let answer = work()
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
