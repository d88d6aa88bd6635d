import Glibc
import Linux

/// An open loop: requests fall due at instants that no answer can put off, and each one's latency
/// counts from the instant at which it fell due.
///
/// A closed loop asks less just when the server is slow, and so leaves out what the callers of a
/// real one would have waited ("coordinated omission").
struct OpenLoad<Work: Workload>: ~Copyable {
    /// With more than so many requests overdue the rate is beyond what the server can do.
    private static var overdueCountMax: Int { 1 << 20 }

    private var traffic: Traffic<Work>
    private let options: Options
    private var schedule: Schedule
    private let tally = Tally()
    /// Connections that have nothing in flight, or less than the depth allows.
    private var free: [Int]
    private var overdue = Overdue()

    init(_ work: Work, _ options: Options, perSecond rate: Int) throws(BenchFault) {
        traffic = try Traffic(work, options)
        self.options = options
        schedule = Schedule(perSecond: rate)
        free = (0..<options.pipelineDepth).flatMap { _ in 0..<options.connectionCount }
    }

    mutating func run() throws(BenchFault) -> Outcome {
        defer { traffic.wipe() }
        let start = SystemTime.monotonicNanoseconds()
        let countsFrom = start + LoadTimes.warmUpNanoseconds
        let end = countsFrom + options.nanoseconds
        schedule.begin(at: start)
        // The last answers are waited for: they may be the latest ones.
        while schedule.next < end || !isQuiet {
            try sendDue(until: end)
            let readyCount = try traffic.wait(milliseconds: LoadTimes.stallMilliseconds)
            for place in 0..<readyCount {
                if let index = traffic.connection(place) {
                    try receive(on: index, countingFrom: countsFrom)
                }
            }
        }
        return Outcome(tally, seconds: Double(options.seconds))
    }

    private var isQuiet: Bool {
        overdue.isEmpty && free.count == options.connectionCount * options.pipelineDepth
    }

    private mutating func sendDue(until end: UInt64) throws(BenchFault) {
        let now = SystemTime.monotonicNanoseconds()
        while schedule.next < min(now, end) { overdue.append(schedule.takeNext()) }
        guard overdue.count <= Self.overdueCountMax else { throw .tooFast }
        while !free.isEmpty, let due = overdue.popFirst() {
            try traffic.send(1, on: free.removeLast(), countingFrom: due)
        }
        if schedule.next < end { try traffic.wake(at: schedule.next) }
    }

    private mutating func receive(
        on index: Int, countingFrom start: UInt64
    ) throws(BenchFault) {
        let tally = tally
        let answerCount = try traffic.receive(on: index) { answer, dueAt, now in
            guard dueAt >= start else { return }
            tally.note(answer, nanoseconds: now - dueAt)
        }
        for _ in 0..<answerCount { free.append(index) }
    }
}

/// Instants at a mean rate, each independent of those before (a Poisson process), as from many
/// callers who do not know of one another.
struct Schedule {
    private let meanNanoseconds: Double
    private var generator = Xorshift()
    /// When the next request falls due.
    private(set) var next: UInt64 = 0

    init(perSecond rate: Int) { meanNanoseconds = 1e9 / Double(rate) }

    mutating func begin(at instant: UInt64) { next = instant }

    mutating func takeNext() -> UInt64 {
        defer { next += UInt64(-log(generator.unit()) * meanNanoseconds) }
        return next
    }
}

/// What fell due and found no free connection, in the order in which it did.
private struct Overdue {
    private var instants: [UInt64] = []
    private var first = 0

    var count: Int { instants.count - first }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ instant: UInt64) { instants.append(instant) }

    mutating func popFirst() -> UInt64? {
        guard first < instants.count else { return nil }
        defer {
            first += 1
            if first == instants.count {
                instants.removeAll(keepingCapacity: true)
                first = 0
            }
        }
        return instants[first]
    }
}
