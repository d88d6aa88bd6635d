import Wire

/// The JSON of an answer together with the bytes that it points into.
final class Answer: Sendable {
    private let text: SecretText
    private let document: JSONDocument

    init(_ body: SecretText) throws(ClientError) {
        text = body
        do {
            document = try body.withBytes { (bytes) throws(JSONFault) in
                try JSONDocument.parse(bytes, limits: .ofAnswers)
            }
        } catch {
            throw .protocolViolation("a body that is not JSON")
        }
    }

    /// The whole of it, which is an object in every answer.
    func object() throws(ClientError) -> AnswerObject {
        guard document.root.kind == .object else { throw .protocolViolation("not an object") }
        return AnswerObject(answer: self, value: document.root)
    }

    fileprivate func read<R, E>(
        _ body: (JSONDocument, Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try text.withBytes { (bytes) throws(E) in try body(document, bytes) }
    }
}

/// One object of an answer; members that this version does not know are passed over.
struct AnswerObject {
    fileprivate let answer: Answer
    fileprivate let value: JSONValue

    func optionalString(_ name: StaticString) throws(ClientError) -> String? {
        try read(name, .string) { value, bytes in value.string(bytes) }
    }

    func string(_ name: StaticString) throws(ClientError) -> String {
        try needed(name, optionalString(name))
    }

    func optionalInteger(_ name: StaticString) throws(ClientError) -> Int64? {
        try read(name, .number) { value, bytes in value.integer(bytes) }
    }

    func integer(_ name: StaticString) throws(ClientError) -> Int64 {
        try needed(name, optionalInteger(name))
    }

    func optionalBool(_ name: StaticString) throws(ClientError) -> Bool? {
        try read(name, .bool) { value, bytes in value.bool(bytes) }
    }

    func bool(_ name: StaticString) throws(ClientError) -> Bool {
        try needed(name, optionalBool(name))
    }

    /// One of a few words.
    func word<Word: RawRepresentable<String>>(_ name: StaticString) throws(ClientError) -> Word {
        guard let word = Word(rawValue: try string(name)) else {
            throw .protocolViolation("the member \"\(name)\" has an unknown word")
        }
        return word
    }

    func time(_ name: StaticString) throws(ClientError) -> UTCTime {
        try needed(name, optionalTime(name))
    }

    func optionalTime(_ name: StaticString) throws(ClientError) -> UTCTime? {
        guard let text = try optionalString(name) else { return nil }
        guard let time = UTCTime(text) else { throw violation(name) }
        return time
    }

    func secret(_ name: StaticString) throws(ClientError) -> SecretText {
        try needed(name, optionalSecret(name))
    }

    /// A string that must not become a `String`.
    func optionalSecret(_ name: StaticString) throws(ClientError) -> SecretText? {
        try read(name, .string) { value, bytes in SecretText(decoding: value, bytes) }
    }

    func object(_ name: StaticString) throws(ClientError) -> AnswerObject {
        try needed(name, optionalObject(name))
    }

    func optionalObject(_ name: StaticString) throws(ClientError) -> AnswerObject? {
        let member: JSONValue? = try read(name, .object) { value, _ in value }
        return member.map { AnswerObject(answer: answer, value: $0) }
    }

    func objects(_ name: StaticString) throws(ClientError) -> [AnswerObject] {
        let elements: [JSONValue]? = try read(name, .array) { value, bytes in
            Array(value.elements)
        }
        return try needed(name, elements).map { AnswerObject(answer: answer, value: $0) }
    }

    func strings(_ name: StaticString) throws(ClientError) -> [String] {
        let texts: [String]? = try read(name, .array) { value, bytes in
            value.elements.compactMap { $0.string(bytes) }
        }
        return texts ?? []
    }

    /// Every member that is a whole number.
    func integers() -> [String: Int64] {
        answer.read { _, bytes in
            var numbers: [String: Int64] = [:]
            for member in value.members {
                if let name = member.name.string(bytes) {
                    numbers[name] = member.value.integer(bytes)
                }
            }
            return numbers
        }
    }

    /// The JSON text of a member, without white space.
    func json(_ name: StaticString) -> String? {
        answer.read { _, bytes in
            value.member(name, bytes).map {
                String(decoding: $0.minified(bytes), as: UTF8.self)
            }
        }
    }

    /// The same, nil also for null.
    func optionalJSON(_ name: StaticString) -> String? {
        json(name).flatMap { $0 == "null" ? nil : $0 }
    }

    /// Nil for a member that is absent or null.
    private func read<R>(
        _ name: StaticString, _ kind: JSONKind, _ body: (JSONValue, Span<UInt8>) -> R?
    ) throws(ClientError) -> R? {
        try answer.read { (_, bytes) throws(ClientError) -> R? in
            guard let member = value.member(name, bytes), member.kind != .null else { return nil }
            guard member.kind == kind, let result = body(member, bytes) else {
                throw violation(name)
            }
            return result
        }
    }

    private func needed<R>(_ name: StaticString, _ found: R?) throws(ClientError) -> R {
        guard let found else { throw violation(name) }
        return found
    }

    private func violation(_ name: StaticString) -> ClientError {
        .protocolViolation("the member \"\(name)\" is missing or has another type")
    }
}
