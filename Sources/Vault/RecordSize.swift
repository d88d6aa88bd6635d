/// What a token's record takes in memory, reckoned once when it is made.
///
/// A tenant chooses how long the lists in its tokens' narrowings are: a cache that counted records
/// alone would be as large as tenants like.
extension TokenRecord {
    /// Of a record without lists, with its place in the table; most have none.
    package static let usualByteCount = 640

    static func byteCount(of lineage: Lineage, _ owner: OwnerFacts) -> Int {
        var count = usualByteCount
        for label in owner.account?.labels ?? [] { count += byteCount(of: label) }
        for narrowing in lineage.narrowings { count += byteCount(of: narrowing) }
        for alternatives in lineage.alternatives {
            count += listByteCount
            for allowance in alternatives {
                count += MemoryLayout<Allowance>.stride
                if let resources = allowance.resources { count += byteCount(of: resources) }
            }
        }
        return count
    }

    /// A list's head, as the runtime lays it out.
    private static let listByteCount = 32

    private static func byteCount(of resources: Resources) -> Int {
        let accounts = resources.accounts
        let integrations = resources.integrations
        var count = MemoryLayout<Resources>.stride
        count += byteCount(of: accounts?.ids) + byteCount(of: accounts?.environments)
        count += byteCount(of: integrations?.ids) + byteCount(of: integrations?.connectors)
        for label in accounts?.labels ?? [] { count += byteCount(of: label) }
        return count
    }

    private static func byteCount<Element>(of list: [Element]?) -> Int {
        guard let list else { return 0 }
        return listByteCount + list.count * MemoryLayout<Element>.stride
    }

    /// Longer texts than 15 bytes lie apart.
    private static func byteCount(of text: String) -> Int {
        let length = text.utf8.count
        return MemoryLayout<String>.stride + (length > 15 ? listByteCount + length : 0)
    }
}
