import Crypto
import Testing
import Vault
import Support

@Suite struct KeyRingTests {
    private let entropy = DeterministicEntropy(seed: 9)
    private let ring: KeyRing
    private let file: [UInt8]

    init() throws {
        ring = try KeyRing.generate(entropy: entropy, at: Instant(microseconds: 5))
        file = try KeyRingFile.seal(
            ring, under: try Self.master(1), derivation: .given, entropy: entropy)
    }

    private static func master(_ byte: UInt8) throws(CryptoError) -> Key<MasterPurpose> {
        let bytes = [UInt8](repeating: byte, count: 32)
        return try unsafe Key(copying: bytes.span.bytes)
    }

    private func opening(_ file: [UInt8], master: UInt8 = 1) throws -> KeyRingError? {
        let master = try Self.master(master)
        return refusal { () throws(KeyRingError) in
            _ = try KeyRingFile.open(try KeyRingFile.header(of: file), with: master)
        }
    }

    @Test func `a ring with any one byte changed is refused`() throws {
        for place in file.indices {
            var changed = file
            changed[place] ^= 1
            let error = try opening(changed)
            let expected: [KeyRingError] =
                switch place {
                case 0..<16: [.notAKeyRing]
                case 16..<20: [.unsupportedVersion(1 ^ 1 << UInt32(8 * (19 - place)))]
                // The vault's id is in the commitment; the derivation is not.
                case 20..<36: [.wrongMasterKey]
                case 36: [.notAKeyRing, .wrongMasterKey]
                case 37..<69: [.wrongMasterKey]
                default: [.damaged]
                }
            #expect(
                error.map(expected.contains) == true, "byte \(place): \(String(describing: error))")
        }
    }

    @Test func `a ring cut short or grown is refused`() throws {
        for count in 0..<file.count {
            let error = try opening(Array(file[..<count]))
            #expect(error == (count < 69 ? .notAKeyRing : .damaged), "\(count) bytes")
        }
        #expect(try opening(file + [0]) == .damaged)
    }

    @Test func `another master key is told from a damaged file`() throws {
        #expect(try opening(file, master: 2) == .wrongMasterKey)
        #expect(try opening(file) == nil)
    }

    @Test func `the derivation's parameters cannot be changed without a trace`() throws {
        let salt = [UInt8](repeating: 3, count: 16)
        let file = try KeyRingFile.seal(
            ring, under: try Self.master(1),
            derivation: .argon2id(salt: salt, opsLimit: 3, memoryBytes: 256 << 20),
            entropy: entropy)
        let header = try KeyRingFile.header(of: file)
        #expect(
            header.derivation == .argon2id(salt: salt, opsLimit: 3, memoryBytes: 256 << 20))
        for place in 37..<37 + 32 {
            var changed = file
            changed[place] ^= 1
            #expect(try opening(changed) == .damaged)
        }
        #expect(try opening(file) == nil)
    }

    @Test func `every key comes back under its own purpose`() throws {
        let header = try KeyRingFile.header(of: file)
        let opened = try KeyRingFile.open(header, with: try Self.master(1))
        #expect(opened.vault == ring.vault && opened.epoch == ring.epoch)
        let before = [
            bytes(ring.wrapping.newest), bytes(ring.recording.newest), bytes(ring.verifying.newest),
            bytes(ring.rows.newest), bytes(ring.idempotency), bytes(ring.pseudonym),
            bytes(ring.auditSigning),
        ]
        let after = [
            bytes(opened.wrapping.newest), bytes(opened.recording.newest),
            bytes(opened.verifying.newest),
            bytes(opened.rows.newest), bytes(opened.idempotency), bytes(opened.pseudonym),
            bytes(opened.auditSigning),
        ]
        #expect(before == after)
        #expect(Set(before).count == 7)
        #expect(opened.rows.newest.createdAt == Instant(microseconds: 5))
        #expect(opened.rows[2] == nil)
    }

    private func bytes<P>(_ box: KeyBox<P>) -> [UInt8] { box.key.withBytes { $0.copied } }
}
