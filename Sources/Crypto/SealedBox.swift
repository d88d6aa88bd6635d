import CSodium

/// An X25519 public key: whoever has it can seal, nobody can open with it.
package struct PublicKey: Hashable, Sendable {
    package static let byteCount = 32
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == Self.byteCount else { throw .malformed }
        self.bytes = bytes
    }
}

/// An X25519 private key.
package struct PrivateKey: ~Copyable, Sendable {
    private let secret: Secret

    package init(_ secret: consuming Secret) throws(CryptoError) {
        guard secret.byteCount == 32 else { throw .malformed }
        self.secret = secret
    }

    package borrowing func withBytes<R: ~Copyable, E>(
        _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        try secret.withBytes(body)
    }

    /// Computed anew, so that a stored public key can be checked against it.
    package borrowing func publicKey() throws(CryptoError) -> PublicKey {
        var bytes = [UInt8](repeating: 0, count: PublicKey.byteCount)
        let outcome = secret.withBytes { secret in
            unsafe secret.withUnsafeBytes { secret in
                unsafe crypto_scalarmult_base(
                    &bytes, secret.octets)
            }
        }
        guard outcome == 0 else { throw .malformed }
        return try PublicKey(bytes)
    }
}

/// Both halves of a new pair.
package struct KeyPair: ~Copyable {
    package let publicKey: PublicKey
    package let privateKey: PrivateKey

    package static func generate(_ entropy: some Entropy) throws(CryptoError) -> KeyPair {
        let privateKey = try PrivateKey(try Secret.random(byteCount: 32, from: entropy))
        return KeyPair(publicKey: try privateKey.publicKey(), privateKey: privateKey)
    }
}

/// libsodium's `crypto_box_seal`: anybody seals to a public key, its owner opens.
package enum SealedBox {
    package static let overhead = 48

    package static func seal(
        _ message: RawSpan, to publicKey: PublicKey
    ) throws(CryptoError) -> [UInt8] {
        var sealed = [UInt8](repeating: 0, count: message.byteCount + overhead)
        let outcome = unsafe message.withUnsafeBytes { message in
            unsafe crypto_box_seal(
                &sealed, message.octets,
                UInt64(message.count), publicKey.bytes)
        }
        guard outcome == 0 else { throw .malformed }
        return sealed
    }

    package static func open(
        _ sealed: RawSpan, _ publicKey: PublicKey, _ privateKey: borrowing PrivateKey
    ) throws(CryptoError) -> Secret {
        guard sealed.byteCount >= overhead else { throw .malformed }
        return try privateKey.withBytes { (privateKey) throws(CryptoError) -> Secret in
            try Secret(byteCount: sealed.byteCount - overhead) { (target) throws(CryptoError) in
                let outcome = unsafe target.withUnsafeMutableBytes { target in
                    unsafe sealed.withUnsafeBytes { sealed in
                        unsafe privateKey.withUnsafeBytes { privateKey in
                            unsafe crypto_box_seal_open(
                                target.octets,
                                sealed.octets,
                                UInt64(sealed.count), publicKey.bytes,
                                privateKey.octets)
                        }
                    }
                }
                guard outcome == 0 else { throw .forged }
            }
        }
    }
}
