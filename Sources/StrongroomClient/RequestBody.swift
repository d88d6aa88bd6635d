import Wire

/// Builds the JSON of requests in memory that is wiped.
package struct RequestBody: ~Copyable {
    private var writer = JSONWriter(WipedBuffer())
    /// Whether nothing was put in yet.
    package private(set) var isEmpty = true

    /// Without members.
    package init() { writer.beginObject() }

    /// Leaves the member out where there is no value.
    package mutating func string(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        begin(name)
        writer.string(value)
    }

    /// A text that must not be seen.
    package mutating func string(_ name: StaticString, _ value: SecretText?) {
        guard let value else { return }
        begin(name)
        value.withBytes { writer.string(bytes: $0) }
    }

    /// Leaves the member out where there is no list; an empty one takes away what there was.
    package mutating func strings(_ name: StaticString, _ values: [String]?) {
        guard let values else { return }
        begin(name)
        writer.beginArray()
        for value in values { writer.string(value) }
        writer.endArray()
    }

    /// JSON that was checked already.
    package mutating func json(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        begin(name)
        let bytes = Array(value.utf8)
        writer.raw(bytes.span)
    }

    /// The same with JSON that must not be seen.
    package mutating func json(_ name: StaticString, _ value: SecretText?) {
        guard let value else { return }
        begin(name)
        value.withBytes { writer.raw($0) }
    }

    /// Leaves the member out where nothing is said.
    package mutating func flag(_ name: StaticString, _ value: Bool?) {
        guard let value else { return }
        begin(name)
        writer.bool(value)
    }

    /// Takes away what there was.
    package mutating func null(_ name: StaticString) {
        begin(name)
        writer.null()
    }

    /// Leaves the member out for nil, and makes it null where something is taken away.
    mutating func change<Value>(
        _ name: StaticString, _ change: Change<Value>?,
        _ set: (inout RequestBody, StaticString, Value) -> Void
    ) {
        switch change {
        case .set(let value): set(&self, name, value)
        case .removed: null(name)
        case nil: break
        }
    }

    /// The body of a rotation; nil where it says nothing.
    package static func renewal(_ grace: String?) -> SecretText? {
        guard let grace else { return nil }
        var body = RequestBody()
        body.string("grace", grace)
        return body.finish()
    }

    /// The whole text.
    package consuming func finish() -> SecretText {
        writer.endObject()
        return writer.finish().take()
    }

    private mutating func begin(_ name: StaticString) {
        writer.member(name)
        isEmpty = false
    }
}

/// What becomes of a value that an object may be without.
public enum Change<Value: Sendable>: Sendable {
    /// This one takes the place of the old one.
    case set(Value)
    /// The object is without one from now on.
    case removed
}

/// A credential on its way into the vault.
public enum CredentialInput: Sendable {
    /// The JSON object with `type` and the type's fields.
    case clear(SecretText)
    /// The same JSON, sealed to a sealing key; base64.
    case sealed(encryptedValue: String, keyID: String)
    /// One that is there already: the account's own or, for a token that reaches the whole
    /// organization, one that the integration point or the organization lends.
    case existing(Credential.ID)

    /// The JSON object that stands for it in a request.
    func json() -> SecretText {
        switch self {
        case .clear(let json): return json
        case .sealed(let value, let keyID):
            var body = RequestBody()
            body.string("encrypted_value", value)
            body.string("key_id", keyID)
            return body.finish()
        case .existing(let id):
            var body = RequestBody()
            body.string("credential_id", id.text)
            return body.finish()
        }
    }
}
