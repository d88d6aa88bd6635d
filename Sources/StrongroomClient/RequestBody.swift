import Wire

/// Builds the JSON of requests in memory that is wiped.
struct RequestBody: ~Copyable {
    private var writer = JSONWriter(WipedBuffer())

    init() { writer.beginObject() }

    /// Leaves the member out where there is no value.
    mutating func string(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        writer.member(name)
        writer.string(value)
    }

    mutating func strings(_ name: StaticString, _ values: [String]?) {
        guard let values else { return }
        writer.member(name)
        writer.beginArray()
        for value in values { writer.string(value) }
        writer.endArray()
    }

    /// JSON that is put in as it is.
    mutating func json(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        writer.member(name)
        let bytes = Array(value.utf8)
        writer.raw(bytes.span)
    }

    mutating func json(_ name: StaticString, _ value: SecretText?) {
        guard let value else { return }
        writer.member(name)
        value.withBytes { writer.raw($0) }
    }

    /// The body of a rotation; nil where it says nothing.
    static func renewal(_ grace: String?) -> SecretText? {
        guard let grace else { return nil }
        var body = RequestBody()
        body.string("grace", grace)
        return body.finish()
    }

    consuming func finish() -> SecretText {
        writer.endObject()
        return writer.finish().take()
    }
}

/// A credential on its way into the vault.
public enum CredentialInput: Sendable {
    /// The JSON object with `type` and the type's fields.
    case clear(SecretText)
    /// The same JSON, sealed to a sealing key; base64.
    case sealed(encryptedValue: String, keyID: String)
    /// One that is there already.
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
