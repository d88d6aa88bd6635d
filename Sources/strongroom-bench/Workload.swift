/// One answer at the front of what was read.
struct Answer {
    let byteCount: Int
    let isExpected: Bool
}

/// How the requests of a measurement are written, and where an answer ends.
protocol Workload {
    /// Appends the next request; all are of one size.
    mutating func appendRequest(to output: inout [UInt8])

    /// Nil while the answer at the front of `bytes` is not complete.
    mutating func answer(_ bytes: Span<UInt8>) throws(BenchFault) -> Answer?
}

/// `SET` as a durable write is usually made: `appendfsync always` makes Redis answer after the
/// sync.
struct RedisWorkload: Workload {
    private static let accepted = Array("+OK\r\n".utf8)
    private let request: [UInt8]

    init() {
        // As large as one audit record, so that both write about as much.
        let value = String(repeating: "v", count: 160)
        request = Array("*3\r\n$3\r\nSET\r\n$6\r\nrecord\r\n$160\r\n\(value)\r\n".utf8)
    }

    mutating func appendRequest(to output: inout [UInt8]) {
        output.append(contentsOf: request)
    }

    mutating func answer(_ bytes: Span<UInt8>) throws(BenchFault) -> Answer? {
        guard bytes.count >= Self.accepted.count else { return nil }
        guard bytes.begins(with: Self.accepted) else { throw .malformedAnswer }
        return Answer(byteCount: Self.accepted.count, isExpected: true)
    }
}

extension Span<UInt8> {
    func begins(with other: [UInt8]) -> Bool { holds(other, at: 0) }

    func holds(_ other: [UInt8], at offset: Int) -> Bool {
        guard count - offset >= other.count else { return false }
        for index in other.indices where self[offset + index] != other[index] { return false }
        return true
    }
}
