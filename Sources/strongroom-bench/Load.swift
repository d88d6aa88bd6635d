import Linux

/// A closed loop over many connections: as many requests are in flight as the depth allows.
struct Load<Work: Workload>: ~Copyable {
    private static var stallMilliseconds: Int32 { 10_000 }
    private static var warmUpNanoseconds: UInt64 { 500_000_000 }

    private var work: Work
    private let options: Options
    private var epoll: Epoll
    private var connections: [Connection] = []
    private var output: [UInt8] = []
    private var chunk = [UInt8](repeating: 0, count: 65_536)
    private var latencies = Latencies()
    private var unexpectedCount: UInt64 = 0

    init(_ work: Work, _ options: Options) throws(BenchFault) {
        let epoll: Epoll
        do {
            epoll = try Epoll()
        } catch {
            throw .system(error)
        }
        for index in 0..<options.connectionCount {
            let connection = try Connection(options)
            try connection.watch(epoll, key: UInt64(index))
            connections.append(connection)
        }
        self.epoll = epoll
        self.work = work
        self.options = options
    }

    mutating func run() throws(BenchFault) -> Outcome {
        for connection in connections { try send(options.pipelineDepth, on: connection) }
        let countsFrom = SystemTime.monotonicNanoseconds() + Self.warmUpNanoseconds
        _ = try serve(until: countsFrom)
        latencies = Latencies()
        unexpectedCount = 0
        let ends = countsFrom + UInt64(options.seconds) * 1_000_000_000
        let ended = try serve(until: ends)
        defer { DurableFile.wipe(&output) }
        return Outcome(
            latencies: latencies, unexpectedCount: unexpectedCount,
            seconds: Double(ended - countsFrom) / 1e9)
    }

    /// Returns when it really ended.
    private mutating func serve(until end: UInt64) throws(BenchFault) -> UInt64 {
        while true {
            let readyCount: Int
            do {
                readyCount = try epoll.wait(milliseconds: Self.stallMilliseconds)
            } catch {
                throw .system(error)
            }
            let now = SystemTime.monotonicNanoseconds()
            if now >= end { return now }
            guard readyCount > 0 else { throw .stalled }
            for index in 0..<readyCount {
                try receive(on: connections[Int(epoll.ready(index).key)])
            }
        }
    }

    /// Takes every answer that is complete and sends as many requests anew.
    private mutating func receive(on connection: Connection) throws(BenchFault) {
        try connection.read(&chunk)
        let now = SystemTime.monotonicNanoseconds()
        var start = 0
        var answerCount = 0
        while let answer = try nextAnswer(on: connection, after: start) {
            guard let sentAt = connection.takeOldest() else { throw .malformedAnswer }
            latencies.add(nanoseconds: now - sentAt)
            if !answer.isExpected { unexpectedCount += 1 }
            start += answer.byteCount
            answerCount += 1
        }
        connection.drop(start)
        if answerCount > 0 { try send(answerCount, on: connection) }
    }

    private mutating func nextAnswer(
        on connection: Connection, after count: Int
    ) throws(BenchFault) -> Answer? {
        try connection.withInput(after: count) { (bytes) throws(BenchFault) in
            bytes.isEmpty ? nil : try work.answer(bytes)
        }
    }

    private mutating func send(_ count: Int, on connection: Connection) throws(BenchFault) {
        output.removeAll(keepingCapacity: true)
        for _ in 0..<count { work.appendRequest(to: &output) }
        connection.noteSent(count, at: SystemTime.monotonicNanoseconds())
        try connection.send(output)
    }
}
