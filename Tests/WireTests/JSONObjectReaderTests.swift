import Testing
import Wire

struct JSONObjectReaderTests {
    private typealias Read = (inout JSONObjectReader, [UInt8]) throws -> Void

    /// The fault of `read` as a text, because a `StaticString` has no equality.
    private func fault(_ text: String, _ read: Read = { _, _ in }) throws -> String {
        let raw = bytes(text)
        let root = try parseDocument(raw).root
        do {
            var reader = try JSONObjectReader(root, raw.span)
            try read(&reader, raw)
            try reader.finish()
            return "none"
        } catch let fault as JSONShapeFault {
            switch fault {
            case .notAnObject: return "not an object"
            case .missing(let name): return "missing \(name)"
            case .wrongType(let name): return "wrong type \(name)"
            case .unknownMember: return "unknown member"
            }
        }
    }

    @Test func `what is no object is refused`() throws {
        for text in ["[]", "1", "null", "\"a\""] { #expect(try fault(text) == "not an object") }
    }

    @Test func `a member that nobody asked for is refused`() throws {
        #expect(try fault("{\"a\":1}") == "unknown member")
        let read: Read = { _ = try $0.string("name", $1.span) }
        #expect(try fault("{\"name\":\"a\",\"b\":null}", read) == "unknown member")
        #expect(try fault("{\"name\":\"a\"}", read) == "none")
    }

    @Test func `a required member that is absent or null is refused`() throws {
        let read: Read = { _ = try $0.string("a", $1.span) }
        #expect(try fault("{}", read) == "missing a")
        #expect(try fault("{\"a\":null}", read) == "missing a")
    }

    @Test func `a member of another type is refused, required or not`() throws {
        let reads: [Read] = [
            { _ = try $0.optionalString("a", $1.span) },
            { _ = try $0.optionalBool("a", $1.span) },
            { _ = try $0.optionalStringArray("a", $1.span) },
            { _ = try $0.optionalObject("a", $1.span) },
            { _ = try $0.string("a", $1.span) },
        ]
        for read in reads { #expect(try fault("{\"a\":[1]}", read) == "wrong type a") }
    }

    @Test func `members are read by type and null counts as absent`() throws {
        let raw = bytes(#"{"s":"x","b":false,"l":["p","q"],"o":{"k":1},"n":null,"v":null}"#)
        var reader = try JSONObjectReader(parseDocument(raw).root, raw.span)
        #expect(try reader.string("s", raw) == "x")
        #expect(try reader.optionalBool("b", raw) == false)
        #expect(try reader.optionalStringArray("l", raw) == ["p", "q"])
        #expect(try reader.optionalObject("o", raw)?.count == 1)
        #expect(try reader.optionalString("n", raw) == nil)
        #expect(try reader.optionalString("absent", raw) == nil)
        #expect(throws: JSONShapeFault.self) { try reader.finish() }
        #expect(reader.optionalValue("v", raw)?.isNull == true)
        #expect(reader.optionalValue("absent", raw) == nil)
        #expect(throws: Never.self) { try reader.finish() }
    }
}
