import Linux

/// The connections of a load, and the requests that are on their way on them.
struct Traffic<Work: Workload>: ~Copyable {
    private var work: Work
    private var epoll: Epoll
    private let alarm: Alarm
    private var connections: [Connection] = []
    private var output: [UInt8] = []
    private var chunk = [UInt8](repeating: 0, count: 65_536)

    private static var alarmKey: UInt64 { .max }

    init(_ work: Work, _ options: Options) throws(BenchFault) {
        let epoll = try system { () throws(Errno) in try Epoll() }
        let alarm = try system { () throws(Errno) in try Alarm() }
        try system { () throws(Errno) in
            try epoll.add(
                alarm.descriptor, key: Self.alarmKey, for: [.readable, .edgeTriggered])
        }
        for index in 0..<options.connectionCount {
            let connection = try Connection(options)
            try connection.watch(epoll, key: UInt64(index))
            connections.append(connection)
        }
        self.epoll = epoll
        self.alarm = alarm
        self.work = work
    }

    /// Waits until something comes, or the alarm rings; how many places `place` knows then.
    ///
    /// A server that says nothing for so long ends the load.
    mutating func wait(milliseconds: Int32) throws(BenchFault) -> Int {
        let count: Int
        do {
            count = try epoll.wait(milliseconds: milliseconds)
        } catch {
            throw .system(error)
        }
        guard count > 0 else { throw .stalled }
        return count
    }

    /// The connection that has something to read; nil for the alarm.
    func connection(_ place: Int) -> Int? {
        let key = epoll.ready(place).key
        return key == Self.alarmKey ? nil : Int(key)
    }

    func wake(at nanoseconds: UInt64) throws(BenchFault) {
        try system { () throws(Errno) in try alarm.set(nanoseconds: nanoseconds) }
    }

    /// Takes every answer that is complete, and returns how many that were.
    ///
    /// - Parameter body: is told of each, of the instant that its request counts from, and of the
    ///   one at which it came.
    mutating func receive(
        on index: Int, _ body: (Answer, _ sentAt: UInt64, _ now: UInt64) -> Void
    ) throws(BenchFault) -> Int {
        let connection = connections[index]
        try connection.read(&chunk)
        let now = SystemTime.monotonicNanoseconds()
        var start = 0
        var answerCount = 0
        while let answer = try nextAnswer(on: connection, after: start) {
            guard let sentAt = connection.takeOldest() else { throw .malformedAnswer }
            body(answer, sentAt, now)
            start += answer.byteCount
            answerCount += 1
        }
        connection.drop(start)
        return answerCount
    }

    private mutating func nextAnswer(
        on connection: Connection, after count: Int
    ) throws(BenchFault) -> Answer? {
        try connection.withInput(after: count) { (bytes) throws(BenchFault) in
            bytes.isEmpty ? nil : try work.answer(bytes)
        }
    }

    /// Sends so many requests whose latency counts from `instant`.
    mutating func send(
        _ count: Int, on index: Int, countingFrom instant: UInt64
    ) throws(BenchFault) {
        output.removeAll(keepingCapacity: true)
        for _ in 0..<count { work.appendRequest(to: &output) }
        connections[index].noteSent(count, at: instant)
        try connections[index].send(output)
    }

    /// The last requests hold tokens.
    mutating func wipe() { output.wipe() }
}

/// Runs what the kernel may refuse.
private func system<T: ~Copyable>(
    _ body: () throws(Errno) -> T
) throws(BenchFault) -> T {
    do {
        return try body()
    } catch {
        throw .system(error)
    }
}
