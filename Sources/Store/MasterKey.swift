import Crypto
import Linux
import Vault

/// Getting the master key, the way that the operator chose.
struct MasterKeySource {
    let method: UnsealMethod
    let passphrases: any PassphraseSource

    /// A new vault's key, how it comes to be, and the file that was made for it.
    struct New: ~Copyable {
        let key: Key<MasterPurpose>
        let derivation: MasterDerivation
        let madeFile: String?
    }

    /// For a vault that is there; the ring's header says how its key is derived.
    func key(_ derivation: MasterDerivation) throws(VaultDirectoryError) -> Key<MasterPurpose> {
        switch (method, derivation) {
        case (.keyFile(let path), .given): return try Self.read(path)
        case (.credential(let name), .given): return try Self.read(Self.credentialPath(name))
        case (.passphrase, .argon2id(let salt, let opsLimit, let memoryBytes)):
            let passphrase = try passphrases.passphrase(isNew: false)
            return try Self.stretch(passphrase, salt, opsLimit, memoryBytes)
        case (.passphrase, .given):
            throw .unseal(
                "this vault is opened with a key, not a passphrase: use --unseal key-file:PATH or "
                    + "credential:NAME")
        case (.keyFile, .argon2id), (.credential, .argon2id):
            throw .unseal("this vault is opened with a passphrase: use --unseal passphrase")
        }
    }

    /// For a new vault; a key file that is not there is made.
    func new(_ entropy: some Entropy) throws(VaultDirectoryError) -> New {
        switch method {
        case .keyFile(let path):
            let isMade = try Self.makeIfAbsent(path, entropy)
            return New(
                key: try Self.read(path), derivation: .given, madeFile: isMade ? path : nil)
        case .credential(let name):
            let key = try Self.read(Self.credentialPath(name))
            return New(key: key, derivation: .given, madeFile: nil)
        case .passphrase:
            let passphrase = try passphrases.passphrase(isNew: true)
            var salt = [UInt8](repeating: 0, count: PasswordDerivation.saltByteCount)
            var span = salt.mutableSpan
            var bytes = unsafe span.mutableBytes
            entropy.fill(&bytes)
            let opsLimit = PasswordDerivation.opsLimitDefault
            let memoryBytes = PasswordDerivation.memoryBytesDefault
            return New(
                key: try Self.stretch(passphrase, salt, opsLimit, memoryBytes),
                derivation: .argon2id(salt: salt, opsLimit: opsLimit, memoryBytes: memoryBytes),
                madeFile: nil)
        }
    }

    /// Parameters below the floor are refused, whatever the ring file says.
    private static func stretch(
        _ passphrase: borrowing Secret, _ salt: [UInt8], _ opsLimit: UInt64, _ memoryBytes: UInt64
    ) throws(VaultDirectoryError) -> Key<MasterPurpose> {
        do {
            return try PasswordDerivation.masterKey(
                from: passphrase, salt: salt, opsLimit: opsLimit, memoryBytes: memoryBytes)
        } catch .derivationFailed {
            throw .unseal(
                "the key ring asks for a passphrase derivation that is too weak or needs more "
                    + "memory than there is: restore a backup or free memory")
        } catch {
            throw .unseal("no locked memory for the master key: raise RLIMIT_MEMLOCK")
        }
    }

    private static func credentialPath(_ name: String) throws(VaultDirectoryError) -> String {
        guard let directory = ProcessHygiene.environment("CREDENTIALS_DIRECTORY") else {
            throw .unseal(
                "CREDENTIALS_DIRECTORY is not set: start the daemon from a systemd unit with "
                    + "LoadCredential=\(name)")
        }
        return directory + "/" + name
    }
}

/// Key files: 32 bytes, or 64 hexadecimal digits and perhaps the end of the line.
extension MasterKeySource {
    private static let byteCountMax = 65

    private static func read(_ path: String) throws(VaultDirectoryError) -> Key<MasterPurpose> {
        var content = try privateContent(path)
        defer { Wiping.wipe(&content) }
        guard var bytes = MasterKeyText.decoded(content) else {
            throw .unseal(
                "\(path) is not a master key: it must hold 32 bytes or 64 hexadecimal digits")
        }
        defer { Wiping.wipe(&bytes) }
        do {
            return try unsafe Key(copying: bytes.span.bytes)
        } catch {
            throw .unseal("no locked memory for the master key: raise RLIMIT_MEMLOCK")
        }
    }

    private static func privateContent(_ path: String) throws(VaultDirectoryError) -> [UInt8] {
        do {
            return try PrivateFile.read(path, byteCountMax: byteCountMax)
        } catch .openToOthers {
            throw .unseal("\(path) can be read by others than its owner: chmod it to 0600 or 0400")
        } catch .system(let errno) {
            throw .unseal("the master key \(path) cannot be read: \(errno)")
        } catch {
            throw .unseal(
                "\(path) is not a master key: it must hold 32 bytes or 64 hexadecimal digits")
        }
    }

    /// Whether a file was made; one that is there is left as it is.
    private static func makeIfAbsent(
        _ path: String, _ entropy: some Entropy
    ) throws(VaultDirectoryError) -> Bool {
        do throws(Errno) {
            guard try FileStatus.of(path) == nil else { return false }
            var content = digits(of: entropy)
            defer { Wiping.wipe(&content) }
            try unsafe DurableFile.create(path, with: content.span.bytes, mode: 0o600)
            return true
        } catch {
            throw .unseal("the master key \(path) cannot be made: \(error)")
        }
    }

    private static func digits(of entropy: some Entropy) -> [UInt8] {
        var key = InlineArray<32, UInt8>(repeating: 0)
        var span = key.mutableSpan
        var bytes = unsafe span.mutableBytes
        entropy.fill(&bytes)
        var digits: [UInt8] = []
        digits.reserveCapacity(byteCountMax)
        for index in key.indices {
            for nibble in [key[index] >> 4, key[index] & 15] {
                digits.append(nibble < 10 ? nibble + 48 : nibble + 87)
            }
        }
        digits.append(10)
        Wiping.wipe(&key)
        return digits
    }
}

/// The two ways in which a key file says the key.
package enum MasterKeyText {
    /// Nil for anything but 32 bytes or their digits; who asks wipes both.
    package static func decoded(_ content: [UInt8]) -> [UInt8]? {
        if content.count == 32 { return content }
        guard content.count == 64 || content.count == 65 && content[64] == 10 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = nibble(content[index]), let low = nibble(content[index + 1]) else {
                Wiping.wipe(&bytes)
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }
}
