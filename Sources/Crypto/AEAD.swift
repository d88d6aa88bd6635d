import CSodium

/// XChaCha20-Poly1305 with a random 24-byte nonce in front: `nonce || ciphertext || tag`.
package enum AEAD {
    package static let overhead = 24 + 16
    private static let nonceByteCount = 24
    private static let tagByteCount = 16

    package static func seal<P>(
        _ message: RawSpan, context: Context, key: borrowing Key<P>, entropy: some Entropy
    ) throws(CryptoError) -> [UInt8] {
        var nonce = [UInt8](repeating: 0, count: nonceByteCount)
        var nonceSpan = nonce.mutableSpan
        var nonceBytes = unsafe nonceSpan.mutableBytes
        entropy.fill(&nonceBytes)
        var sealed = [UInt8](repeating: 0, count: message.byteCount + tagByteCount)
        var written: UInt64 = 0
        let additional = context.bytes
        let outcome = key.withBytes { key in
            unsafe message.withUnsafeBytes { message in
                unsafe key.withUnsafeBytes { key in
                    unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                        &sealed, &written,
                        message.octets,
                        UInt64(message.count), additional, UInt64(additional.count), nil, nonce,
                        key.octets)
                }
            }
        }
        guard outcome == 0, written == UInt64(sealed.count) else { throw .malformed }
        return nonce + sealed
    }

    /// Throws `.forged` when anything of ciphertext, context or key is another.
    package static func open<P>(
        _ sealed: RawSpan, context: Context, key: borrowing Key<P>
    ) throws(CryptoError) -> Secret {
        guard sealed.byteCount >= overhead else { throw .malformed }
        let additional = context.bytes
        let nonce = sealed.extracting(0..<nonceByteCount)
        let body = sealed.extracting(nonceByteCount..<sealed.byteCount)
        return try key.withBytes { (key) throws(CryptoError) -> Secret in
            try Secret(byteCount: body.byteCount - tagByteCount) { (target) throws(CryptoError) in
                let outcome = unsafe target.withUnsafeMutableBytes { target in
                    unsafe body.withUnsafeBytes { body in
                        unsafe nonce.withUnsafeBytes { nonce in
                            unsafe key.withUnsafeBytes { key in
                                unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                                    target.octets, nil,
                                    nil, body.octets,
                                    UInt64(body.count), additional, UInt64(additional.count),
                                    nonce.octets,
                                    key.octets)
                            }
                        }
                    }
                }
                guard outcome == 0 else { throw .forged }
            }
        }
    }
}

/// Hiding lengths: up to a multiple of `block` bytes (ISO/IEC 7816-4, as libsodium does it).
package enum Padding {
    package static func padded(_ bytes: RawSpan, block: Int) throws(CryptoError) -> Secret {
        let total = (bytes.byteCount / block + 1) * block
        return try Secret(byteCount: total) { (target) throws(CryptoError) in
            target.copy(bytes, to: 0)
            var length = 0
            let outcome = unsafe target.withUnsafeMutableBytes { target in
                unsafe sodium_pad(
                    &length, target.octets,
                    bytes.byteCount, block, target.count)
            }
            guard outcome == 0, length == total else { throw .malformed }
        }
    }

    package static func unpadded(
        _ padded: borrowing Secret, block: Int
    ) throws(CryptoError) -> Secret {
        try padded.withBytes { (bytes) throws(CryptoError) -> Secret in
            guard bytes.byteCount > 0, bytes.byteCount % block == 0 else { throw .malformed }
            var length = 0
            let outcome = unsafe bytes.withUnsafeBytes { buffer in
                unsafe sodium_unpad(
                    &length, buffer.octets,
                    buffer.count, block)
            }
            guard outcome == 0, length <= bytes.byteCount else { throw .malformed }
            return try Secret(copying: bytes.extracting(0..<length))
        }
    }
}
