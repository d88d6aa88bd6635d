import Crypto
import Vault
import Wire

/// Members of the bodies about members and roles, checked where they come in.
extension BodyFields {
    mutating func memberKind() throws(Refusal) -> Member.Kind? {
        guard let text = try optionalString("type") else { return nil }
        guard let kind = Member.Kind(text) else {
            throw .invalidValue("type is personal or service")
        }
        return kind
    }

    /// Names or ids of roles.
    mutating func roleBinding() throws(Refusal) -> [Reference<RoleKind>]? {
        if isNull("role_binding") { return [] }
        guard let texts = try optionalStrings("role_binding") else { return nil }
        var references: [Reference<RoleKind>] = []
        for text in texts {
            guard let reference = Reference<RoleKind>(text) else {
                throw .invalidValue("role_binding names a role that is not there")
            }
            references.append(reference)
        }
        return references
    }

    /// From the body into locked memory; never a `String`.
    mutating func secret(
        atLeast byteCountMin: Int
    ) throws(Refusal) -> ShownSecret? {
        guard let value = optionalValue("secret"), !value.isNull else { return nil }
        return try body.bytes.withSpan { (bytes) throws(Refusal) in
            guard let count = value.stringByteCount(bytes) else {
                throw .malformedRequest("secret is a string")
            }
            guard (byteCountMin...ShownSecret.byteCountMax).contains(count) else {
                throw .invalidValue(
                    byteCountMin == 1
                        ? "secret has 1 to 1024 bytes" : "secret has 12 to 1024 bytes")
            }
            do throws(CryptoError) {
                return ShownSecret(
                    try Secret(byteCount: count) { value.decodeString(bytes, into: &$0, at: 0) })
            } catch {
                throw Refusal(error)
            }
        }
    }

    mutating func permissionSet() throws(Refusal) -> PermissionSet? {
        guard let text = try optionalString("permission_set") else { return nil }
        guard let set = PermissionSet(text) else {
            throw .invalidValue("permission_set is not one of the built-in sets")
        }
        return set
    }
}
