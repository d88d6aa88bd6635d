import Audit
import Crypto

/// Proofs about a Merkle tree (RFC 6962, sections 2.1.1 and 2.1.2; checked as in RFC 9162): what the
/// frontier's roots are held against.
enum MerkleProof {
    /// The root of a tree over these leaf hashes.
    static func root(of leaves: ArraySlice<Digest>) -> Digest {
        guard leaves.count > 1 else { return leaves.first ?? MerkleFrontier.emptyRoot }
        let (left, right) = halves(leaves)
        return SHA256.node(root(of: left), root(of: right))
    }

    /// What it takes to compute the root from the leaf at `index`; nil if there is no such leaf.
    static func inclusion(of index: Int, in leaves: ArraySlice<Digest>) -> [Digest]? {
        guard leaves.indices.contains(leaves.startIndex + index) else { return nil }
        guard leaves.count > 1 else { return [] }
        let (left, right) = halves(leaves)
        if index < left.count {
            return inclusion(of: index, in: left).map { $0 + [root(of: right)] }
        }
        return inclusion(of: index - left.count, in: right).map { $0 + [root(of: left)] }
    }

    /// Whether the leaf is at `index` of the tree of `size` leaves under `root`.
    static func isIncluded(
        leaf: Digest, at index: UInt64, size: UInt64, root: Digest, proof: [Digest]
    ) -> Bool {
        guard index < size else { return false }
        var (position, last, computed) = (index, size - 1, leaf)
        for sibling in proof {
            guard last > 0 else { return false }
            if position & 1 == 1 || position == last {
                computed = SHA256.node(sibling, computed)
                while position & 1 == 0, position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                computed = SHA256.node(computed, sibling)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 && computed == root
    }

    /// What it takes to show that the first `size` leaves are still the beginning; nil for a size
    /// that is zero, which needs no proof, or larger than the tree.
    static func consistency(from size: Int, in leaves: ArraySlice<Digest>) -> [Digest]? {
        guard (1...max(1, leaves.count)).contains(size), !leaves.isEmpty else { return nil }
        return subproof(size, leaves, isWholeTree: true)
    }

    private static func subproof(
        _ size: Int, _ leaves: ArraySlice<Digest>, isWholeTree: Bool
    ) -> [Digest] {
        if size == leaves.count { return isWholeTree ? [] : [root(of: leaves)] }
        let (left, right) = halves(leaves)
        if size <= left.count {
            return subproof(size, left, isWholeTree: isWholeTree) + [root(of: right)]
        }
        return subproof(size - left.count, right, isWholeTree: false) + [root(of: left)]
    }

    /// Whether the tree of `size` leaves under `root` begins with the one of `oldSize` leaves.
    static func isConsistent(
        oldSize: UInt64, oldRoot: Digest, size: UInt64, root: Digest, proof: [Digest]
    ) -> Bool {
        guard oldSize < size else {
            return oldSize == size && oldRoot == root && proof.isEmpty
        }
        guard oldSize > 0 else { return oldRoot == MerkleFrontier.emptyRoot && proof.isEmpty }
        // A perfect old tree is a node of the new one, and then not repeated in the proof.
        let path = oldSize.nonzeroBitCount == 1 ? [oldRoot] + proof : proof
        guard let first = path.first else { return false }
        let (old, new) = (oldSize - 1, size - 1)
        let shift = (~old).trailingZeroBitCount
        guard let roots = climb(path.dropFirst(), from: first, old >> shift, new >> shift) else {
            return false
        }
        return roots == (oldRoot, root)
    }

    private static func climb(
        _ path: ArraySlice<Digest>, from first: Digest, _ old: UInt64, _ new: UInt64
    ) -> (Digest, Digest)? {
        var (position, last) = (old, new)
        var (oldRoot, newRoot) = (first, first)
        for sibling in path {
            guard last > 0 else { return nil }
            if position & 1 == 1 || position == last {
                oldRoot = SHA256.node(sibling, oldRoot)
                newRoot = SHA256.node(sibling, newRoot)
                while position & 1 == 0, position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                newRoot = SHA256.node(newRoot, sibling)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 ? (oldRoot, newRoot) : nil
    }

    /// Split at the largest power of two that is smaller than the number of leaves.
    private static func halves(
        _ leaves: ArraySlice<Digest>
    ) -> (left: ArraySlice<Digest>, right: ArraySlice<Digest>) {
        let bits = Int.bitWidth - 1 - (leaves.count - 1).leadingZeroBitCount
        let middle = leaves.startIndex + (1 << bits)
        return (leaves[..<middle], leaves[middle...])
    }
}
