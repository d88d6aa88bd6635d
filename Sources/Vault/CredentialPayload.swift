package import Crypto

/// The parts that credentials are made of; the raw value is the part's tag in a payload.
package enum CredentialField: UInt8, CaseIterable, Sendable {
    case username = 1
    case secret, accessKeyID, secretAccessKey, session, roleARN, externalID, roleSessionName
    case duration, clientID, clientSecret, tokenURL, extra, certificate, privateKey

    /// The member's name in JSON.
    package var name: StaticString {
        switch self {
        case .username: "username"
        case .secret: "secret"
        case .accessKeyID: "access_key_id"
        case .secretAccessKey: "secret_access_key"
        case .session: "session"
        case .roleARN: "role_arn"
        case .externalID: "external_id"
        case .roleSessionName: "role_session_name"
        case .duration: "duration"
        case .clientID: "client_id"
        case .clientSecret: "client_secret"
        case .tokenURL: "token_url"
        case .extra: "extra"
        case .certificate: "certificate"
        case .privateKey: "private_key"
        }
    }

    /// Whether the member is any JSON object rather than a string.
    package var isObject: Bool { self == .extra }
}

extension CredentialType {
    /// The type's parts in order, and whether each must be there.
    package var fields: [(field: CredentialField, isRequired: Bool)] {
        switch self {
        case .basic: [(.username, true), (.secret, true)]
        case .token, .secret: [(.secret, true)]
        case .aws: [(.accessKeyID, true), (.secretAccessKey, true), (.session, false)]
        case .awsRole:
            [
                (.roleARN, true), (.externalID, true), (.roleSessionName, false),
                (.duration, false),
            ]
        case .oAuthClient:
            [(.clientID, true), (.clientSecret, true), (.tokenURL, false), (.extra, false)]
        case .tlsCertificate: [(.certificate, true), (.privateKey, true)]
        }
    }
}

/// A credential in clear: its type, then each part as tag, 4-byte length and bytes.
///
/// It exists in locked memory only, between a request and its sealing, or between an opening and
/// the answer.
package struct CredentialPayload: ~Copyable, Sendable {
    package let type: CredentialType
    let encoded: Secret

    /// Room for one part's tag and length.
    package static let fieldOverhead = 5

    /// Makes a payload from `parts`; `fill` writes the bytes of each where it is told to.
    package init(
        type: CredentialType, parts: [(field: CredentialField, byteCount: Int)],
        fill: (CredentialField, inout MutableRawSpan, _ offset: Int) -> Void
    ) throws(CryptoError) {
        self.type = type
        let total = parts.reduce(1) { $0 + Self.fieldOverhead + $1.byteCount }
        encoded = try Secret(byteCount: total) { bytes in
            bytes.setByte(type.rawValue, at: 0)
            var offset = 1
            for part in parts {
                bytes.setByte(part.field.rawValue, at: offset)
                for index in 0..<4 {
                    let byte = UInt8(truncatingIfNeeded: part.byteCount >> (24 - 8 * index))
                    bytes.setByte(byte, at: offset + 1 + index)
                }
                fill(part.field, &bytes, offset + Self.fieldOverhead)
                offset += Self.fieldOverhead + part.byteCount
            }
        }
    }

    /// Reads a payload that was opened; it was authenticated, so a wrong shape is our own fault.
    package init(decoding encoded: consuming Secret) throws(Refusal) {
        let type = encoded.withBytes { bytes in
            Self.isWellFormed(bytes) ? CredentialType(rawValue: bytes.byte(at: 0)) : nil
        }
        guard let type else { throw .integrity(table: "credential") }
        self.type = type
        self.encoded = encoded
    }

    private static func isWellFormed(_ bytes: RawSpan) -> Bool {
        guard bytes.byteCount > 0 else { return false }
        var offset = 1
        while offset < bytes.byteCount {
            guard let part = part(bytes, at: offset) else { return false }
            offset = part.range.upperBound
        }
        return true
    }

    /// Hands out each part in order; its bytes are good within the call only.
    package borrowing func forEachField<E>(
        _ body: (CredentialField, RawSpan) throws(E) -> Void
    ) throws(E) {
        try encoded.withBytes { (bytes) throws(E) in
            var offset = 1
            while let part = Self.part(bytes, at: offset) {
                try body(part.field, bytes.extracting(part.range))
                offset = part.range.upperBound
            }
        }
    }

    private static func part(
        _ bytes: RawSpan, at offset: Int
    ) -> (field: CredentialField, range: Range<Int>)? {
        guard offset + fieldOverhead <= bytes.byteCount,
            let field = CredentialField(rawValue: bytes.byte(at: offset))
        else { return nil }
        var count = 0
        for index in 1...4 { count = count << 8 | Int(bytes.byte(at: offset + index)) }
        let start = offset + fieldOverhead
        guard count <= bytes.byteCount - start else { return nil }
        return (field, start..<start + count)
    }
}
