/// A histogram of times with less than two percent of error at any size.
struct Latencies {
    private static let stepBits: UInt64 = 6
    private static let stepCount = 1 << stepBits
    private var counts = [UInt64](repeating: 0, count: 64 * stepCount)
    private(set) var count: UInt64 = 0

    mutating func add(nanoseconds: UInt64) {
        counts[Self.bucket(nanoseconds)] += 1
        count += 1
    }

    /// In microseconds; 0 where nothing was measured.
    func percentile(_ percent: Double) -> Double {
        guard count > 0 else { return 0 }
        let rank = UInt64((Double(count) * percent / 100).rounded(.up))
        var seen: UInt64 = 0
        for (bucket, number) in counts.enumerated() {
            seen += number
            if seen >= rank, number > 0 { return Double(Self.middle(of: bucket)) / 1000 }
        }
        return 0
    }

    /// Below 64 each number has a bucket; above, each power of two has 64.
    private static func bucket(_ value: UInt64) -> Int {
        guard value >= UInt64(stepCount) else { return Int(value) }
        let shift = UInt64(63 - value.leadingZeroBitCount) - stepBits
        return Int(shift + 1) << Int(stepBits) | Int((value >> shift) & UInt64(stepCount - 1))
    }

    private static func middle(of bucket: Int) -> UInt64 {
        guard bucket >= stepCount else { return UInt64(bucket) }
        let shift = UInt64(bucket >> Int(stepBits)) - 1
        let low = UInt64(stepCount | (bucket & (stepCount - 1))) << shift
        return low + (1 << shift) / 2
    }
}
