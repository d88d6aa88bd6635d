import Support
import Testing
import Wire

/// JSONTestSuite: `y_` must be accepted, `n_` refused, `i_` is ours to decide.
struct JSONSuiteTests {
    private static let path = "json/test_parsing"

    /// RFC 8259 lets a reader choose; a vault must not have two readings of one text.
    private static let refusedAsDuplicates: Set<String> = [
        "y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json",
    ]

    @Test(.enabled(if: SharedData.has(path), "shared test data is not beside the repository"))
    func `every text of the suite is accepted or refused as its name says`() throws {
        let names = try SharedData.fileNames(JSONSuiteTests.path)
        #expect(names.count >= 318)
        for name in names {
            let text = try SharedData.bytes("\(JSONSuiteTests.path)/\(name)")
            let document = try? parseDocument(text)
            let mustRefuse = name.hasPrefix("n_") || Self.refusedAsDuplicates.contains(name)
            if mustRefuse {
                #expect(document == nil, "\(name)")
            } else if name.hasPrefix("y_") {
                #expect(document != nil, "\(name)")
            }
            // What is accepted can be read and written whole.
            if let document {
                let minified = document.root.minified(text)
                #expect((try? parseDocument(minified)) != nil, "\(name)")
            }
        }
    }
}
