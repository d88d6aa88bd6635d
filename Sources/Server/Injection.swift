import Crypto
import Vault

/// A credential as the value of an `Authorization` header (2-gateways, rule 6).
enum Injection {
    /// The complete line; nil for a type or a value that no header can carry.
    static func line(_ released: Vault.Released) -> WipedBytes? {
        var line = WipedBytes(capacity: 256)
        line.append("X-Strongroom-Upstream-Authorization: ")
        switch released.value.payload.type {
        case .basic:
            guard let encoded = basic(released.value.payload) else { return nil }
            line.append("Basic ")
            encoded.withSpan { line.append($0) }
        case .token, .secret:
            line.append("Bearer ")
            guard append(.secret, of: released.value.payload, to: &line) else { return nil }
        case .aws, .awsRole, .oAuthClient, .tlsCertificate: return nil
        }
        line.append("\r\n")
        return line
    }

    private static func basic(_ payload: borrowing CredentialPayload) -> WipedBytes? {
        var pair = WipedBytes(capacity: 256)
        var hasColon = false
        payload.forEachField { field, bytes in
            for offset in bytes.byteOffsets {
                let byte = bytes.byte(at: offset)
                // RFC 7617: a user name with a colon cannot be told from its password.
                if field == .username, byte == 58 { hasColon = true }
                pair.append(byte)
            }
            if field == .username { pair.append(58) }
        }
        guard !hasColon else { return nil }
        var encoded = pair.withSpan { unsafe Base64.encode($0.bytes) }
        defer { Wiping.wipe(&encoded) }
        return WipedBytes(copying: encoded.span)
    }

    private static func append(
        _ wanted: CredentialField, of payload: borrowing CredentialPayload,
        to line: inout WipedBytes
    ) -> Bool {
        var isPlain = true
        payload.forEachField { field, bytes in
            guard field == wanted else { return }
            for offset in bytes.byteOffsets {
                let byte = bytes.byte(at: offset)
                // Visible ASCII only: nothing that could end the line.
                if byte < 33 || byte > 126 { isPlain = false }
                line.append(byte)
            }
        }
        return isPlain
    }
}
