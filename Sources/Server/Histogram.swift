/// How often which values came, in fixed buckets; a value counts in the first bucket that holds it.
package struct Histogram: Sendable {
    /// What is measured, and in which buckets.
    package enum Name: Int, CaseIterable, Sendable {
        case verification, commit, commitRecords

        var text: StaticString {
            switch self {
            case .verification: "strongroom_verification_seconds"
            case .commit: "strongroom_commit_seconds"
            case .commitRecords: "strongroom_commit_records"
            }
        }

        var help: StaticString {
            switch self {
            case .verification:
                "Time from taking up a verification to letting its batch's last answer go."
            case .commit: "Time that a commit with records took."
            case .commitRecords: "Audit records of one commit."
            }
        }

        /// Whether the values are nanoseconds, shown as seconds.
        var isTime: Bool { self != .commitRecords }

        /// The greatest value of each bucket but the last, which has none.
        var bounds: [UInt64] { isTime ? Histogram.times : Histogram.counts }
    }

    /// 10 µs to 10 s, six to a power of ten: a quantile read from them is off by a fifth at most.
    private static let times: [UInt64] =
        [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000].flatMap { base in
            [10, 15, 20, 30, 50, 70].map { base * $0 / 10 }
        } + [10_000_000_000]

    /// Powers of two, to what a commit holds at most.
    private static let counts: [UInt64] = (0...16).map { 1 << $0 }

    private let bounds: [UInt64]
    /// One more than there are bounds.
    private(set) var counts: [UInt64]
    private(set) var sum: UInt64 = 0

    package init(_ name: Name) {
        bounds = name.bounds
        counts = [UInt64](repeating: 0, count: bounds.count + 1)
    }

    /// - Parameter count: how many had this value.
    mutating func add(_ value: UInt64, count: Int = 1) {
        var (low, high) = (0, bounds.count)
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        counts[low] &+= UInt64(count)
        sum &+= value &* UInt64(count)
    }
}
