import Crypto
import Linux
import Schema
import Server
import Store
import Vault

/// Makes the vault that `seed` was asked for.
enum Seeding {
    /// What each token is reckoned to take on the disk, with its part of what is above it.
    private static let byteCountOfToken = 1500

    static func run(_ options: SeedOptions) throws(BenchFault) {
        try requireRoom(options)
        let sample = try options.tokenFile.map { (path) throws(BenchFault) in
            try TokenSample(path, options.sampleCount, of: options.tokenCount)
        }
        let opened: OpenedVault
        do {
            opened = try makeDirectory(options)
        } catch {
            sample?.discard()
            throw error
        }
        var tree = try SeededTree(options, opened, try makeVault(options, opened), sample)
        try tree.grow()
    }

    /// Asked of where the directory is or will be, before anything is made.
    private static func requireRoom(_ options: SeedOptions) throws(BenchFault) {
        do {
            let isThere = try FileStatus.of(options.directory) != nil
            let place = isThere ? options.directory : DurableFile.parent(of: options.directory)
            let free = try Path.freeByteCount(place)
            let needed = options.tokenCount * byteCountOfToken
            guard free >= needed else {
                throw BenchFault.failed(
                    "\(options.tokenCount) tokens need about \(needed >> 20) MiB,"
                        + " \(place) has \(free >> 20) MiB: make room, or fewer tokens")
            }
        } catch let error as Errno {
            throw .failed("\(options.directory) cannot be looked at: \(error)")
        } catch let error as BenchFault {
            throw error
        } catch {
            throw .failed("\(error)")
        }
    }

    private static func makeDirectory(_ options: SeedOptions) throws(BenchFault) -> OpenedVault {
        let unseal = options.unseal ?? .standard(for: options.directory)
        do {
            _ = try VaultDirectory.create(
                at: options.directory, unseal: unseal, entropy: SystemEntropy(),
                clock: SystemClock(), passphrases: NoPassphrases())
            return try VaultDirectory.open(
                at: options.directory, unseal: unseal, passphrases: NoPassphrases())
        } catch {
            throw .failed("\(error)")
        }
    }

    private static func makeVault(
        _ options: SeedOptions, _ opened: OpenedVault
    ) throws(BenchFault) -> Vault {
        guard let catalogue = Catalogue(json: ProviderFile.bytes) else {
            throw .failed("the shipped catalogue of providers cannot be read")
        }
        let entropy: any Entropy =
            options.isSorted
            ? AscendingEntropy(countMax: SeededTree.identifierCountMax(options.tokenCount))
            : SystemEntropy()
        do {
            return try Vault(
                store: opened.store, ring: opened.ring, clock: SystemClock(), entropy: entropy,
                lifetimes: Lifetimes(), catalogue: catalogue, cache: TokenCache(byteCount: 0))
        } catch {
            throw .failed("\(error)")
        }
    }
}

/// The usual source takes file descriptor 3 for its own, which is another file here.
private struct NoPassphrases: PassphraseSource {
    func passphrase(isNew: Bool) throws(VaultDirectoryError) -> Secret {
        throw .unseal("a seeded vault has a key file")
    }
}
