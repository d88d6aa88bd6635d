import Crypto
import Vault

/// Some of the rows that decide, by what their identifiers end in: 16 bytes each.
struct RegisterBucket: StoredRow {
    let number: Int
    private(set) var entries: [UInt8] = []

    private static let entryByteCount = 16

    init(number: Int) { self.number = number }

    static let shape = RowShape(
        table: "register_bucket", label: "strongroom/row/register_bucket/v1",
        columns: ["number", "entries"], key: ["number"])

    func write(to row: inout RowWriter) {
        row.put(Int64(number))
        row.put(entries)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> RegisterBucket {
        guard let number = Int(exactly: try row.take(Int64.self)) else { throw row.fault }
        var bucket = RegisterBucket(number: number)
        bucket.entries = try row.take()
        guard bucket.entries.count.isMultiple(of: entryByteCount) else { throw row.fault }
        return bucket
    }
}

/// What a bucket says of its rows.
extension RegisterBucket {
    var rowCount: Int { entries.count / Self.entryByteCount }

    func tag(of name: RowName) -> UInt64? {
        place(of: name).map { unsafe entries.span.bytes.bigEndian64(at: $0 + 8) }
    }

    /// Whether the row is a new one.
    mutating func set(_ tag: UInt64, of name: RowName) -> Bool {
        var entry: [UInt8] = []
        entry.append(bigEndian: name.entry)
        entry.append(bigEndian: tag)
        guard let place = place(of: name) else {
            entries.append(contentsOf: entry)
            return true
        }
        entries.replaceSubrange(place..<place + Self.entryByteCount, with: entry)
        return false
    }

    /// Whether the row was there.
    mutating func remove(_ name: RowName) -> Bool {
        guard let place = place(of: name) else { return false }
        entries.removeSubrange(place..<place + Self.entryByteCount)
        return true
    }

    private func place(of name: RowName) -> Int? {
        let bytes = unsafe entries.span.bytes
        for place in stride(from: 0, to: entries.count, by: Self.entryByteCount)
        where bytes.bigEndian64(at: place) == name.entry {
            return place
        }
        return nil
    }
}

/// Where the register has a row: from the row's identifier, which is random.
struct RowName {
    let bucket: Int
    /// Names it within the bucket.
    let entry: UInt64

    /// - Parameter kind: tells rows of different tables apart should their identifiers be equal.
    init(_ kind: RegisteredKind, _ identifier: UInt128) {
        bucket = Int(identifier & UInt128(RegisterTree.leafCount - 1))
        entry = UInt64(truncatingIfNeeded: identifier >> 16) ^ UInt64(kind.rawValue) << 56
    }
}

/// The tables whose rows decide; the numbers are part of the format.
enum RegisteredKind: UInt8, CaseIterable {
    case organization = 1
    case member, role, account, integrationPoint, integration, credential, token, keyPair

    var table: String {
        switch self {
        case .organization: "organization"
        case .member: "member"
        case .role: "role"
        case .account: "account"
        case .integrationPoint: "integration_point"
        case .integration: "integration"
        case .credential: "credential"
        case .token: "token"
        case .keyPair: "key_pair"
        }
    }

    /// Nil for a table whose rows are not registered.
    init?(table: String) {
        guard let kind = Self.allCases.first(where: { $0.table == table }) else { return nil }
        self = kind
    }
}

/// What the whole register comes to, and at which generation of the vault.
struct RegisterRoot: StoredRow {
    let generation: UInt64
    let rowCount: UInt64
    let root: Digest

    static let shape = RowShape(
        table: "register_root", label: "strongroom/row/register_root/v1",
        columns: ["id", "generation", "row_count", "root"], key: ["id"])

    private static let onlyRow: Int64 = 1

    func write(to row: inout RowWriter) {
        row.put(Self.onlyRow)
        row.put(generation)
        row.put(rowCount)
        row.put(root)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> RegisterRoot {
        guard try row.take(Int64.self) == onlyRow else { throw row.fault }
        return RegisterRoot(
            generation: try row.take(), rowCount: try row.take(), root: try row.take())
    }
}
