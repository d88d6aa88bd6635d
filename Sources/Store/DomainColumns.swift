import Crypto
import SQLite
import Vault

/// A domain type that is stored as a value of another one.
protocol RepresentedColumn: ColumnValue {
    associatedtype Stored: ColumnValue
    var stored: Stored { get }
    /// Nil for a value that this type never makes.
    static func made(from stored: Stored) -> Self?
}

extension RepresentedColumn {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        try stored.bind(to: statement, at: index)
    }

    func append(to context: inout Context) { stored.append(to: &context) }

    static func read(_ column: Int32, of statement: Statement) -> Self? {
        Stored.read(column, of: statement).flatMap(made)
    }
}

extension UInt64: RepresentedColumn {
    var stored: Int64 { Int64(bitPattern: self) }
    static func made(from stored: Int64) -> UInt64? { UInt64(bitPattern: stored) }
}

extension UInt32: RepresentedColumn {
    var stored: Int64 { Int64(self) }
    static func made(from stored: Int64) -> UInt32? { UInt32(exactly: stored) }
}

extension Instant: RepresentedColumn {
    var stored: Int64 { microseconds }
    static func made(from stored: Int64) -> Instant? { Instant(microseconds: stored) }
}

extension TimeSpan: RepresentedColumn {
    var stored: Int64 { microseconds }
    static func made(from stored: Int64) -> TimeSpan? { TimeSpan(microseconds: stored) }
}

extension Identifier: RepresentedColumn {
    var stored: UInt128 { value }
    static func made(from stored: UInt128) -> Identifier? { Identifier(stored) }
}

extension Name: RepresentedColumn {
    var stored: String { text }
    static func made(from stored: String) -> Name? { Name(stored: stored) }
}

extension ProviderID: RepresentedColumn {
    var stored: String { text }
    static func made(from stored: String) -> ProviderID? { ProviderID(stored) }
}

extension ConnectorID: RepresentedColumn {
    var stored: String { text }
    static func made(from stored: String) -> ConnectorID? { ConnectorID(stored) }
}

extension PublicKey: RepresentedColumn {
    var stored: [UInt8] { bytes }
    static func made(from stored: [UInt8]) -> PublicKey? {
        // Only a wrong length is refused there: no column of ours.
        try? PublicKey(stored)
    }
}

extension Digest: RepresentedColumn {
    var stored: [UInt8] { bytes }
    static func made(from stored: [UInt8]) -> Digest? { Digest(stored) }
}

extension MAC: RepresentedColumn {
    var stored: [UInt8] { bytes }
    static func made(from stored: [UInt8]) -> MAC? {
        // Only a wrong length is refused there: no column of ours.
        try? unsafe MAC(copying: stored.span.bytes)
    }
}

extension SelectorBytes: RepresentedColumn {
    var stored: [UInt8] {
        (0..<12).map { UInt8(truncatingIfNeeded: number >> UInt128(88 - 8 * $0)) }
    }

    static func made(from stored: [UInt8]) -> SelectorBytes? {
        guard stored.count == 12 else { return nil }
        return SelectorBytes(stored.reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
    }
}

extension RawRepresentable where RawValue == UInt8 {
    var stored: Int64 { Int64(rawValue) }
    static func made(from stored: Int64) -> Self? {
        UInt8(exactly: stored).flatMap(Self.init(rawValue:))
    }
}

extension EnabledState: RepresentedColumn {}
extension Account.Environment: RepresentedColumn {}
extension CredentialType: RepresentedColumn {}
extension ObjectKind: RepresentedColumn {}
extension PermissionSet: RepresentedColumn {}
extension Token.Level: RepresentedColumn {}
extension Token.Origin: RepresentedColumn {}
