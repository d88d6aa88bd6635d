/// What can go wrong in the cryptography; says nothing about what was being protected.
package enum CryptoError: Error, Equatable, Sendable {
    /// libsodium could not be started.
    case notAvailable
    /// The kernel does not lock memory for this process.
    case memoryNotLocked
    /// No room in the locked memory: try again when others have let go.
    case secretMemoryExhausted
    /// The ciphertext, its context or its key is not what it was made with.
    case forged
    /// Wrong length or encoding, before any key was used.
    case malformed
    /// Parameters of the key derivation below the floor, or not enough memory for them.
    case derivationFailed
}
