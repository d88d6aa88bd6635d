import Foundation

/// A Swift file of the repository, as the rules look at it.
struct SourceFile: Sendable {
    /// From the repository's top, such as `Sources/Vault/Token.swift`.
    let path: String
    let text: String
    let lines: [String]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The folder below `Sources`, or nil elsewhere.
    var module: String? { part(after: "Sources") }

    var isTest: Bool { path.hasPrefix("Tests/") }

    /// Line by line without comments and the content of plain strings.
    var code: [String] { lines.map(Self.withoutProse) }

    private func part(after top: String) -> String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == top ? String(parts[1]) : nil
    }

    /// A brace or a word in a string or a comment is no code.
    static func withoutProse(_ line: String) -> String {
        var code = ""
        var isString = false
        var previous: Character = " "
        for character in line {
            if character == "\"", previous != "\\" {
                isString.toggle()
            } else if !isString {
                if character == "/", previous == "/" {
                    code.removeLast()
                    break
                }
                code.append(character)
            }
            // Two backslashes are one that escapes nothing.
            previous = previous == "\\" && character == "\\" ? " " : character
        }
        return code
    }
}

/// What a rule found.
struct Finding: Hashable, CustomStringConvertible {
    let path: String
    let line: Int
    let what: String

    var description: String { "\(path):\(line): \(what)" }
}

/// The repository that these tests stand in.
enum SourceTree {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let files: [SourceFile] = ["Sources", "Tests", "schema"].flatMap(swiftFiles)
    static var sources: [SourceFile] { files.filter { !$0.isTest } }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: path).path)
    }

    /// Every file that could hold words of ours, below the places that are kept.
    static func textFiles() -> [SourceFile] {
        let kinds = ["swift", "c", "h", "md", "yaml", "json", "sql", "py", "bash", "sh", ""]
        return ["Sources", "Tests", "schema", "scripts", ".ci"].flatMap { top in
            paths(below: top).filter { kinds.contains(($0 as NSString).pathExtension) }
        }.compactMap(file)
    }

    private static func swiftFiles(below top: String) -> [SourceFile] {
        paths(below: top).filter { $0.hasSuffix(".swift") }.compactMap(file)
    }

    private static func paths(below top: String) -> [String] {
        let found = FileManager.default.enumerator(atPath: root.appending(path: top).path)
        return (found?.compactMap { $0 as? String } ?? []).sorted().map { "\(top)/\($0)" }
    }

    private static func file(_ path: String) -> SourceFile? {
        // A file that is no text of ours has nothing for a rule to read.
        guard let text = try? text(path) else { return nil }
        return SourceFile(path: path, text: text)
    }
}
