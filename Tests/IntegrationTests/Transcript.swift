import Foundation

/// A session at a shell, as it was and as it has to be again.
///
///     # A remark.
///     % A command that prepares the ground; it must end with 0, and what it prints is not looked at.
///     $ strongroom account get tenant-1 --token-file acme.token
///     > a line on standard output
///     ! a line on standard error
///     = 1                             the exit status, where it is not 0
///
/// `STRONGROOM_TRANSCRIPTS=write` makes the tests write down what they see, to be read by a person
/// before it is committed.
struct Transcript {
    enum Line: Equatable {
        case remark(String)
        case preparation(String)
        case step(Step)
    }

    struct Step: Equatable {
        let command: String
        /// With their marks.
        var outcome: [String] = []
    }

    static let directory = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Transcripts")
    static let isWriting = ProcessInfo.processInfo.environment["STRONGROOM_TRANSCRIPTS"] == "write"

    static let names: [String] = {
        let names = try? FileManager.default.contentsOfDirectory(atPath: directory.path)
        // Without the directory there is nothing to compare with, which a test of its own refuses.
        return (names ?? []).filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
    }()

    let name: String
    let lines: [Line]

    init(_ name: String) throws {
        self.name = name
        let path = Self.directory.appending(path: name + ".txt")
        var lines: [Line] = []
        for text in try String(contentsOf: path, encoding: .utf8).split(separator: "\n") {
            let rest = String(text.dropFirst(2))
            switch text.prefix(2) {
            case "$ ": lines.append(.step(Step(command: rest)))
            case "% ": lines.append(.preparation(rest))
            case "# ": lines.append(.remark(rest))
            default:
                guard case .step(var step) = lines.last else { throw Malformed(line: String(text)) }
                step.outcome.append(String(text))
                lines[lines.count - 1] = .step(step)
            }
        }
        self.lines = lines
    }

    struct Malformed: Error { let line: String }

    init(name: String, lines: [Line]) { (self.name, self.lines) = (name, lines) }

    func write() throws {
        var text = ""
        var isApart = true
        for line in lines {
            switch line {
            case .remark(let remark): text += "\n# \(remark)\n"
            case .preparation(let command): text += "% \(command)\n"
            case .step(let step):
                text += (isApart ? "\n" : "") + "$ \(step.command)\n"
                text += step.outcome.map { $0 + "\n" }.joined()
            }
            // A remark stands right above what it is about.
            if case .remark = line { isApart = false } else { isApart = true }
        }
        let path = Self.directory.appending(path: name + ".txt")
        try text.drop { $0 == "\n" }.description.write(to: path, atomically: true, encoding: .utf8)
    }
}

/// Takes out what differs from run to run, and keeps what belongs together apart from the rest.
struct Normalization {
    private var numbers: [String: Int] = [:]
    private let root: String

    init(root: String) { self.root = root }

    mutating func lines(_ text: String, mark: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(
            text.hasSuffix("\n") || text.isEmpty ? 1 : 0
        ).map { "\(mark) \(line(String($0)))".trimmingTrailingSpaces }
    }

    private mutating func line(_ text: String) -> String {
        var text = text.replacing(root, with: "DIR")
        text = text.replacing(#/sr([oair])_[0-9A-Za-z]{66}/#) { "sr\($0.output.1)_SECRET" }
        for match in text.matches(
            of: #/\b(org|mem|rol|acc|ipt|int|crd|tok|req|key)_[0-9A-Za-z]{22}\b/#)
        {
            let id = String(match.output.0)
            // Each kind counts for itself, in order of appearance.
            let kind = String(match.output.1)
            let number = numbers[id] ?? numbers.keys.count { $0.hasPrefix(kind) } + 1
            numbers[id] = number
            text = text.replacing(id, with: "\(kind)_\(number)")
        }
        text = text.replacing(#/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z/#, with: "TIME")
        text = text.replacing(#/\d+ (seconds?|minutes?) ago|\bnow\b/#, with: "lately")
        text = text.replacing(#/\bin \d+ (second|minute|hour|day)s?/#, with: "in SPAN")
        text = text.replacing(#/strongroom\.log\/[0-9A-Za-z]{22}/#, with: "strongroom.log/VAULT")
        text = text.replacing(#/\+[0-9a-f]{8}\+[0-9A-Za-z+\/=]{44}/#, with: "+HASH+KEY")
        text = text.replacing(#/[0-9A-Za-z+\/]{86,}={0,2}/#, with: "SIGNATURE")
        text = text.replacing(#/[0-9A-Za-z+\/]{43}=/#, with: "BASE64")
        text = text.replacing(#/"(uid|pid)":\d+/#) { "\"\($0.output.1)\":N" }
        text = text.replacing(#/,\d+,\d+,,req_/#, with: ",UID,PID,,req_")
        text = text.replacing(#/ {2}\d+ +-$/#, with: "  UID  -")
        text = text.replacing(#/\b(key_id *)[0-9A-Za-z]{22}\b/#) { $0.output.1 + "KEY" }
        // Columns are as wide as what was taken out.
        let head = String(text.prefix { $0 == " " })
        return head + String(text.dropFirst(head.count)).replacing(#/ {2,}/#, with: "  ")
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        var text = self
        while text.last == " ", text.count > 2 { text.removeLast() }
        return text.count == 2 ? String(text.prefix(1)) : text
    }
}
