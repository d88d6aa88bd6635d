import Foundation
import Support
import Testing

/// One case of the public suite: bytes to send, and what may come of them.
struct ProbeCase {
    static let path = "http11probe/cases.json"

    let id: String
    let accept: Set<String>
    let conditions: Set<String>
    /// What is sent before the next answer is read.
    let steps: [[UInt8]]
    let answerCount: Int
    let methods: [String]
    let isByteByByte: Bool

    /// - Parameter token: takes the place of the suite's own.
    static func load(token: String) throws -> [ProbeCase] {
        let root = try #require(
            try JSONSerialization.jsonObject(with: Data(SharedData.bytes(path))) as? [String: Any])
        let own = try #require(root["token"] as? String)
        let cases = try #require(root["cases"] as? [[String: Any]])
        return try cases.map { try ProbeCase($0) { $0.replacing(own, with: token) } }
    }

    private init(_ members: [String: Any], _ replace: (String) -> String) throws {
        id = try #require(members["id"] as? String)
        accept = Set(try #require(members["accept"] as? [String]))
        conditions = Set(members["must"] as? [String] ?? [])
        let steps = try #require(members["steps"] as? [[Any]])
        self.steps = try steps.map { try $0.flatMap { try Self.bytes($0, replace) } }
        answerCount = members["answers"] as? Int ?? steps.count
        let first = String(decoding: self.steps[0].prefix { $0 != 32 }, as: UTF8.self)
        methods = members["methods"] as? [String] ?? [first]
        isByteByByte = members["slow"] != nil
    }

    /// A part is a text in Latin-1, or a text and how often it is repeated.
    private static func bytes(_ part: Any, _ replace: (String) -> String) throws -> [UInt8] {
        if let text = part as? String { return try latin1(replace(text)) }
        let pair = try #require(part as? [Any])
        let once = try latin1(replace(try #require(pair.first as? String)))
        return Array(repeatElement(once, count: try #require(pair.last as? Int)).joined())
    }

    private static func latin1(_ text: String) throws -> [UInt8] {
        try text.unicodeScalars.map { try #require(UInt8(exactly: $0.value)) }
    }
}

/// What came of a case, in the suite's own words.
struct ProbeOutcome: CustomStringConvertible {
    var answers: [RawAnswer] = []
    var isClosed = false
    var wasAnswered: Bool { !answers.isEmpty }

    init(_ probe: ProbeCase, on connection: RawConnection) throws {
        for step in probe.steps where !isClosed {
            if probe.isByteByByte {
                for byte in step { connection.offer([byte]) }
            } else {
                connection.offer(step)
            }
            let wanted = step == probe.steps.last ? probe.answerCount - answers.count : 1
            try read(wanted, probe, connection)
        }
        if answers.last?.closes == true { isClosed = try connection.ends() }
    }

    private mutating func read(
        _ count: Int, _ probe: ProbeCase, _ connection: RawConnection
    ) throws {
        for _ in 0..<count where !isClosed {
            do {
                let method = probe.methods[min(answers.count, probe.methods.count - 1)]
                answers.append(try connection.answer(toHead: method == "HEAD"))
            } catch RawConnection.Fault.closed {
                isClosed = true
            } catch RawConnection.Fault.silence {
                return
            }
        }
    }

    /// Whether it is what the suite calls by this word.
    func isCalled(_ word: String) -> Bool {
        let areGood = answers.dropLast().allSatisfy { $0.status == 200 }
        switch word {
        case "ok": return answers.count > 0 && areGood && answers.last?.status == 200 && !isClosed
        case "ok+close": return areGood && answers.last?.status == 200 && isClosed
        case "answer": return wasAnswered && !isServersFault && !isClosed
        case "answer+close": return wasAnswered && !isServersFault && isClosed
        case "reject": return isClosed && (answers.first.map { isRefusal($0) } ?? true)
        case "reject-last": return areGood && isClosed && answers.last.map(isRefusal) == true
        case "silent": return !wasAnswered && !isClosed
        default: return false
        }
    }

    private var isServersFault: Bool { answers.contains { $0.status >= 500 && $0.status != 505 } }

    private func isRefusal(_ answer: RawAnswer) -> Bool {
        (400...499).contains(answer.status) || answer.status == 505
    }

    /// Whether a condition of the suite beyond the kind of answer holds.
    func meets(_ condition: String) -> Bool {
        guard let answer = answers.last else { return false }
        switch condition {
        case "date": return answer["Date"]?.hasSuffix(" GMT") == true
        case "not-200": return answer.status != 200
        case "405-allow": return answer.status == 405 && answer["Allow"] == "POST"
        case "no-1xx": return answer.interimCount == 0
        case "no-cl-in-204": return answer.status != 204 || answer["Content-Length"] == nil
        case "content-type": return answer.body.isEmpty || answer["Content-Type"] != nil
        case "no-echo": return !"\(answer.fields)\(answer.text)".contains("secret-token-123")
        case "no-injection": return answer["X-Injected"] == nil
        default: return false
        }
    }

    var description: String { "\(answers.map(\.status))\(isClosed ? ", closed" : ", open")" }
}
