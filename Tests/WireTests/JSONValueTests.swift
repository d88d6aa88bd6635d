import Testing
import Wire

struct JSONValueTests {
    private func parse(_ text: String) throws -> (JSONValue, [UInt8]) {
        let raw = bytes(text)
        return (try parseDocument(raw).root, raw)
    }

    @Test(arguments: [
        "1.0", "1e2", "1E2", "-0.5", "9223372036854775808", "-9223372036854775809",
        "100000000000000000000", "\"1\"", "true", "null", "[]",
    ])
    func `what is no integer of 64 bits reads as none`(text: String) throws {
        let (value, raw) = try parse(text)
        #expect(value.integer(raw) == nil)
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("42", 42), ("-7", -7), ("9223372036854775807", Int64.max),
        ("-9223372036854775808", Int64.min),
    ])
    func `an integer reads as itself`(text: String, number: Int64) throws {
        let (value, raw) = try parse(text)
        #expect(value.kind == .number && value.integer(raw) == number)
    }

    @Test(arguments: [
        (#""""#, ""), (#""plain""#, "plain"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0041\u00e9\u20AC\ud83d\ude00""#, "Aé€😀"), (#""é€😀\u0000""#, "é€😀\u{0}"),
    ])
    func `a string decodes to its text, whether as a String or into memory`(
        source: String, expected: String
    ) throws {
        let (value, raw) = try parse(source)
        #expect(value.string(raw) == expected)
        let count = try #require(value.stringByteCount(raw))
        #expect(count == expected.utf8.count)
        var memory = [UInt8](repeating: 0xAA, count: count + 2)
        var target = memory.mutableSpan
        var room = unsafe target.mutableBytes
        value.decodeString(raw.span, into: &room, at: 1)
        #expect(memory == [0xAA] + Array(expected.utf8) + [0xAA])
    }

    @Test func `an accessor of another type gives nothing`() throws {
        let (value, raw) = try parse("[1]")
        #expect(value.string(raw) == nil && value.bool(raw) == nil)
        #expect(value.stringByteCount(raw) == nil && Array(value.members).isEmpty)
        #expect(value.member("a", raw) == nil && !value.isNamed("a", raw))
        let (text, other) = try parse("\"a\"")
        #expect(Array(text.elements).isEmpty && text.count == 0)
        #expect(text.isNamed("a", other) && !text.isNamed("b", other))
    }

    @Test func `members and elements come in order and whole`() throws {
        let (value, raw) = try parse(#" {"a" : [1,[2,{"x":3}],4], "\u0062":{"c":null}, "d":true} "#)
        #expect(value.kind == .object && value.count == 3)
        #expect(value.members.map { $0.name.string(raw) } == ["a", "b", "d"])
        let list = try #require(value.member("a", raw))
        #expect(list.elements.map(\.kind) == [.number, .array, .number])
        #expect(value.member("b", raw)?.member("c", raw)?.isNull == true)
        #expect(value.member("d", raw)?.bool(raw) == true)
        #expect(value.member("x", raw) == nil)
    }

    @Test func `minifying drops the white space between values only`() throws {
        let (value, raw) = try parse("{ \"a b\" : [ 1 , \"x \\\" y\" ,\t\n{ } ] }")
        let expected = #"{"a b":[1,"x \" y",{}]}"#
        #expect(String(decoding: value.minified(raw), as: UTF8.self) == expected)
        let inner = try #require(value.member("a b", raw))
        #expect(String(decoding: inner.minified(raw), as: UTF8.self) == #"[1,"x \" y",{}]"#)
        let count = inner.minifiedByteCount(raw.span)
        var memory = [UInt8](repeating: 0, count: count)
        var target = memory.mutableSpan
        var room = unsafe target.mutableBytes
        inner.minify(raw.span, into: &room, at: 0)
        #expect(memory == inner.minified(raw))
    }
}
