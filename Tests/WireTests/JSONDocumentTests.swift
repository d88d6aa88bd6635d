import Testing
import Wire

struct JSONDocumentTests {
    static func fault(_ text: String, limits: JSONLimits = JSONLimits()) -> JSONFault? {
        fault(bytes(text), limits: limits)
    }

    static func fault(_ raw: [UInt8], limits: JSONLimits = JSONLimits()) -> JSONFault? {
        do {
            _ = try JSONDocument.parse(raw.span, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("", 0), (" ", 1), ("{", 1), ("[", 1), ("\"", 1), ("\"a", 2), ("{}x", 2), ("[1,]", 3),
        ("{\"a\":1,}", 7), ("{\"a\" 1}", 5), ("{a:1}", 1), ("[1 2]", 3), ("01", 1), ("-", 1),
        ("1.", 2), ("1e", 2), (".5", 0), ("+1", 0), ("0x1", 1), ("tru", 0), ("nul", 0), ("True", 0),
        ("'a'", 0), ("\"\\x\"", 1), ("\"\\u12G4\"", 1), ("\"\\u12\"", 1), ("\"\\uD800\"", 1),
        ("\"\\uDC00\"", 1), ("\"\\uD800\\u0041\"", 1), ("\"\\uD800\\uD800\"", 1), ("\"a\tb\"", 2),
        ("[1]]", 3), ("{\"a\":}", 5), ("\u{FEFF}{}", 0), ("NaN", 0), ("//\n1", 0),
    ])
    func `a malformed text is refused at the place of the fault`(text: String, offset: Int) {
        #expect(Self.fault(text) == .malformed(offset: offset))
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xE0, 0x80, 0xAF],
            [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE],
        ] as [[UInt8]])
    func `a string that is not UTF-8 is refused`(content: [UInt8]) {
        #expect(Self.fault([0x22] + content + [0x22]) == .malformed(offset: 1))
    }

    @Test(arguments: [
        "{\"a\":1,\"a\":2}", "{\"a\":1,\"b\":2,\"a\":1}", "{\"a\":1,\"\\u0061\":2}",
        "[{\"x\":{\"é\":1,\"\\u00e9\":2}}]", "{\"\":1,\"\":2}", "{\"x\":[1],\"b\":0,\"b\":1}",
        "{\"a\":{\"b\":[1,{\"c\":2}]},\"z\":0,\"a\":1}",
    ])
    func `two members of one name are refused`(text: String) {
        guard case .duplicateMember(let offset) = Self.fault(text) else {
            Issue.record("two members of one name were taken")
            return
        }
        #expect((1..<text.utf8.count).contains(offset))
    }

    @Test func `the same name in different objects is no duplicate`() {
        #expect(Self.fault("{\"a\":{\"b\":1},\"b\":2}") == nil)
        #expect(Self.fault("{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]},\"A\":1}") == nil)
    }

    @Test func `each limit is refused one above and works at it`() {
        let limits = JSONLimits()
        let deep = { (depth: Int) in
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(Self.fault(deep(limits.depthMax + 1)) == .tooDeep)
        #expect(Self.fault(deep(limits.depthMax)) == nil)
        let object = { (count: Int) in
            "{" + (0..<count).map { "\"m\($0)\":0" }.joined(separator: ",") + "}"
        }
        #expect(Self.fault(object(limits.memberCountMax + 1)) == .tooManyMembers)
        #expect(Self.fault(object(limits.memberCountMax)) == nil)
        let array = { (count: Int) in
            "[" + repeatElement("0", count: count).joined(separator: ",") + "]"
        }
        #expect(Self.fault(array(limits.elementCountMax + 1)) == .tooManyElements)
        #expect(Self.fault(array(limits.elementCountMax)) == nil)
        let padded = { (count: Int) in "\"" + String(repeating: "a", count: count - 2) + "\"" }
        #expect(Self.fault(padded(limits.byteCountMax + 1)) == .tooLarge)
        #expect(Self.fault(padded(limits.byteCountMax)) == nil)
    }

    @Test func `a text of too many values is refused whatever their shape`() {
        var limits = JSONLimits()
        limits.nodeCountMax = 5
        #expect(Self.fault("[[1],[2],3]", limits: limits) == .tooManyValues)
        #expect(Self.fault("{\"a\":1,\"b\":2,\"c\":3}", limits: limits) == .tooManyValues)
        #expect(Self.fault("[[1],[2]]", limits: limits) == nil)
    }

    @Test func `no mutation of a text traps the parser or an accessor`() {
        var mutator = Mutator(
            samples: [
                #"{"name":"acme","labels":{"a":"b"},"list":[1,-2.5e3,true,null,"\u00e9\ud83d\ude00"]}"#,
                #"[{"a":[[],{}]},"€ \\ \" \n",9223372036854775807,-9223372036854775808]"#,
            ], seed: 2)
        var acceptedCount = 0
        for _ in 0..<20_000 {
            let input = mutator.next()
            guard let document = try? parseDocument(input) else { continue }
            acceptedCount += 1
            visit(document.root, input)
        }
        #expect(acceptedCount > 100)
    }

    private func visit(_ value: JSONValue, _ raw: [UInt8]) {
        let text = value.string(raw)
        #expect(text?.utf8.count == value.stringByteCount(raw))
        _ = value.integer(raw)
        for element in value.elements { visit(element, raw) }
        for member in value.members {
            visit(member.name, raw)
            visit(member.value, raw)
        }
    }
}
