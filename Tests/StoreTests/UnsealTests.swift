import Crypto
import Foundation
import Store
import Support
import Testing
import Vault

/// Where the master key comes from.
@Suite struct `Unsealing` {
    let root: TemporaryDirectory

    init() throws { root = try TemporaryDirectory() }

    private func create(
        _ unseal: UnsealMethod, _ passphrases: any PassphraseSource = NoPassphrase()
    ) throws {
        _ = try VaultDirectory.create(
            at: root.file("vault"), unseal: unseal, entropy: SystemEntropy(), clock: FixedClock(),
            passphrases: passphrases)
    }

    private func open(
        _ unseal: UnsealMethod, _ passphrases: any PassphraseSource = NoPassphrase()
    ) throws {
        _ = try VaultDirectory.open(
            at: root.file("vault"), unseal: unseal, passphrases: passphrases)
    }

    private func write(_ content: [UInt8], mode: Int = 0o600) throws -> UnsealMethod {
        let path = root.file("given.key")
        try? FileManager.default.removeItem(atPath: path)
        try Data(content).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return .keyFile(path: path)
    }

    @Test(arguments: [
        "", "passphrase:x", "key-file:", "key-file", "credential:", "credential:../key",
        "credential:a/b", "credential:..", "Passphrase", "file:/x",
    ])
    func `a method that there is not is refused`(_ text: String) {
        #expect(UnsealMethod(text) == nil)
    }

    @Test(arguments: ["passphrase", "key-file:/etc/strongroom/key", "credential:master.key-1"])
    func `a method is written as it is read`(_ text: String) {
        #expect(UnsealMethod(text)?.text == text)
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o610, 0o777])
    func `a key file that others may touch is refused`(_ mode: Int) throws {
        let unseal = try write([UInt8](repeating: 7, count: 32), mode: mode)
        #expect {
            try create(unseal)
        } throws: { error in
            "\(error)".contains("chmod")
        }
    }

    @Test(arguments: [0, 31, 33, 63, 65, 66, 4096])
    func `a key file of another length is refused`(_ count: Int) throws {
        let unseal = try write([UInt8](repeating: 0x61, count: count))
        #expect(throws: VaultDirectoryError.self) { try create(unseal) }
    }

    @Test func `a key file of digits that are none is refused`() throws {
        let unseal = try write(Array(String(repeating: "g", count: 64).utf8))
        #expect(throws: VaultDirectoryError.self) { try create(unseal) }
    }

    @Test func `a directory, a pipe or nothing is no key file`() throws {
        #expect(throws: VaultDirectoryError.self) { try create(.keyFile(path: root.path)) }
        let pipe = root.file("pipe")
        let outcome = unsafe mkfifo(pipe, 0o600)
        #expect(outcome == 0)
        #expect(throws: VaultDirectoryError.self) { try create(.keyFile(path: pipe)) }
    }

    @Test func `bytes and digits are the same key`() throws {
        try create(try write((0..<32).map { UInt8($0 * 8) }))
        let digits = (0..<32).map { String(format: "%02X", $0 * 8) }.joined()
        try open(try write(Array(digits.utf8)))
        try open(try write(Array((digits.lowercased() + "\n").utf8)))
        try open(try write(Array(digits.utf8), mode: 0o400))
        let other = digits.replacing(/^00/, with: "01")
        #expect(throws: VaultDirectoryError.wrongKey) {
            try open(try write(Array(other.utf8)))
        }
    }

    @Test func `a key file that is there is used, not overwritten`() throws {
        let unseal = try write([UInt8](repeating: 7, count: 32))
        try create(unseal)
        let content = FileManager.default.contents(atPath: root.file("given.key"))
        #expect(content == Data(repeating: 7, count: 32))
    }

    @Test func `a passphrase is stretched, and a wrong one is refused`() throws {
        try create(.passphrase, Passphrase("correct horse"))
        #expect(throws: VaultDirectoryError.wrongKey) {
            try open(.passphrase, Passphrase("correct horsf"))
        }
        #expect(throws: VaultDirectoryError.self) { try open(.keyFile(path: root.file("k"))) }
        try open(.passphrase, Passphrase("correct horse"))
    }

    @Test func `a ring that asks for a weak derivation is refused`() throws {
        try create(.passphrase, Passphrase("correct horse"))
        let ring = root.file("vault/key-ring")
        var content = try #require(FileManager.default.contents(atPath: ring))
        // Behind magic, version, vault, kind and salt: passes, then bytes of memory.
        let passes = 16 + 4 + 16 + 1 + 16
        content[passes + 7] = 1
        try content.write(to: URL(fileURLWithPath: ring))
        #expect {
            try open(.passphrase, Passphrase("correct horse"))
        } throws: { error in
            "\(error)".contains("too weak")
        }
    }
}

/// Somebody who always answers the same.
struct Passphrase: PassphraseSource {
    private let text: String

    init(_ text: String) { self.text = text }

    func passphrase(isNew: Bool) throws(VaultDirectoryError) -> Secret {
        do {
            return try unsafe Secret(copying: Array(text.utf8).span.bytes)
        } catch {
            throw .unseal("no locked memory")
        }
    }
}
