import Crypto
import Foundation
import SQLite
import Store
import Support
import Testing
import Vault

/// I8: a database that was put back to an earlier state is not opened as if nothing had been.
@Suite struct `An anchor beside the database` {
    let root: TemporaryDirectory

    init() throws {
        root = try TemporaryDirectory()
        _ = try VaultDirectory.create(
            at: root.file("vault"), unseal: keyFile, entropy: DeterministicEntropy(seed: 8),
            clock: FixedClock(), passphrases: NoPassphrase())
    }

    private var keyFile: UnsealMethod { .keyFile(path: root.file("master.key")) }
    private var data: String { root.file("vault") }
    private var anchor: URL { URL(fileURLWithPath: data + "/anchor") }

    private func open(acceptsRollback: Bool = false) throws -> OpenedVault {
        try VaultDirectory.open(
            at: data, unseal: keyFile, passphrases: NoPassphrase(),
            acceptsRollback: acceptsRollback)
    }

    /// Brings database and anchor as far as a daemon that has committed a change.
    @discardableResult
    private func advance(to generation: UInt64, epoch: UInt64) throws -> HighWaterMark {
        let opened = try open()
        let standing = Standing(vault: opened.ring.vault, generation: generation, epoch: epoch)
        try opened.store.apply(.putStanding(standing))
        try opened.store.commit()
        let mark = HighWaterMark(standing, recordCount: 0)
        try opened.anchor.hold(mark)
        return mark
    }

    private func keep(_ names: [String], as kept: String) throws {
        for name in names {
            try FileManager.default.copyItem(
                atPath: data + "/" + name, toPath: root.file(kept + "-" + name))
        }
    }

    private func putBack(_ names: [String], from kept: String) throws {
        for name in names {
            try FileManager.default.removeItem(atPath: data + "/" + name)
            try FileManager.default.copyItem(
                atPath: root.file(kept + "-" + name), toPath: data + "/" + name)
        }
    }

    /// All of it: the engine's log goes into it when it is closed.
    private let database = ["strongroom.db"]

    private func rolledBack() throws -> (found: HighWaterMark, remembered: HighWaterMark) {
        let found = try advance(to: 3, epoch: 1)
        try keep(database, as: "old")
        let remembered = try advance(to: 5, epoch: 2)
        try putBack(database, from: "old")
        return (found, remembered)
    }

    @Test func `an older database is refused, and left as it is`() throws {
        let (found, remembered) = try rolledBack()
        let before = try root.contents()
        let refusal = VaultDirectoryError.rolledBack(
            Rollback(found: found, remembered: remembered))
        #expect(throws: refusal) { _ = try open() }
        #expect(refusal.description.contains("--accept-rollback"))
        #expect(try root.contents() == before)
    }

    @Test func `an older database is opened at the operator's word, until that is recorded`() throws
    {
        let (found, remembered) = try rolledBack()
        for _ in 0..<2 {
            let opened = try open(acceptsRollback: true)
            #expect(opened.rollback == Rollback(found: found, remembered: remembered))
        }
    }

    @Test(arguments: ["generation", "epoch", "records"])
    func `each of the numbers alone tells of an older database`(_ number: String) throws {
        try advance(to: 5, epoch: 5)
        try open().anchor.hold(
            HighWaterMark(
                generation: number == "generation" ? 6 : 5, epoch: number == "epoch" ? 6 : 5,
                recordCount: number == "records" ? 1 : 0))
        #expect(throws: VaultDirectoryError.self) { _ = try open() }
    }

    @Test func `a database whose register was taken away is not taken for one from before it`()
        throws
    {
        let mark = try advance(to: 4, epoch: 2)
        try Connection(.file(data + "/strongroom.db")).takeRegisterAway()
        let before = try root.contents()
        let refusal = VaultDirectoryError.rolledBack(
            Rollback(found: mark, remembered: mark, lacksRegister: true))
        #expect(throws: refusal) { _ = try open() }
        #expect(refusal.description.contains("register"))
        #expect(try root.contents() == before)
        let accepted = try open(acceptsRollback: true)
        #expect(accepted.rollback?.lacksRegister == true)
    }

    @Test func `a register that was made again needs the operator's word until that is on the log`()
        throws
    {
        try advance(to: 4, epoch: 2)
        try Connection(.file(data + "/strongroom.db")).takeRegisterAway()
        // What comes next ends before the first commit.
        _ = try open(acceptsRollback: true)
        #expect(throws: VaultDirectoryError.self) { _ = try open() }
        let again = try #require(try open(acceptsRollback: true).rollback)
        #expect(again.found.epoch == 2 && again.remembered?.epoch == 3)
    }

    @Test func `there is nothing to accept where the database is the newest`() throws {
        try advance(to: 4, epoch: 2)
        #expect(throws: VaultDirectoryError.nothingToAccept) { _ = try open(acceptsRollback: true) }
    }

    @Test func `a database that is newer than its anchor is what a crash leaves`() throws {
        try advance(to: 4, epoch: 2)
        try keep(["anchor"], as: "old")
        try advance(to: 6, epoch: 3)
        try putBack(["anchor"], from: "old")
        #expect(try open().rollback == nil)
    }

    @Test func `without its anchor a database is not believed to be the newest`() throws {
        try advance(to: 4, epoch: 2)
        try FileManager.default.removeItem(at: anchor)
        #expect {
            _ = try open()
        } throws: { error in
            guard case .rolledBack(let rollback)? = error as? VaultDirectoryError else {
                return false
            }
            return rollback.remembered == nil
        }
        #expect(!FileManager.default.fileExists(atPath: anchor.path))
        let accepted = try open(acceptsRollback: true)
        try accepted.anchor.hold(accepted.rollback?.found ?? .zero)
    }

    @Test func `an anchor made anew holds`() throws {
        let mark = try advance(to: 4, epoch: 2)
        try FileManager.default.removeItem(at: anchor)
        try open(acceptsRollback: true).anchor.hold(mark)
        #expect(try open().anchor.mark == mark)
    }

    @Test func `no byte of an anchor can be changed so that an older database passes`() throws {
        _ = try rolledBack()
        let whole = try Data(contentsOf: anchor)
        // Both slots are of such a length; the rest of their pages is not looked at.
        for offset in 0..<104 {
            var changed = whole
            for start in [0, 4096] { changed[start + offset] ^= 1 }
            try changed.write(to: anchor)
            #expect(throws: VaultDirectoryError.self) { _ = try open() }
        }
    }

    @Test func `one torn slot leaves the other's word`() throws {
        try advance(to: 4, epoch: 2)
        let mark = try advance(to: 5, epoch: 3)
        let whole = try Data(contentsOf: anchor)
        var held: Set<UInt64> = []
        for start in [0, 4096] {
            var torn = whole
            torn.replaceSubrange(start + 50..<start + 512, with: Data(count: 462))
            try torn.write(to: anchor)
            held.insert(try open().anchor.mark.generation)
        }
        #expect(held == [4, mark.generation])
    }

    @Test func `another vault's anchor is none`() throws {
        try advance(to: 4, epoch: 2)
        let other = root.file("other")
        _ = try VaultDirectory.create(
            at: other, unseal: .keyFile(path: root.file("other.key")),
            entropy: DeterministicEntropy(seed: 9), clock: FixedClock(),
            passphrases: NoPassphrase())
        try FileManager.default.removeItem(at: anchor)
        try FileManager.default.copyItem(atPath: other + "/anchor", toPath: anchor.path)
        #expect(throws: VaultDirectoryError.self) { _ = try open() }
    }
}
