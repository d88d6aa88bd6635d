package import Crypto

/// A name and an Ed25519 public key that signed notes are checked with (C2SP signed-note).
///
/// Text form: `<name>+<eight hex digits of the key id>+<base64 of 0x01 and the key>`.
package struct VerifierKey: Hashable, Sendable {
    /// Printable ASCII without space and plus.
    package let name: String
    package let key: VerifyingKey
    package let keyID: UInt32

    /// C2SP's number of Ed25519.
    static let algorithm: UInt8 = 1
    static let nameByteCountMax = 255

    package init?(name: String, key: VerifyingKey) {
        guard Self.isName(name) else { return nil }
        self.name = name
        self.key = key
        keyID = Self.keyID(name, key)
    }

    /// Nil for anything but the one text of some key; the key id must be the key's own.
    package init?(text: String) {
        // The third part may hold pluses of its own: they are digits of base64.
        let parts = text.split(
            separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let encoded = Array(parts[2].utf8)
        guard let bytes = unsafe Base64.decode(encoded.span.bytes), bytes.count == 33,
            bytes[0] == Self.algorithm,
            // Refuses a wrong length only, which was looked at.
            let key = try? VerifyingKey(Array(bytes[1...])),
            let verifier = VerifierKey(name: String(parts[0]), key: key), verifier.text == text
        else { return nil }
        self = verifier
    }

    package var text: String {
        let encoded = unsafe Base64.encode(([Self.algorithm] + key.bytes).span.bytes)
        let digits = String(keyID, radix: 16)
        let padding = String(repeating: "0", count: 8 - digits.count)
        return name + "+" + padding + digits + "+" + String(decoding: encoded, as: UTF8.self)
    }

    static func isName(_ name: String) -> Bool {
        let bytes = name.utf8
        guard (1...nameByteCountMax).contains(bytes.count) else { return false }
        return bytes.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "+") }
    }

    /// The first four bytes of SHA-256 over name, newline, algorithm and key.
    private static func keyID(_ name: String, _ key: VerifyingKey) -> UInt32 {
        let message = Array(name.utf8) + [0x0a, algorithm] + key.bytes
        return UInt32(truncatingIfNeeded: unsafe SHA256.hash(message.span.bytes).words.0 >> 32)
    }
}
