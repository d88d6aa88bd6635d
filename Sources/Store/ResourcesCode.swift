import Crypto
package import Vault

/// A list of texts as one value: a count, then each text behind its length, in 4-byte numbers.
package enum TextList {
    package static func encoded(_ texts: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        append(texts, to: &bytes)
        return bytes
    }

    /// Nil for anything that `encoded` does not make.
    package static func decoded(_ bytes: [UInt8]) -> [String]? {
        var reader = ByteReader(bytes)
        guard let texts = read(&reader), reader.position == bytes.count else { return nil }
        return texts
    }

    static func append(_ texts: [String], to bytes: inout [UInt8]) {
        bytes.append(bigEndian: UInt32(texts.count))
        for text in texts {
            bytes.append(bigEndian: UInt32(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
    }

    static func read(_ reader: inout ByteReader) -> [String]? {
        guard let count = reader.uint32() else { return nil }
        var texts: [String] = []
        for _ in 0..<count {
            guard let length = reader.uint32(), let bytes = reader.bytes(Int(length)),
                let text = String(validating: bytes, as: UTF8.self)
            else { return nil }
            texts.append(text)
        }
        return texts
    }
}

/// A narrowing of a token or role as one value; layout in `schema/storage.md`.
///
/// Each member that may be absent is behind a byte that says whether it is there: an absent list
/// says nothing, an empty one matches nothing.
package enum ResourcesCode {
    package static func encoded(_ resources: Resources) -> [UInt8] {
        var bytes: [UInt8] = []
        append(resources.accounts, to: &bytes) { accounts, bytes in
            append(accounts.ids, to: &bytes) { append($0.map(\.value), to: &$1) }
            append(accounts.labels, to: &bytes) { TextList.append($0, to: &$1) }
            append(accounts.environments, to: &bytes) { environments, bytes in
                bytes.append(bigEndian: UInt32(environments.count))
                bytes.append(contentsOf: environments.map(\.rawValue))
            }
        }
        append(resources.integrations, to: &bytes) { integrations, bytes in
            append(integrations.ids, to: &bytes) { append($0.map(\.value), to: &$1) }
            append(integrations.connectors, to: &bytes) {
                TextList.append($0.map(\.text), to: &$1)
            }
        }
        // Last and only where there is one: what was written before there were any stays the same.
        if let connect = resources.connect {
            append(connect, to: &bytes) { connect, bytes in
                append(connect.point, to: &bytes) { $1.append(bigEndian: $0.value) }
                bytes.append(connect.isSingleUse ? 1 : 0)
            }
        }
        return bytes
    }

    private static func append<Value>(
        _ value: Value?, to bytes: inout [UInt8], _ body: (Value, inout [UInt8]) -> Void
    ) {
        bytes.append(value == nil ? 0 : 1)
        if let value { body(value, &bytes) }
    }

    private static func append(_ ids: [UInt128], to bytes: inout [UInt8]) {
        bytes.append(bigEndian: UInt32(ids.count))
        for id in ids { bytes.append(bigEndian: id) }
    }

    /// A column that is null where there is no narrowing.
    static func take(from row: inout RowReader) throws(StoreError) -> Resources? {
        guard let bytes = try row.take([UInt8]?.self) else { return nil }
        guard let resources = decoded(bytes) else { throw row.fault }
        return resources
    }

    /// Nil for anything that `encoded` does not make.
    package static func decoded(_ bytes: [UInt8]) -> Resources? {
        var reader = Reader(ByteReader(bytes))
        let accounts = reader.optional { reader in
            Resources.Accounts(
                ids: reader.ids().map { $0.map(AccountID.init) }, labels: reader.texts(),
                environments: reader.environments())
        }
        let integrations = reader.optional { reader in
            Resources.Integrations(
                ids: reader.ids().map { $0.map(IntegrationID.init) },
                connectors: reader.texts().map { $0.map(ConnectorID.init) })
        }
        var resources = Resources(accounts: accounts, integrations: integrations)
        if reader.position < bytes.count {
            guard let connect = reader.connect() else { return nil }
            resources.connect = connect
        }
        guard reader.isSound, reader.position == bytes.count else { return nil }
        return resources
    }

    /// Reads on after a fault, to no effect, so that one look at the end is enough.
    private struct Reader {
        private var bytes: ByteReader
        private(set) var isSound = true

        init(_ bytes: ByteReader) { self.bytes = bytes }

        var position: Int { bytes.position }

        mutating func optional<Value>(_ body: (inout Reader) -> Value?) -> Value? {
            switch bytes.byte() {
            case 0: return nil
            case 1: return body(&self)
            default:
                isSound = false
                return nil
            }
        }

        private mutating func sound<Value>(_ value: Value?) -> Value? {
            if value == nil { isSound = false }
            return value
        }

        mutating func connect() -> Resources.Connect? {
            optional { reader in
                let point = reader.optional { reader in
                    reader.sound(reader.bytes.uint128()).map(IntegrationPointID.init)
                }
                guard let flag = reader.sound(reader.bytes.byte()), flag < 2 else { return nil }
                return Resources.Connect(point: point, isSingleUse: flag == 1)
            }
        }

        mutating func texts() -> [String]? {
            optional { reader in reader.sound(TextList.read(&reader.bytes)) }
        }

        mutating func ids() -> [UInt128]? {
            optional { reader in
                var ids: [UInt128] = []
                for _ in 0..<(reader.sound(reader.bytes.uint32()) ?? 0) {
                    guard let id = reader.sound(reader.bytes.uint128()) else { return nil }
                    ids.append(id)
                }
                return ids
            }
        }

        mutating func environments() -> [Account.Environment]? {
            optional { reader in
                var environments: [Account.Environment] = []
                for _ in 0..<(reader.sound(reader.bytes.uint32()) ?? 0) {
                    let environment = reader.bytes.byte().flatMap(
                        Account.Environment.init(rawValue:))
                    guard let environment = reader.sound(environment) else { return nil }
                    environments.append(environment)
                }
                return environments
            }
        }
    }
}
