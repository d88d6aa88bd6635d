import Linux
import Synchronization

/// A client's end of a socket that sends any bytes and reads answers one by one.
package final class RawConnection {
    package enum Fault: Error {
        /// Nothing came within the time-out.
        case silence
        /// The other side closed where an answer was expected.
        case closed
        case malformed
    }

    private let socket: Descriptor
    private let ledger: Ledger?
    private var received: [UInt8] = []

    /// - Parameter ledger: keeps what was answered, to be compared with the audit log.
    package init(
        _ path: String, ledger: Ledger? = nil, timeoutSeconds: Int = 10
    ) throws {
        socket = try UnixSocket.connect(to: path)
        try UnixSocket.setTimeout(timeoutSeconds, of: socket)
        self.ledger = ledger
    }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            sent += try unsafe socket.send(bytes.span.bytes.extracting(sent..<bytes.count))
        }
    }

    /// Sends what the other side takes; for one that may close in the middle.
    package func offer(_ bytes: [UInt8]) {
        // A peer that has answered and closed takes no more: that is what is looked at next.
        try? send(bytes)
    }

    /// The next answer; those of the 100 kind are counted and passed over.
    package func answer(toHead: Bool = false) throws -> RawAnswer {
        var interimCount = 0
        while true {
            var answer = try read(toHead)
            if answer.status < 200 {
                interimCount += 1
                continue
            }
            answer.interimCount = interimCount
            ledger?.note(answer)
            return answer
        }
    }

    private func read(_ toHead: Bool) throws -> RawAnswer {
        var end = RawAnswer.headEnd(received)
        while end == nil {
            try receive()
            end = RawAnswer.headEnd(received)
        }
        guard let end, let (answer, bodyCount) = RawAnswer.head(received[..<end]) else {
            throw Fault.malformed
        }
        let total = end + (toHead || answer.status < 200 ? 0 : bodyCount)
        while received.count < total { try receive() }
        var whole = answer
        whole.body = Array(received[end..<total])
        received.removeFirst(total)
        return whole
    }

    private func receive() throws {
        guard try receiveSome() else { throw Fault.closed }
    }

    /// False at the end of the stream.
    private func receiveSome() throws -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        let count: Int
        do {
            count = try socket.read(into: &raw)
        } catch .wouldBlock {
            throw Fault.silence
        } catch {
            // The other side closed with bytes of ours unread.
            return false
        }
        received += bytes[..<count]
        return count > 0
    }

    /// Whether the other side closes without another byte.
    package func ends() throws -> Bool {
        guard received.isEmpty else { return false }
        return try !receiveSome()
    }

    /// Whether the connection is open and nothing has come.
    package var isQuiet: Bool { received.isEmpty && UnixSocket.isIdle(socket) }
}

/// What a server answered, as bytes.
package struct RawAnswer: Sendable {
    package let status: Int
    /// Names in lower case, in order.
    package let fields: [(name: String, value: String)]
    package internal(set) var body: [UInt8] = []
    package internal(set) var interimCount = 0
    package let headByteCount: Int

    package func values(_ name: String) -> [String] {
        fields.filter { $0.name == name.lowercased() }.map(\.value)
    }

    /// The value of a field that is there once; nil otherwise.
    package subscript(_ name: String) -> String? {
        let values = values(name)
        return values.count == 1 ? values[0] : nil
    }

    package var requestID: String { self["X-Request-Id"] ?? "" }
    package var closes: Bool { values("connection").contains { $0.lowercased() == "close" } }
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Where the body begins; nil while the head is not whole.
    static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 3..<bytes.count where bytes[index] == 10 {
            if bytes[index - 3...index] == [13, 10, 13, 10] { return index + 1 }
        }
        return nil
    }

    static func head(_ bytes: ArraySlice<UInt8>) -> (answer: RawAnswer, bodyCount: Int)? {
        let lines = String(decoding: bytes.dropLast(4), as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            return nil
        }
        var fields: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[1].first == " " else { return nil }
            fields.append((parts[0].lowercased(), String(parts[1].dropFirst())))
        }
        let answer = RawAnswer(status: status, fields: fields, headByteCount: bytes.count)
        return (answer, answer["content-length"].flatMap { Int($0) } ?? 0)
    }

    private init(status: Int, fields: [(name: String, value: String)], headByteCount: Int) {
        self.status = status
        self.fields = fields
        self.headByteCount = headByteCount
    }
}

/// Every answer that a test has been given, by request id.
package final class Ledger: Sendable {
    /// Guards what was noted by the test's own threads.
    private let answers = Mutex<[String: Int]>([:])

    package init() {}

    func note(_ answer: RawAnswer) {
        answers.withLock { $0[answer.requestID] = answer.status }
    }

    /// For what is not on the log.
    package func forget(_ answer: RawAnswer) {
        answers.withLock { $0[answer.requestID] = nil }
    }

    /// Statuses by request id.
    package var all: [String: Int] { answers.withLock { $0 } }
}
