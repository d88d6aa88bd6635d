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
            count += RecordSize.listByteCount
            for allowance in alternatives {
                count += MemoryLayout<Allowance>.stride
                if let resources = allowance.resources { count += byteCount(of: resources) }
            }
        }
        return count
    }

    fileprivate static func byteCount(of resources: Resources) -> Int {
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
        return RecordSize.listByteCount + list.count * MemoryLayout<Element>.stride
    }

    private static func byteCount(of text: String) -> Int {
        MemoryLayout<String>.stride + RecordSize.apart(text)
    }
}

enum RecordSize {
    /// A list's head, as the runtime lays it out.
    static let listByteCount = 32
    /// A place in a table, and in the index that leads to it, twice as large as it need be.
    static let placeByteCount = 112

    /// Longer texts than 15 bytes lie apart.
    static func apart(_ text: String) -> Int {
        let length = text.utf8.count
        return length > 15 ? listByteCount + length : 0
    }
}

extension Organization {
    var byteCount: Int {
        RecordSize.placeByteCount + MemoryLayout<Organization?>.stride
            + RecordSize.apart(name.text) + RecordSize.apart(fullname)
            + RecordSize.apart(contact ?? "")
    }
}

extension Account {
    var byteCount: Int {
        var count = RecordSize.placeByteCount + MemoryLayout<Account?>.stride
        count += RecordSize.apart(name.text) + RecordSize.apart(fullname)
        count += RecordSize.listByteCount
        for label in labels { count += MemoryLayout<String>.stride + RecordSize.apart(label) }
        return count
    }
}

extension Integration {
    var byteCount: Int {
        RecordSize.placeByteCount + MemoryLayout<Integration?>.stride
            + RecordSize.apart(name.text) + RecordSize.apart(fullname)
            + RecordSize.apart(provider.text) + RecordSize.listByteCount + providerConfig.count
    }
}

extension Credential {
    var byteCount: Int {
        RecordSize.placeByteCount + MemoryLayout<Credential?>.stride
            + RecordSize.apart(name.text) + RecordSize.apart(fullname)
            + RecordSize.listByteCount + sealed.bytes.count
    }
}

extension Token {
    var byteCount: Int {
        RecordSize.placeByteCount + MemoryLayout<Token?>.stride
            + RecordSize.apart(name.text) + RecordSize.apart(fullname)
            + (resources.map(TokenRecord.byteCount) ?? 0)
    }
}
