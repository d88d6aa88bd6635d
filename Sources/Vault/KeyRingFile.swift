package import Crypto

/// Why a key ring file cannot be used.
package enum KeyRingError: Error, Equatable, Sendable {
    /// Not a key ring of this program, or damaged before anything could be checked.
    case notAKeyRing
    case unsupportedVersion(UInt32)
    /// The master key is not the one that the ring was sealed under.
    case wrongMasterKey
    /// The commitment fits and the content does not: the file was changed.
    case damaged
    case crypto(CryptoError)
}

/// How the master key comes to be: given as bytes, or stretched from a passphrase.
package enum MasterDerivation: Equatable, Sendable {
    case given
    case argon2id(salt: [UInt8], opsLimit: UInt64, memoryBytes: UInt64)
}

/// The ring file: a header in clear, and the keys sealed under a key of the master key.
///
/// Layout in `schema/key-ring.md`. The header (with the vault's id and the derivation's
/// parameters) is authenticated data of the sealed part, and a commitment to the master key is
/// checked before anything is opened.
package enum KeyRingFile {
    static let magic: StaticString = "strongroom-ring\n"
    static let version: UInt32 = 1
    package static let byteCountMax = 1 << 20

    package struct Header: Sendable {
        package let vault: UInt128
        package let derivation: MasterDerivation
        let commitment: MAC
        let clear: [UInt8]
        let sealed: [UInt8]
    }

    /// What can be known of a ring without its master key.
    package static func header(of file: [UInt8]) throws(KeyRingError) -> Header {
        var reader = ByteReader(file)
        guard reader.bytes(magic.utf8CodeUnitCount) == Array(magic) else { throw .notAKeyRing }
        guard let version = reader.uint32() else { throw .notAKeyRing }
        guard version == Self.version else { throw .unsupportedVersion(version) }
        guard let vault = reader.uint128(), let derivation = derivation(&reader) else {
            throw .notAKeyRing
        }
        let clearEnd = reader.position
        guard let commitment = reader.bytes(32),
            let mac = try? unsafe MAC(copying: commitment.span.bytes)
        else {
            // Only a wrong length is refused there, and 32 bytes were read.
            throw .notAKeyRing
        }
        return Header(
            vault: vault, derivation: derivation, commitment: mac,
            clear: Array(file[..<clearEnd]), sealed: reader.rest())
    }

    package static func seal(
        _ ring: KeyRing, under master: borrowing Key<MasterPurpose>,
        derivation: MasterDerivation, entropy: some Entropy
    ) throws(CryptoError) -> [UInt8] {
        var clear = Array(magic)
        clear.append(bigEndian: version)
        clear.append(bigEndian: ring.vault)
        append(derivation, to: &clear)
        let key = try master.derive(RingPurpose.self, context: ringContext(ring.vault))
        let content = try KeyRingContent.encoded(ring)
        let sealed = try content.withBytes { (bytes) throws(CryptoError) in
            try AEAD.seal(bytes, context: headerContext(clear), key: key, entropy: entropy)
        }
        return clear + commitment(to: master, vault: ring.vault).bytes + sealed
    }

    package static func open(
        _ header: Header, with master: borrowing Key<MasterPurpose>
    ) throws(KeyRingError) -> KeyRing {
        guard commitment(to: master, vault: header.vault).matches(header.commitment) else {
            throw .wrongMasterKey
        }
        let content: Secret
        do {
            let key = try master.derive(RingPurpose.self, context: ringContext(header.vault))
            content = try unsafe AEAD.open(
                header.sealed.span.bytes, context: headerContext(header.clear), key: key)
        } catch .forged, .malformed {
            throw .damaged
        } catch {
            throw .crypto(error)
        }
        return try KeyRingContent.decoded(content, vault: header.vault)
    }

    private static func commitment(
        to master: borrowing Key<MasterPurpose>, vault: UInt128
    ) -> MAC {
        var context = Context("strongroom/master-commitment/v1")
        context.append(vault)
        return master.mac(context)
    }

    private static func ringContext(_ vault: UInt128) -> Context {
        var context = Context("strongroom/ring-key/v1")
        context.append(vault)
        return context
    }

    private static func headerContext(_ clear: [UInt8]) -> Context {
        var context = Context("strongroom/ring-header/v1")
        context.append(clear)
        return context
    }

    private static func append(_ derivation: MasterDerivation, to bytes: inout [UInt8]) {
        switch derivation {
        case .given:
            bytes.append(0)
        case .argon2id(let salt, let opsLimit, let memoryBytes):
            bytes.append(1)
            bytes.append(contentsOf: salt)
            bytes.append(bigEndian: opsLimit)
            bytes.append(bigEndian: memoryBytes)
        }
    }

    private static func derivation(_ reader: inout ByteReader) -> MasterDerivation? {
        switch reader.byte() {
        case 0: return .given
        case 1:
            guard let salt = reader.bytes(16), let ops = reader.uint64(),
                let memory = reader.uint64()
            else { return nil }
            return .argon2id(salt: salt, opsLimit: ops, memoryBytes: memory)
        default: return nil
        }
    }
}
