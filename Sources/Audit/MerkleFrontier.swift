package import Crypto

/// A growing Merkle tree (RFC 6962, section 2.1) of which only the right edge is kept: one root for
/// every perfect subtree, the largest first, as many as `size` has bits set.
package struct MerkleFrontier: Equatable, Sendable {
    package private(set) var size: UInt64
    package private(set) var digests: [Digest]

    package init() {
        size = 0
        digests = []
        digests.reserveCapacity(64)
    }

    /// Nil unless there are as many digests as a tree of that size has perfect subtrees.
    package init?(size: UInt64, digests: [Digest]) {
        guard digests.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.digests = digests
    }

    /// The root of the tree without leaves: the hash of nothing.
    package static let emptyRoot: Digest = {
        let nothing: [UInt8] = []
        return unsafe SHA256.hash(nothing.span.bytes)
    }()

    package mutating func append(leaf: Digest) {
        var subtree = leaf
        // Every trailing one bit is a perfect subtree that the new leaf completes.
        for _ in 0..<(~size).trailingZeroBitCount {
            subtree = SHA256.node(digests.removeLast(), subtree)
        }
        digests.append(subtree)
        size += 1
    }

    /// Adds every record of a run of whole records.
    package mutating func append(records: RawSpan) {
        for offset in stride(from: 0, to: records.byteCount, by: AuditRecord.byteCount) {
            append(record: records, at: offset)
        }
    }

    /// The leaves of a run of whole records.
    static func leaves(of records: RawSpan) -> [Digest] {
        stride(from: 0, to: records.byteCount, by: AuditRecord.byteCount).map { offset in
            SHA256.leaf(records.extracting(offset..<offset + AuditRecord.byteCount))
        }
    }

    /// Adds the record that begins at `offset`.
    package mutating func append(record records: RawSpan, at offset: Int) {
        let record = records.extracting(offset..<offset + AuditRecord.byteCount)
        append(leaf: SHA256.leaf(record))
    }

    package var root: Digest {
        guard var root = digests.last else { return Self.emptyRoot }
        for subtree in digests.dropLast().reversed() { root = SHA256.node(subtree, root) }
        return root
    }
}
