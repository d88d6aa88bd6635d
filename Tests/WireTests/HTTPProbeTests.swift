import Foundation
import Support
import Testing
import Wire

/// The public suite of raw requests, as far as a parser alone can judge them.
struct HTTPProbeTests {
    private static let path = "http11probe/cases.json"

    /// What the suite wants refused although its head is well formed or not yet whole: routes decide
    /// about chunked bodies and the size of a body, timers about what never arrives.
    private static let leftToServer: Set<String> = [
        "COMP-CHUNKED-NO-FINAL", "MAL-CHUNK-EXT-64K", "MAL-CHUNK-SIZE-OVERFLOW",
        "SMUG-CHUNK-BARE-CR-TERM", "SMUG-CHUNK-BARE-SEMICOLON", "SMUG-CHUNK-EXT-CR",
        "SMUG-CHUNK-EXT-CTRL", "SMUG-CHUNK-EXT-INVALID-TOKEN", "SMUG-CHUNK-EXT-LF",
        "SMUG-CHUNK-HEX-PREFIX", "SMUG-CHUNK-INVALID-SIZE-DESYNC",
        "SMUG-CHUNK-INVALID-SIZE-DESYNC@verify", "SMUG-CHUNK-LEADING-SP", "SMUG-CHUNK-LF-TERM",
        "SMUG-CHUNK-LF-TRAILER", "SMUG-CHUNK-MISSING-TRAILING-CRLF", "SMUG-CHUNK-NEGATIVE",
        "SMUG-CHUNK-SIZE-PLUS", "SMUG-CHUNK-SIZE-TRAILING-OWS", "SMUG-CHUNK-SPILL",
        "SMUG-CHUNK-UNDERSCORE",
        "COMP-POST-CL-UNDERSEND", "MAL-INCOMPLETE-REQUEST", "MAL-POST-CL-HUGE-NO-BODY",
        "SR-BODY-OVER-128K",
    ]

    @Test(.enabled(if: SharedData.has(path), "shared test data is not beside the repository"))
    func `every request of the suite is parsed, refused or left to the server as expected`() throws
    {
        let cases = try ProbeCase.load(SharedData.bytes(HTTPProbeTests.path))
        #expect(cases.count >= 270)
        var left: Set<String> = []
        for probe in cases {
            switch probe.expectation {
            case .refused:
                if parseRequest(probe.bytes).fault == nil { left.insert(probe.id) }
            case .complete:
                #expect(parseRequest(probe.bytes).head != nil, "\(probe.id)")
            case .secondRefused:
                let head = try #require(parseRequest(probe.bytes).head)
                let rest = Array(probe.bytes[head.byteCount...])
                #expect(parseRequest(rest).fault != nil, "\(probe.id)")
            case .either:
                _ = parseRequest(probe.bytes)
            }
        }
        #expect(left == HTTPProbeTests.leftToServer)
    }
}

/// One case: all bytes that its steps send, and what may come of them.
private struct ProbeCase {
    enum Expectation { case refused, complete, secondRefused, either }

    let id: String
    let bytes: [UInt8]
    let expectation: Expectation

    static func load(_ file: [UInt8]) throws -> [ProbeCase] {
        let root = try JSONSerialization.jsonObject(with: Data(file)) as? [String: Any]
        let cases = try #require(root?["cases"] as? [[String: Any]])
        return try cases.map { try ProbeCase($0) }
    }

    private init(_ members: [String: Any]) throws {
        id = try #require(members["id"] as? String)
        let accept = Set(try #require(members["accept"] as? [String]))
        let steps = try #require(members["steps"] as? [[Any]])
        bytes = try steps.joined().flatMap { try ProbeCase.bytes($0) }
        if accept == ["reject"] {
            expectation = .refused
        } else if accept == ["reject-last"] {
            expectation = .secondRefused
        } else {
            expectation = accept.contains("reject") ? .either : .complete
        }
    }

    /// A part is a text in Latin-1, or a text and how often it is repeated.
    private static func bytes(_ part: Any) throws -> [UInt8] {
        if let text = part as? String { return try latin1(text) }
        let pair = try #require(part as? [Any])
        let once = try latin1(try #require(pair.first as? String))
        return Array(repeatElement(once, count: try #require(pair.last as? Int)).joined())
    }

    private static func latin1(_ text: String) throws -> [UInt8] {
        try text.unicodeScalars.map { try #require(UInt8(exactly: $0.value)) }
    }
}
