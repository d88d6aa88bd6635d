package import Audit
import Crypto
import Store
package import Vault

/// One engine behind the storage contract, with nothing in it yet.
package final class StoreUnderTest {
    package let store: any Store & AuditStorage
    package let ring: KeyRing
    /// Nil for the engine that has no file.
    package let directory: TemporaryDirectory?

    package init(_ engine: Fixture.Engine) throws {
        ring = try KeyRing.generate(
            entropy: DeterministicEntropy(seed: 7), at: Instant(microseconds: 0))
        switch engine {
        case .memory:
            directory = nil
            store = MemoryStore(vault: ring.vault)
        case .sqlite:
            let directory = try TemporaryDirectory()
            self.directory = directory
            store = try SQLiteStore.makeTemporary(in: directory, ring: ring)
        }
    }

    /// Lets `changes` more through, or about as many; then the store is full.
    package func fillUp(after changes: Int) throws {
        switch store {
        case let memory as MemoryStore: memory.changeCountMax = changes
        case let sqlite as SQLiteStore: try sqlite.limitGrowth(pageCount: changes)
        default: throw StoreError.failed(code: 0)
        }
    }

    package func makeRoom() throws {
        switch store {
        case let memory as MemoryStore: memory.changeCountMax = .max
        case let sqlite as SQLiteStore: try sqlite.limitGrowth(pageCount: 1 << 20)
        default: throw StoreError.failed(code: 0)
        }
    }

    /// Looks at everything that is stored, after any step of a test.
    package func audit() throws {
        if let sqlite = store as? SQLiteStore { try sqlite.checkRows() }
    }
}
