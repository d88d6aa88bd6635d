import Testing
import Wire

struct FieldPairsTests {
    private func query(_ text: String) throws(FieldPairFault) -> [String] {
        let raw = bytes(text)
        var fields = QueryFields(in: 0..<raw.count)
        var found: [String] = []
        while let field = try fields.next(raw.span) { found.append("\(field.name)|\(field.value)") }
        return found
    }

    private func form(_ text: String) throws(FieldPairFault) -> [String] {
        let raw = bytes(text)
        var fields = FormFields(in: 0..<raw.count)
        var found: [String] = []
        while let field = try fields.next(raw.span) {
            var value: [UInt8] = []
            try FormFields.decode(field.value, raw.span, into: &value)
            found.append("\(field.name)|\(String(decoding: value, as: UTF8.self))")
        }
        return found
    }

    @Test(arguments: [
        "a=%", "a=%4", "a=%4g", "a=%g4", "%=b", "a=%%41", "a=%ff", "%C0%AF=a", "a=%ED%A0%80",
    ])
    func `a broken encoding of a query is refused`(text: String) {
        #expect(throws: FieldPairFault.malformed) { try query(text) }
    }

    @Test(arguments: ["a=%", "a=%4", "a=%4g", "%zz=a", "%ff=a"])
    func `a broken encoding of a form is refused`(text: String) {
        #expect(throws: FieldPairFault.malformed) { try form(text) }
    }

    @Test func `one pair too many is refused`() throws {
        let pairs = Array(repeating: "a=b", count: FieldPairs.countMax)
        #expect(try query(pairs.joined(separator: "&")).count == FieldPairs.countMax)
        #expect(throws: FieldPairFault.tooMany) {
            try query((pairs + ["c"]).joined(separator: "&"))
        }
        #expect(throws: FieldPairFault.tooMany) { try form((pairs + ["c"]).joined(separator: "&")) }
    }

    @Test func `a query's pairs are decoded in order`() throws {
        let found = try query("a=1&b=x%20y%2B+z&&c&d=&=e&f=g=h&%C3%A9=%E2%82%AC")
        #expect(found == ["a|1", "b|x y++z", "c|", "d|", "|e", "f|g=h", "é|€"])
        #expect(try query("").isEmpty && query("&&").isEmpty)
    }

    @Test func `a plus is a space in forms only`() throws {
        #expect(try form("a+b=c+d%2B") == ["a b|c d+"])
        #expect(try query("a+b=c+d%2B") == ["a+b|c+d+"])
    }

    @Test func `a form's value stays where it is`() throws {
        let raw = bytes("token=sri_abc&x=y")
        var fields = FormFields(in: 0..<raw.count)
        let first = try #require(try fields.next(raw.span))
        #expect(first.name == "token" && text(raw, first.value) == "sri_abc")
    }

    @Test func `raw pairs are walked within their range only`() throws {
        let raw = bytes("?a=%zz&b HTTP")
        var pairs = FieldPairs(in: 1..<8)
        let first = try #require(try pairs.next(raw.span))
        #expect(text(raw, first.name) == "a" && text(raw, first.value) == "%zz")
        let second = try #require(try pairs.next(raw.span))
        #expect(text(raw, second.name) == "b" && second.value.isEmpty)
        let third = try pairs.next(raw.span)
        #expect(third == nil)
    }

    @Test func `what is encoded decodes to itself`() throws {
        let value = "a b&c=d+é%/?#\u{0}~"
        var target = bytes("x=")
        PercentCoding.append(value, to: &target)
        #expect(try query(String(decoding: target, as: UTF8.self)) == ["x|\(value)"])
        #expect(
            String(decoding: target, as: UTF8.self) == "x=a%20b%26c%3Dd%2B%C3%A9%25%2F%3F%23%00~")
    }

    @Test func `no mutation of a query traps`() {
        var mutator = Mutator(samples: ["level=account&x=%41%C3%A9&y", "a=+&&=b%2"], seed: 4)
        for _ in 0..<5000 {
            let input = mutator.next()
            var fields = QueryFields(in: 0..<input.count)
            while let field = try? fields.next(input.span) {
                #expect(field.name.utf8.count <= input.count)
            }
        }
    }
}
