import Crypto
import Vault
import Wire

/// From a credential's JSON to a payload in locked memory; no part of it becomes a `String`.
enum CredentialReading {
    static func payload(
        _ value: JSONRest, _ bytes: Span<UInt8>
    ) throws(Refusal) -> CredentialPayload {
        let type = try type(value.object, bytes)
        let parts = try parts(value, type, bytes)
        do throws(CryptoError) {
            return try CredentialPayload(
                type: type, parts: parts.map { (field: $0.field, byteCount: $0.byteCount) },
                fill: { field, target, offset in
                    guard let part = parts.first(where: { $0.field == field }) else { return }
                    part.write(bytes, &target, offset)
                })
        } catch {
            throw Refusal(error)
        }
    }

    private struct Part {
        let field: CredentialField
        let value: JSONValue
        let byteCount: Int

        func write(_ bytes: Span<UInt8>, _ target: inout MutableRawSpan, _ offset: Int) {
            if field.isObject {
                value.minify(bytes, into: &target, at: offset)
            } else {
                value.decodeString(bytes, into: &target, at: offset)
            }
        }
    }

    private static func type(
        _ value: JSONValue, _ bytes: Span<UInt8>
    ) throws(Refusal) -> CredentialType {
        guard value.kind == .object else {
            throw .malformedRequest("a credential is a JSON object")
        }
        guard let text = value.member("type", bytes)?.string(bytes) else {
            throw .malformedRequest("a credential needs a type")
        }
        guard let type = CredentialType(text) else {
            throw .invalidValue(
                "type is one of basic, token, secret, aws, aws_role, o_auth_client, tls_certificate"
            )
        }
        return type
    }

    private static func parts(
        _ value: JSONRest, _ type: CredentialType, _ bytes: Span<UInt8>
    ) throws(Refusal) -> [Part] {
        var parts: [Part] = []
        var known = 1
        for (field, isRequired) in type.fields {
            guard let member = value.object.member(field.name, bytes) else {
                if isRequired { throw .malformedRequest("a member of the credential is missing") }
                continue
            }
            known += 1
            parts.append(try part(field, member, bytes))
        }
        guard value.count == known else {
            throw .malformedRequest("the credential has a member that its type does not know")
        }
        let total = parts.reduce(0) { $0 + $1.byteCount }
        guard total <= Limits.credentialByteCountMax else {
            throw .invalidValue("a credential has at most 65536 bytes")
        }
        return parts
    }

    private static func part(
        _ field: CredentialField, _ member: JSONValue, _ bytes: Span<UInt8>
    ) throws(Refusal) -> Part {
        if field.isObject {
            guard member.kind == .object else {
                throw .malformedRequest("extra is a JSON object")
            }
            return Part(field: field, value: member, byteCount: member.minifiedByteCount(bytes))
        }
        guard let count = member.stringByteCount(bytes) else {
            throw .malformedRequest("the parts of a credential are strings")
        }
        guard count > 0 else { throw .invalidValue("a part of the credential is empty") }
        return Part(field: field, value: member, byteCount: count)
    }
}

/// Where a request's credential comes from: inline, by id, or sealed by the sender.
extension Call {
    /// The payload of `{"type": ...}` or of `{"encrypted_value", "key_id"}`.
    func payload(
        _ value: JSONRest, in body: RequestBody, owner: KeyOwner
    ) throws(Refusal) -> CredentialPayload {
        try body.bytes.withSpan { (bytes) throws(Refusal) in
            if value.object.member("encrypted_value", bytes) != nil {
                return try sealedPayload(value, bytes, owner)
            }
            return try CredentialReading.payload(value, bytes)
        }
    }

    private func sealedPayload(
        _ value: JSONRest, _ bytes: Span<UInt8>, _ owner: KeyOwner
    ) throws(Refusal) -> CredentialPayload {
        let keyText: String
        let valueText: String
        do throws(JSONShapeFault) {
            var reader = try JSONObjectReader(value.object, bytes, isNullAbsent: false)
            keyText = try reader.string("key_id", bytes)
            valueText = try reader.string("encrypted_value", bytes)
            guard reader.takenCount == value.count else { throw .unknownMember }
        } catch {
            throw Refusal(error)
        }
        guard let keyID = SealingKeyID.parse(keyText) else {
            throw .invalidValue("key_id is not the account's current sealing key")
        }
        // Ciphertext, not a secret: an array of it may stay.
        guard let sealed = unsafe Base64.decode(Array(valueText.utf8).span.bytes) else {
            throw .invalidValue("encrypted_value is not base64")
        }
        let clear = try unsafe vault.openSenderSealed(
            sealed.span.bytes, keyID: keyID, owner: owner)
        return try clear.withBytes { (clear) throws(Refusal) in
            try openedPayload(clear)
        }
    }

    private func openedPayload(_ clear: RawSpan) throws(Refusal) -> CredentialPayload {
        let text = WipedBytes(copyingRaw: clear)
        return try text.withSpan { (bytes) throws(Refusal) in
            let document: JSONDocument
            do {
                document = try JSONDocument.parse(bytes)
            } catch {
                throw .invalidValue("the sealed credential is not JSON")
            }
            return try CredentialReading.payload(JSONRest(object: document.root), bytes)
        }
    }
}

/// The text by which a sender names the key that it sealed to: 22 base62 digits.
enum SealingKeyID {
    static func text(_ id: UInt128) -> String {
        var bytes: [UInt8] = []
        Base62.append(id, width: Base62.width16, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    static func parse(_ text: String) -> UInt128? {
        let bytes = Array(text.utf8)
        guard bytes.count == Base62.width16 else { return nil }
        return Base62.uint128(bytes.span)
    }
}
