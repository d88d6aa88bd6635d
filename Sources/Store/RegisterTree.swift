import Crypto

/// A tree of hashes over the register's buckets, sixteen children to a node, all of it in memory.
///
/// A node is the SHA-256 of its children. Only what lies above a changed leaf is hashed again, and
/// not before the root is asked for: the leaves of one batch share most of it.
struct RegisterTree {
    static let leafCount = 65_536
    private static let childCount = 16

    /// From the leaves up to the root.
    private var levels: [[Digest]]
    /// Leaves that have changed since the root was computed.
    private var stale: Set<Int> = []

    /// Of no rows at all.
    init() {
        levels = [Array(repeating: Self.emptyLeaf, count: Self.leafCount)]
        while let below = levels.last, below.count > 1 {
            let node = Self.node(below[..<Self.childCount])
            levels.append(Array(repeating: node, count: below.count / Self.childCount))
        }
    }

    /// The leaf of a bucket that is not there.
    static let emptyLeaf = Digest(MAC.zero)

    subscript(leaf: Int) -> Digest {
        get { levels[0][leaf] }
        set {
            levels[0][leaf] = newValue
            stale.insert(leaf)
        }
    }

    mutating func root() -> Digest {
        var changed = stale
        stale = []
        for level in 1..<levels.count {
            changed = Set(changed.map { $0 / Self.childCount })
            for place in changed {
                let start = place * Self.childCount
                levels[level][place] = Self.node(
                    levels[level - 1][start..<start + Self.childCount])
            }
        }
        return levels[levels.count - 1][0]
    }

    private static func node(_ children: ArraySlice<Digest>) -> Digest {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(childCount * 32)
        for child in children { child.append(to: &bytes) }
        return unsafe SHA256.hash(bytes.span.bytes)
    }
}
