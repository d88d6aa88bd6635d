/// Whether two classes of durations can be told apart (Welch's t, as in dudect).
///
/// The slowest samples are interruptions, not the code: the statistic is taken over all of them and
/// again over those below several percentiles, and the largest of these is the answer.
struct Welch {
    private static let keptParts = [1.0, 0.99, 0.95, 0.9, 0.75, 0.5]

    /// Duration and class, in the order of measurement.
    private var samples: [(nanoseconds: UInt64, isSecond: Bool)] = []

    init(capacity: Int) { samples.reserveCapacity(capacity) }

    mutating func add(_ nanoseconds: UInt64, isSecond: Bool) {
        samples.append((nanoseconds, isSecond))
    }

    /// The t that is furthest from nought.
    var statistic: Double {
        let sorted = samples.map(\.nanoseconds).sorted()
        guard !sorted.isEmpty else { return 0 }
        return Self.keptParts.map { part in
            statistic(below: sorted[Int(Double(sorted.count - 1) * part)])
        }.max { $0.magnitude < $1.magnitude } ?? 0
    }

    private func statistic(below limit: UInt64) -> Double {
        var (first, second) = (Moments(), Moments())
        for sample in samples where sample.nanoseconds <= limit {
            if sample.isSecond {
                second.add(Double(sample.nanoseconds))
            } else {
                first.add(Double(sample.nanoseconds))
            }
        }
        let error = (first.squaredError + second.squaredError).squareRoot()
        return error > 0 ? (first.mean - second.mean) / error : 0
    }
}

/// Mean and variance in one pass (Welford).
private struct Moments {
    private var count = 0.0
    private(set) var mean = 0.0
    private var squares = 0.0

    mutating func add(_ value: Double) {
        count += 1
        let distance = value - mean
        mean += distance / count
        squares += distance * (value - mean)
    }

    /// Of the mean.
    var squaredError: Double { count > 1 ? squares / (count - 1) / count : 0 }
}
