package import Crypto
package import Vault

/// How far the log has come: the tree after the newest record, and what proves it.
package struct AuditHead: Equatable, Sendable {
    /// Records in the tree; the next sequence number.
    package var size: UInt64 = 0
    /// Roots of the perfect subtrees that the records fall into, the largest first.
    package var frontier: [Digest] = []
    package var root: Digest = MerkleFrontier.emptyRoot
    /// The time of the newest record.
    package var lastTime = Instant(microseconds: 0)
    package var lastGeneration: UInt64 = 0
    /// The newest signed note; empty before the first.
    package var checkpoint: [UInt8] = []
    /// The frontier where that note was signed: from there a restart proves the head again.
    package var checkpointFrontier: [Digest] = []
    /// Records that are in sealed segments.
    package var sealedSize: UInt64 = 0
    /// The frontier where the hot end begins.
    package var sealedFrontier: [Digest] = []

    package init() {}
}

/// Layout in `schema/audit-tree.md`.
extension AuditHead {
    static let version: UInt8 = 1

    /// One canonical encoding, so that a storage can keep the head as one value.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = [Self.version]
        bytes.append(bigEndian: size)
        root.append(to: &bytes)
        bytes.append(bigEndian: UInt64(bitPattern: lastTime.microseconds))
        bytes.append(bigEndian: lastGeneration)
        bytes.append(bigEndian: sealedSize)
        for digests in [frontier, checkpointFrontier, sealedFrontier] {
            bytes.append(UInt8(truncatingIfNeeded: digests.count))
            for digest in digests { digest.append(to: &bytes) }
        }
        bytes.append(bigEndian: UInt32(checkpoint.count))
        bytes.append(contentsOf: checkpoint)
        return bytes
    }

    /// Nil for anything that `bytes` does not make.
    package init?(bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard reader.byte() == Self.version, let size = reader.uint64(),
            let root = reader.digest(), let time = reader.uint64(),
            let generation = reader.uint64(), let sealedSize = reader.uint64(),
            let frontier = reader.digests(), let checkpointFrontier = reader.digests(),
            let sealedFrontier = reader.digests(), let noteCount = reader.uint32(),
            let note = reader.bytes(Int(noteCount)), reader.position == bytes.count
        else { return nil }
        self.size = size
        self.root = root
        lastTime = Instant(microseconds: Int64(bitPattern: time))
        lastGeneration = generation
        self.sealedSize = sealedSize
        self.frontier = frontier
        self.checkpointFrontier = checkpointFrontier
        self.sealedFrontier = sealedFrontier
        checkpoint = note
    }
}

extension ByteReader {
    mutating func digest() -> Digest? { bytes(32).flatMap { Digest($0) } }

    fileprivate mutating func digests() -> [Digest]? {
        guard let count = byte() else { return nil }
        var digests: [Digest] = []
        for _ in 0..<count {
            guard let digest = digest() else { return nil }
            digests.append(digest)
        }
        return digests
    }
}
