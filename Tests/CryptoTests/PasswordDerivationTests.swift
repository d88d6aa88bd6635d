import Crypto
import Testing

@Suite struct PasswordDerivationTests {
    private let salt = [UInt8](repeating: 1, count: 16)

    private func error(
        salt: [UInt8]? = nil, opsLimit: UInt64 = PasswordDerivation.opsLimitMin,
        memoryBytes: UInt64 = PasswordDerivation.memoryBytesMin
    ) throws -> CryptoError? {
        let passphrase = try Secret.holding(Array("correct horse".utf8))
        return refusal { () throws(CryptoError) in
            _ = try PasswordDerivation.masterKey(
                from: passphrase, salt: salt ?? self.salt, opsLimit: opsLimit,
                memoryBytes: memoryBytes)
        }
    }

    @Test func `parameters outside their bounds are refused whatever a file says`() throws {
        #expect(try error(opsLimit: 0) == .derivationFailed)
        #expect(try error(opsLimit: 1) == .derivationFailed)
        #expect(try error(opsLimit: 17) == .derivationFailed)
        #expect(try error(opsLimit: .max) == .derivationFailed)
        #expect(try error(memoryBytes: 0) == .derivationFailed)
        #expect(try error(memoryBytes: (64 << 20) - 1) == .derivationFailed)
        #expect(try error(memoryBytes: (4 << 30) + 1) == .derivationFailed)
        #expect(try error(memoryBytes: .max) == .derivationFailed)
        #expect(try error(salt: []) == .derivationFailed)
        #expect(try error(salt: [UInt8](repeating: 1, count: 17)) == .derivationFailed)
    }

    @Test func `another passphrase or salt makes another key`() throws {
        func key(_ passphrase: String, _ salt: [UInt8]) throws -> [UInt8] {
            let passphrase = try Secret.holding(Array(passphrase.utf8))
            return try PasswordDerivation.masterKey(
                from: passphrase, salt: salt, opsLimit: PasswordDerivation.opsLimitMin,
                memoryBytes: PasswordDerivation.memoryBytesMin
            ).copied()
        }
        let key1 = try key("correct horse", salt)
        #expect(try key("correct horse", salt) == key1)
        #expect(try key("correct horsf", salt) != key1)
        #expect(try key("correct horse", [UInt8](repeating: 2, count: 16)) != key1)
    }
}
