import Testing

/// Each rule catches a bad example and lets a good one through.
@Suite struct RuleTests {
    private func file(_ text: String, at path: String = "Sources/Vault/Token.swift") -> SourceFile {
        SourceFile(path: path, text: text)
    }

    @Test(arguments: [
        "import Foundation", "package import SQLite", "import struct Store.Row",
        "@preconcurrency import Glibc", "public import Server",
    ])
    func `an import that the table does not allow is caught`(line: String) {
        #expect(ImportTable.findings(in: file(line)).count == 1)
    }

    @Test func `an import that the table allows is let through`() {
        #expect(ImportTable.findings(in: file("package import Crypto\n// import SQLite")) == [])
        #expect(ImportTable.findings(in: file("", at: "Sources/Unknown/A.swift")).count == 1)
        #expect(
            ImportTable.findings(in: file("import Foundation", at: "Sources/strongroom/A.swift"))
                == [])
    }

    @Test(arguments: [
        "let a = try! b()", "// TODO later", "// FIXME", "// XXX", "flags: [\"-Ounchecked\"]",
        "@testable import Vault", "fatalError()", "fatalError(\"broken\")",
        "class A: @unchecked Sendable {}", "nonisolated(unsafe) var a = 0", "public struct A {}",
        "    public init() {}", "open class A {}",
    ])
    func `a banned word is caught`(line: String) {
        #expect(Bans.findings(in: file(line)).count == 1)
    }

    @Test(arguments: [
        "fatalError(\"the table of routes names an operation twice\")",
        "    // public is for the client library", "case .open(let a): break",
        "let text = \"nonisolated(unsafe)\"", "// \\uXXXX is an escape",
        "func open(_ path: String)", "var open: [Key: Pair] = [:]",
    ])
    func `what only looks banned is let through`(line: String) {
        #expect(Bans.findings(in: file(line)) == [])
    }

    @Test func `the exceptions are for their files only`() {
        let line = "struct Secret: ~Copyable, @unchecked Sendable {"
        #expect(Bans.findings(in: file(line, at: "Sources/Crypto/Secret.swift")) == [])
        #expect(Bans.findings(in: file(line, at: "Sources/Crypto/Key.swift")).count == 1)
        let open = "public struct A {}"
        #expect(Bans.findings(in: file(open, at: "Sources/StrongroomClient/A.swift")) == [])
    }

    @Test(arguments: ["struct TokenManager {", "enum Common {", "final class PathHelpers {"])
    func `a name for want of a word is caught`(line: String) {
        #expect(Bans.nameFindings(in: file(line)).count == 1)
    }

    @Test func `a file named for want of a word is caught`() {
        #expect(Bans.nameFindings(in: file("", at: "Sources/Vault/TokenUtils.swift")).count == 1)
        #expect(Bans.nameFindings(in: file("struct ManagementRoute {")) == [])
    }

    @Test func `a path of one machine is caught`() {
        let path = "/work" + "/main/Sources"
        #expect(Bans.pathFindings(in: file("open \(path)")).count == 1)
        #expect(Bans.pathFindings(in: file("let work = \"network/path\"")) == [])
    }

    @Test(arguments: [3, 29, 70, 71])
    func `the length of a function is counted from its head to its brace`(lineCount: Int) {
        let body = Array(repeating: "    if a { b(\"}\") } // }", count: lineCount - 2)
        let text = (["func long() {"] + body + ["}", "", "var other = 1"]).joined(separator: "\n")
        #expect(FunctionLengths.all(in: file(text)).map(\.lineCount) == [lineCount])
    }

    @Test func `a head over several lines belongs to its function`() {
        let text = """
            package init(
                a: Int, b: (Int) -> Void
            ) throws(Refusal) -> Int
            where A: B
            {
                a
            }
            protocol P {
                func demanded(a: Int) throws -> Int
                func other()
            }
            let made = Thing.init(1)
            """
        #expect(FunctionLengths.all(in: file(text)).map(\.lineCount) == [7])
    }

    @Test func `code is told from comments and strings`() {
        #expect(SourceFile.withoutProse("a = \"x // { \\\" \" + b // c") == "a =  + b ")
        #expect(SourceFile.withoutProse("/// all of it") == "")
        #expect(SourceFile.withoutProse("a \"\\\\\" b") == "a  b")
    }
}
