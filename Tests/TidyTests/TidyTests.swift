import Testing

/// The style that matters, held as tests; what each rule catches is in `RuleTests`.
@Suite struct TidyTests {
    private func expectNone(_ findings: [Finding]) {
        for finding in findings { Issue.record("\(finding.description)") }
    }

    @Test func `the tree is found`() {
        #expect(SourceTree.sources.count > 50)
        #expect(SourceTree.files.contains { $0.path == "Tests/TidyTests/TidyTests.swift" })
    }

    @Test func `every module imports only what the table allows`() {
        expectNone(SourceTree.sources.flatMap(ImportTable.findings))
    }

    @Test func `no file is longer than 500 lines`() {
        for file in SourceTree.files where file.lines.count > 501 {
            Issue.record("\(file.path) has \(file.lines.count - 1) lines")
        }
    }

    @Test func `no function is longer than 70 lines`() {
        for function in SourceTree.files.flatMap(FunctionLengths.all)
        where function.lineCount > FunctionLengths.lineCountMax {
            Issue.record("\(function.path):\(function.line) has \(function.lineCount) lines")
        }
    }

    @Test func `nine functions in ten are shorter than 30 lines`() {
        let functions = SourceTree.sources.flatMap(FunctionLengths.all)
        let short = functions.filter { $0.lineCount < FunctionLengths.lineCountUsual }
        #expect(functions.count > 200)
        #expect(short.count * 10 >= functions.count * 9)
    }

    @Test func `nothing that is banned is used`() {
        expectNone(SourceTree.files.flatMap(Bans.findings))
    }

    @Test func `no name stands for a word that was not found`() {
        expectNone(SourceTree.files.flatMap(Bans.nameFindings))
    }

    @Test func `no text holds a path of one machine`() {
        expectNone(SourceTree.textFiles().flatMap(Bans.pathFindings))
    }

    @Test func `the list of unchecked sharing holds nothing that is gone`() {
        for path in Bans.unchecked.keys {
            let file = SourceTree.files.first { $0.path == path }
            let isUsed = file?.code.contains {
                $0.contains("@unchecked Sendable") || $0.contains("nonisolated(unsafe)")
            }
            #expect(isUsed == true, "\(path)")
        }
    }

    @Test func `the top of the tree holds what it should and nothing else`() throws {
        let wanted: Set = [
            "Package.swift", "Sources", "Tests", "schema", "scripts", "README.md", "SECURITY.md",
            ".ci", ".swift-format", ".gitignore",
        ]
        let made: Set = [".git", ".build", "Package.resolved", ".swiftpm"]
        let found = Set(try SourceTree.names("."))
        #expect(found.subtracting(wanted).subtracting(made) == [])
        #expect(wanted.subtracting(found) == [])
    }
}
