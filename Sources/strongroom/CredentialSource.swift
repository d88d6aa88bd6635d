import Crypto
import StrongroomClient
import Vault
import Wire

/// A credential as the caller hands it in: a file, standard input or prompts; sealed if wanted.
enum CredentialSource {
    /// What the verbs that take a credential accept.
    static let options: [Option] = [
        .value("credential-file", "PATH", "the credential as JSON, - for standard input"),
        .value(
            "credential-type", "TYPE", "ask for each part of the credential on the terminal",
            values: CredentialType.allCases.map(\.text)),
        .flag("seal", "seal the credential to the account's key before it leaves this program"),
    ]

    /// The JSON that stands for the credential in a request; nil when none was given.
    static func json(_ session: Session, account: String) throws(Failure) -> SecretText? {
        guard let clear = try clear(session.invocation) else {
            guard !session.invocation.has("seal") else {
                throw .usage("--seal needs --credential-file or --credential-type")
            }
            return nil
        }
        return session.invocation.has("seal") ? try sealed(clear, session, account) : clear
    }

    private static func clear(_ invocation: Invocation) throws(Failure) -> SecretText? {
        let (path, type) = (
            invocation.value("credential-file"), invocation.value("credential-type")
        )
        guard path == nil || type == nil else {
            throw .usage("--credential-file and --credential-type both give the credential")
        }
        if let path { return try checked(SecretInput.file(path, "the credential")) }
        if let type { return try prompted(type) }
        return nil
    }

    /// Its shape is the daemon's to judge; here it must be an object at all.
    private static func checked(_ json: SecretText) throws(Failure) -> SecretText {
        let isObject = json.withBytes { bytes in
            // A fault's place in a secret text is nobody's business.
            (try? JSONDocument.parse(bytes))?.root.kind == .object
        }
        guard isObject else { throw .usage("the credential is not a JSON object") }
        return json
    }

    private static func prompted(_ text: String) throws(Failure) -> SecretText {
        guard let type = CredentialType(text) else { throw .usage("\(text) is no credential type") }
        guard type != .tlsCertificate else {
            throw .usage("a certificate has many lines: give it with --credential-file")
        }
        var writer = JSONWriter(WipedBuffer())
        writer.beginObject()
        writer.member("type")
        writer.string(type.text)
        for (field, isRequired) in type.fields {
            let value = try prompted(field, isRequired)
            if value.byteCount == 0 { continue }
            writer.member(field.name)
            value.withBytes { field.isObject ? writer.raw($0) : writer.string(bytes: $0) }
        }
        writer.endObject()
        return try checked(writer.finish().take())
    }

    private static func prompted(
        _ field: CredentialField, _ isRequired: Bool
    ) throws(Failure) -> SecretText {
        let hint = (field.isObject ? " (JSON)" : "") + (isRequired ? "" : " (may be left empty)")
        guard let value = try SecretInput.prompt("\(field.name)\(hint): ") else {
            throw .usage("there is no terminal to ask on: give --credential-file PATH or -")
        }
        guard value.byteCount > 0 || !isRequired else { throw .usage("\(field.name) is empty") }
        return value
    }

    private static func sealed(
        _ clear: SecretText, _ session: Session, _ account: String
    ) throws(Failure) -> SecretText {
        let answer = try session.manage(.get, ["accounts", account, "sealing-key"])
        let key = try JSONTree.result(of: answer)
        guard let keyID = key["key_id"]?.text, let text = key["public_key"]?.text,
            let publicKey = publicKey(text)
        else { throw .refused("the daemon's sealing key is malformed") }
        let value = clear.withBytes { bytes in
            // Fails for a key of low order only, which no honest daemon gives out.
            unsafe try? SealedBox.seal(bytes.bytes, to: publicKey)
        }
        guard let value else { throw .refused("nothing can be sealed to the daemon's key") }
        var writer = JSONWriter(WipedBuffer())
        writer.beginObject()
        writer.member("encrypted_value")
        let encoded = unsafe Base64.encode(value.span.bytes)
        writer.string(bytes: encoded.span)
        writer.member("key_id")
        writer.string(keyID)
        writer.endObject()
        return writer.finish().take()
    }

    private static func publicKey(_ text: String) -> PublicKey? {
        let characters = Array(text.utf8)
        guard let bytes = unsafe Base64.decode(characters.span.bytes) else { return nil }
        // Any other length than a key's is no key.
        return try? PublicKey(bytes)
    }
}
