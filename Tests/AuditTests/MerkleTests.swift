import Audit
import Crypto
import Testing

struct MerkleTests {
    /// The leaves and roots of certificate-transparency's reference tree.
    private static let inputs = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    private static let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    private static func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.utf8.count, by: 2).compactMap { start in
            let digits = hex.dropFirst(start).prefix(2)
            return UInt8(digits, radix: 16)
        }
    }

    private static func hex(_ digest: Digest) -> String {
        digest.bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static let leaves: [Digest] = inputs.map { unsafe SHA256.leaf(bytes($0).span.bytes) }

    private static func digest(_ number: UInt64) -> Digest {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: number)
        return unsafe SHA256.leaf(bytes.span.bytes)
    }

    @Test func `a frontier of the wrong number of digests is refused`() {
        for size in 0..<40 as Range<UInt64> {
            for count in 0..<8 {
                let digests = [Digest](repeating: Self.digest(1), count: count)
                let isTaken = MerkleFrontier(size: size, digests: digests) != nil
                #expect(isTaken == (count == size.nonzeroBitCount))
            }
        }
    }

    @Test func `the tree of nothing is the hash of nothing`() {
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(Self.hex(MerkleFrontier().root) == expected)
        #expect(Self.hex(MerkleProof.root(of: [])) == expected)
    }

    @Test func `the reference tree has the reference roots at every size`() {
        var frontier = MerkleFrontier()
        for (index, leaf) in Self.leaves.enumerated() {
            frontier.append(leaf: leaf)
            #expect(Self.hex(frontier.root) == Self.roots[index])
            #expect(Self.hex(MerkleProof.root(of: Self.leaves[...index])) == Self.roots[index])
        }
    }

    @Test func `the reference proofs are the reference proofs`() throws {
        // RFC 6962's own example: the third leaf's path in the tree of seven, by structure.
        let seven = Self.leaves[..<7]
        let path = try #require(MerkleProof.inclusion(of: 3, in: seven))
        #expect(
            path == [
                Self.leaves[2], MerkleProof.root(of: seven[0..<2]),
                MerkleProof.root(of: seven[4..<7]),
            ])
        let consistency = try #require(MerkleProof.consistency(from: 3, in: seven))
        #expect(
            consistency == [
                Self.leaves[2], Self.leaves[3], MerkleProof.root(of: seven[0..<2]),
                MerkleProof.root(of: seven[4..<7]),
            ])
        #expect(
            MerkleProof.consistency(from: 4, in: seven) == [MerkleProof.root(of: seven[4..<7])])
    }

    @Test(arguments: 1...33)
    func `a leaf is shown at its own place in its own tree and nowhere else`(size: Int) throws {
        let leaves = (0..<size).map { Self.digest(UInt64($0)) }
        let root = MerkleProof.root(of: leaves[...])
        for index in 0..<size {
            let proof = try #require(MerkleProof.inclusion(of: index, in: leaves[...]))
            for (place, leaf) in leaves.enumerated() {
                for claimed in 0..<size {
                    let isShown = MerkleProof.isIncluded(
                        leaf: leaf, at: UInt64(claimed), size: UInt64(size), root: root,
                        proof: proof)
                    #expect(isShown == (place == index && claimed == index))
                }
            }
            let long = proof + [leaves[0]]
            #expect(
                !MerkleProof.isIncluded(
                    leaf: leaves[index], at: UInt64(index), size: UInt64(size), root: root,
                    proof: long))
        }
        #expect(MerkleProof.inclusion(of: size, in: leaves[...]) == nil)
        #expect(
            !MerkleProof.isIncluded(
                leaf: leaves[0], at: UInt64(size), size: UInt64(size), root: root, proof: []))
    }

    @Test(arguments: 1...33)
    func `a beginning is shown consistent and anything else is not`(size: Int) throws {
        let leaves = (0..<size).map { Self.digest(UInt64($0)) }
        let root = MerkleProof.root(of: leaves[...])
        for old in 1...size {
            let oldRoot = MerkleProof.root(of: leaves[..<old])
            let proof = try #require(MerkleProof.consistency(from: old, in: leaves[...]))
            func isShown(
                _ oldSize: Int, _ oldRoot: Digest, _ root: Digest, _ proof: [Digest]
            ) -> Bool {
                MerkleProof.isConsistent(
                    oldSize: UInt64(oldSize), oldRoot: oldRoot, size: UInt64(size), root: root,
                    proof: proof)
            }
            #expect(isShown(old, oldRoot, root, proof))
            #expect(!isShown(old, Self.digest(99), root, proof))
            #expect(!isShown(old, oldRoot, Self.digest(99), proof))
            #expect(!isShown(old, oldRoot, root, proof + [oldRoot]))
            for index in proof.indices {
                var changed = proof
                changed[index] = Self.digest(98)
                #expect(!isShown(old, oldRoot, root, changed))
                changed.remove(at: index)
                #expect(!isShown(old, oldRoot, root, changed))
            }
        }
        #expect(MerkleProof.consistency(from: size + 1, in: leaves[...]) == nil)
        #expect(MerkleProof.consistency(from: 0, in: leaves[...]) == nil)
    }

    @Test func `the frontier is the tree, however large`() {
        var frontier = MerkleFrontier()
        var leaves: [Digest] = []
        for number in 0..<300 as Range<UInt64> {
            leaves.append(Self.digest(number))
            frontier.append(leaf: Self.digest(number))
            #expect(frontier.digests.count == frontier.size.nonzeroBitCount)
            #expect(frontier.root == MerkleProof.root(of: leaves[...]))
        }
    }
}
