import Support
import Testing
import Wire

struct JSONWriterTests {
    private func written(_ body: (inout JSONWriter<[UInt8]>) -> Void) -> String {
        var writer = JSONWriter<[UInt8]>([])
        body(&writer)
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    @Test func `commas stand between values and nowhere else`() {
        let text = written { writer in
            writer.beginObject()
            writer.member("a")
            writer.beginArray()
            writer.integer(1)
            writer.integer(-20)
            writer.beginArray()
            writer.endArray()
            writer.beginObject()
            writer.endObject()
            writer.null()
            writer.endArray()
            writer.member("b")
            writer.string("x")
            writer.member("c")
            writer.bool(true)
            writer.member("d")
            writer.raw([0x7B, 0x7D].span)
            writer.member("e")
            writer.bool(false)
            writer.endObject()
        }
        #expect(text == #"{"a":[1,-20,[],{},null],"b":"x","c":true,"d":{},"e":false}"#)
    }

    @Test func `what would break a string is escaped`() {
        let text = written { $0.string("\"\\/\u{8}\t\n\u{C}\r\u{0}\u{1F}\u{7F}é😀" as String) }
        #expect(text == "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u{7F}é😀\"")
    }

    @Test func `every way to write a string is the same`() {
        let raw = bytes("a\"b")
        #expect(written { $0.string(bytes: raw.span) } == #""a\"b""#)
        #expect(written { $0.string("a\"b" as StaticString) } == #""a\"b""#)
        #expect(written { $0.string("a\"b" as String) } == #""a\"b""#)
    }

    @Test func `the ends of the integers are written whole`() {
        #expect(written { $0.integer(Int64.min) } == "-9223372036854775808")
        #expect(written { $0.integer(UInt64.max) } == "18446744073709551615")
        #expect(written { $0.integer(0) } == "0")
    }

    @Test func `what was written reads back as it was`() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            var text = ""
            for _ in 0..<20 {
                let bits = UInt32.random(in: 0...20, using: &generator)
                let number = UInt32.random(in: 0...0x10FFFF, using: &generator) >> bits
                if let scalar = Unicode.Scalar(number) { text.unicodeScalars.append(scalar) }
            }
            var writer = JSONWriter<[UInt8]>([])
            writer.string(text)
            let raw = writer.finish()
            let value = try parseDocument(raw).root.string(raw)
            #expect(value.map { Array($0.utf8) } == Array(text.utf8))
        }
    }
}
