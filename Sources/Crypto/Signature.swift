import CSodium

/// An Ed25519 key that signs (RFC 8032); made from a 32-byte seed.
package struct SigningKey: ~Copyable, Sendable {
    private let secret: Secret
    package let publicKey: VerifyingKey

    package init(seed: borrowing Key<AuditSigningPurpose>) throws(CryptoError) {
        var publicBytes = [UInt8](repeating: 0, count: 32)
        let expanded = try seed.withBytes { (seed) throws(CryptoError) -> Secret in
            try Secret(byteCount: 64) { target in
                unsafe target.withUnsafeMutableBytes { target in
                    unsafe seed.withUnsafeBytes { seed in
                        // Fails on no input: any 32 bytes are a seed.
                        _ = unsafe crypto_sign_seed_keypair(
                            &publicBytes,
                            target.octets,
                            seed.octets)
                    }
                }
            }
        }
        let publicKey = try VerifyingKey(publicBytes)
        self.publicKey = publicKey
        secret = expanded
    }

    /// 64 bytes.
    package borrowing func sign(_ message: RawSpan) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: 64)
        secret.withBytes { secret in
            unsafe message.withUnsafeBytes { message in
                unsafe secret.withUnsafeBytes { secret in
                    _ = unsafe crypto_sign_detached(
                        &signature, nil,
                        message.octets,
                        UInt64(message.count),
                        secret.octets)
                }
            }
        }
        return signature
    }
}

/// The public half of a signing key.
package struct VerifyingKey: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == 32 else { throw .malformed }
        self.bytes = bytes
    }

    package func verifies(_ signature: [UInt8], of message: RawSpan) -> Bool {
        guard signature.count == 64 else { return false }
        return unsafe message.withUnsafeBytes { message in
            unsafe crypto_sign_verify_detached(
                signature, message.octets,
                UInt64(message.count), bytes) == 0
        }
    }
}
