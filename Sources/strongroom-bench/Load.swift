import Linux

/// A closed loop over many connections: as many requests are in flight as the depth allows.
struct Load<Work: Workload>: ~Copyable {
    private var traffic: Traffic<Work>
    private let options: Options
    private let tally = Tally()

    init(_ work: Work, _ options: Options) throws(BenchFault) {
        traffic = try Traffic(work, options)
        self.options = options
    }

    mutating func run() throws(BenchFault) -> Outcome {
        defer { traffic.wipe() }
        for index in 0..<options.connectionCount {
            try traffic.send(
                options.pipelineDepth, on: index,
                countingFrom: SystemTime.monotonicNanoseconds())
        }
        let countsFrom = SystemTime.monotonicNanoseconds() + LoadTimes.warmUpNanoseconds
        _ = try serve(until: countsFrom)
        tally.clear()
        let ended = try serve(until: countsFrom + options.nanoseconds)
        return Outcome(tally, seconds: Double(ended - countsFrom) / 1e9)
    }

    /// Returns when it really ended.
    private mutating func serve(until end: UInt64) throws(BenchFault) -> UInt64 {
        while true {
            let readyCount = try traffic.wait(milliseconds: LoadTimes.stallMilliseconds)
            let now = SystemTime.monotonicNanoseconds()
            if now >= end { return now }
            for place in 0..<readyCount {
                if let index = traffic.connection(place) { try receive(on: index) }
            }
        }
    }

    /// As many requests go out anew as answers have come.
    private mutating func receive(on index: Int) throws(BenchFault) {
        let tally = tally
        let answerCount = try traffic.receive(on: index) { answer, sentAt, now in
            tally.note(answer, nanoseconds: now - sentAt)
        }
        guard answerCount > 0 else { return }
        try traffic.send(
            answerCount, on: index, countingFrom: SystemTime.monotonicNanoseconds())
    }
}

/// What the loads have in common.
enum LoadTimes {
    static let stallMilliseconds: Int32 = 10_000
    static let warmUpNanoseconds: UInt64 = 500_000_000
}

/// What has been counted of a load so far.
final class Tally {
    private(set) var latencies = Latencies()
    private(set) var unexpectedCount: UInt64 = 0

    func note(_ answer: Answer, nanoseconds: UInt64) {
        latencies.add(nanoseconds: nanoseconds)
        if !answer.isExpected { unexpectedCount += 1 }
    }

    func clear() {
        latencies = Latencies()
        unexpectedCount = 0
    }
}
