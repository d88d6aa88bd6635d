import CSodium

/// Argon2id: a key from something a person can remember.
package enum PasswordDerivation {
    package static let saltByteCount = 16
    /// Below these a parameter is refused, whatever a file says.
    package static let opsLimitMin: UInt64 = 2
    package static let memoryBytesMin: UInt64 = 64 << 20
    package static let memoryBytesMax: UInt64 = 4 << 30
    package static let opsLimitMax: UInt64 = 16
    package static let opsLimitDefault: UInt64 = 3
    package static let memoryBytesDefault: UInt64 = 256 << 20

    package static func masterKey(
        from passphrase: borrowing Secret, salt: [UInt8], opsLimit: UInt64, memoryBytes: UInt64
    ) throws(CryptoError) -> Key<MasterPurpose> {
        try Key<MasterPurpose>(
            try hash(passphrase, salt: salt, opsLimit: opsLimit, memoryBytes: memoryBytes))
    }

    /// 32 bytes that only the same passphrase with the same parameters gives.
    package static func hash(
        _ passphrase: borrowing Secret, salt: [UInt8], opsLimit: UInt64, memoryBytes: UInt64
    ) throws(CryptoError) -> Secret {
        guard salt.count == saltByteCount, (opsLimitMin...opsLimitMax).contains(opsLimit),
            (memoryBytesMin...memoryBytesMax).contains(memoryBytes)
        else { throw .derivationFailed }
        return try passphrase.withBytes { (passphrase) throws(CryptoError) -> Secret in
            try Secret(byteCount: 32) { (target) throws(CryptoError) in
                let outcome = unsafe target.withUnsafeMutableBytes { target in
                    unsafe passphrase.withUnsafeBytes { passphrase in
                        unsafe crypto_pwhash(
                            target.octets, 32,
                            passphrase.characters,
                            UInt64(passphrase.count), salt, opsLimit, Int(memoryBytes),
                            crypto_pwhash_ALG_ARGON2ID13)
                    }
                }
                guard outcome == 0 else { throw .derivationFailed }
            }
        }
    }
}
