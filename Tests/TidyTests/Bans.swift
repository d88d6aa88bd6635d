/// Words that stand for a promise broken, and the few places that may use them.
enum Bans {
    /// Checked types cannot say why these are safe; the reasons stand beside them in the code.
    static let unchecked: [String: String] = [
        "Sources/Crypto/Secret.swift": "one owner; written under exclusive access only",
        "Sources/Crypto/WipedBytes.swift": "one owner; written under exclusive access only",
        "Sources/Crypto/Pointers.swift": "a byte that no call reads or writes",
        "Sources/Linux/LockedArena.swift": "an address that never changes; a mutex guards the rest",
    ]

    static let plain: [(word: String, why: String)] = [
        ("try!", "throws for a caller to handle"),
        ("-Ounchecked", "takes the bounds checks away"),
        ("@testable", "keeps the tests from a release build"),
    ]

    /// What links the engine of regular expressions into the daemon: a megabyte that parses.
    static let patterns = [".replacing(", ".firstRange(", ".ranges(of", ".wholeMatch(", "Regex"]
    private static let notOfTheDaemon = ["strongroom", "strongroom-bench", "StrongroomClient"]

    private static let unfinished: Set<Substring> = ["TODO", "FIXME", "XXX"]

    static func findings(in file: SourceFile) -> [Finding] {
        // The rules name what they forbid.
        if file.path.hasPrefix("Tests/TidyTests/") { return [] }
        return zip(file.lines, file.code).enumerated().flatMap { index, line in
            findings(line: line.0, code: line.1, file).map {
                Finding(path: file.path, line: index + 1, what: $0)
            }
        }
    }

    private static func findings(line: String, code: String, _ file: SourceFile) -> [String] {
        var found = plain.filter { line.contains($0.word) }.map { "\($0.word) \($0.why)" }
        let words = line.split { !$0.isLetter }
        if words.contains(where: unfinished.contains) { found.append("unfinished work") }
        let isUnchecked =
            code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)")
        if isUnchecked, unchecked[file.path] == nil {
            found.append("unchecked sharing that is not on the list")
        }
        if code.contains("fatalError("), !saysWhy(line) {
            found.append("fatalError without a sentence")
        }
        if !file.isTest, !notOfTheDaemon.contains(file.module ?? "") {
            found += patterns.filter(code.contains).map { "\($0) matches patterns in the daemon" }
        }
        if !file.isTest, file.module != "StrongroomClient", isPublic(code) {
            found.append("public outside the client library")
        }
        return found
    }

    /// A sentence has at least three words.
    private static func saysWhy(_ line: String) -> Bool {
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.count > 1 && parts[1].split(separator: " ").count > 2
    }

    private static func isPublic(_ code: String) -> Bool {
        let words = code.split { " (".contains($0) }
        let isOpen = zip(words, words.dropFirst()).contains { word, next in
            word == "open" && ["class", "func", "var", "final"].contains(next)
        }
        return (words.contains("public") && !words.contains("import")) || isOpen
    }

    static func nameFindings(in file: SourceFile) -> [Finding] {
        let forbidden = ["Utils", "Helpers", "Common", "Manager"]
        let name = file.path.split(separator: "/").last.map(String.init) ?? ""
        let types = file.code.enumerated().filter { _, line in
            let words = line.split(separator: " ")
            return zip(words, words.dropFirst()).contains { keyword, name in
                ["struct", "class", "enum", "protocol", "actor", "extension"].contains(keyword)
                    && forbidden.contains { name.contains($0) }
            }
        }
        let inName = forbidden.contains { name.contains($0) }
        let lines = types.map { $0.offset + 1 } + (inName ? [1] : [])
        return lines.map { Finding(path: file.path, line: $0, what: "a word is missing") }
    }

    /// A path of one machine means nothing on another.
    static func pathFindings(in file: SourceFile) -> [Finding] {
        let forbidden = ["/work" + "/", "/tmp/" + "mini", "/home" + "/", "/root" + "/"]
        return file.lines.enumerated().filter { _, line in
            forbidden.contains { line.contains($0) }
        }.map { Finding(path: file.path, line: $0.offset + 1, what: "a path of one machine") }
    }
}
