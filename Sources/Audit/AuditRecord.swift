import Crypto
import Vault

/// An event as it is hashed and kept: 160 bytes, big-endian, every bit accounted for.
///
/// The layout is in `schema/audit-record.md`. An event is encoded where it happens, with sequence
/// and database generation still zero; the log's owner stamps both when the batch is committed.
package enum AuditRecord {
    package static let byteCount = 160

    static let version: UInt8 = 1

    enum Offset {
        static let version = 0
        static let kind = 1
        static let outcome = 2
        static let reason = 3
        static let level = 4
        static let slot = 5
        static let objectKind = 6
        static let reserved = 7
        static let sequence = 8
        static let generation = 16
        static let time = 24
        static let organization = 32
        static let account = 48
        static let integration = 64
        static let token = 80
        static let object = 96
        static let remoteAddress = 112
        static let requestID = 128
        static let peer = 144
        static let detail = 152
    }

    /// One append and no other allocation: this runs for every request.
    package static func append(_ event: AuditEvent, to records: inout [UInt8]) {
        var record = InlineArray<20, UInt64>(repeating: 0)
        record[0] = head(event)
        record[3] = UInt64(bitPattern: event.time.microseconds)
        set(event.organization?.value ?? 0, in: &record, at: 4)
        set(event.account?.value ?? 0, in: &record, at: 6)
        set(event.integration?.value ?? 0, in: &record, at: 8)
        set(event.token?.value ?? 0, in: &record, at: 10)
        set(event.object, in: &record, at: 12)
        set(event.remoteAddress, in: &record, at: 14)
        set(event.requestID, in: &record, at: 16)
        record[18] = UInt64(event.peerUID) << 32 | UInt64(UInt32(bitPattern: event.peerPID))
        record[19] = event.detail
        for index in record.indices { record[index] = record[index].bigEndian }
        // The words are the record's 160 bytes, and the buffer lives as long as the call.
        unsafe record.span.bytes.withUnsafeBytes { bytes in
            unsafe records.append(contentsOf: bytes)
        }
    }

    /// Gives the record at `offset` its place in the log.
    package static func stamp(
        _ records: inout [UInt8], at offset: Int, sequence: UInt64, generation: UInt64
    ) {
        var span = records.mutableSpan
        var bytes = unsafe span.mutableBytes
        bytes.setBigEndian(sequence, at: offset + Offset.sequence)
        bytes.setBigEndian(generation, at: offset + Offset.generation)
    }

    /// Nil unless every byte is one that `append` and `stamp` could have written.
    package static func decode(_ record: RawSpan) -> AuditEntry? {
        guard record.byteCount == byteCount, record.byte(at: Offset.version) == version,
            record.byte(at: Offset.reserved) == 0, var event = beginning(of: record),
            let level = optional(Token.Level.self, record.byte(at: Offset.level)),
            let slot = optional(GenerationSlot.self, record.byte(at: Offset.slot)),
            let objectKind = optional(ObjectKind.self, record.byte(at: Offset.objectKind))
        else { return nil }
        event.level = level
        event.generation = slot
        event.objectKind = objectKind
        event.organization = identifier(record, Offset.organization)
        event.account = identifier(record, Offset.account)
        event.integration = identifier(record, Offset.integration)
        event.token = identifier(record, Offset.token)
        event.object = record.bigEndian128(at: Offset.object)
        event.remoteAddress = record.bigEndian128(at: Offset.remoteAddress)
        event.requestID = record.bigEndian128(at: Offset.requestID)
        let peer = record.bigEndian64(at: Offset.peer)
        event.peerUID = UInt32(truncatingIfNeeded: peer >> 32)
        event.peerPID = Int32(truncatingIfNeeded: peer)
        event.detail = record.bigEndian64(at: Offset.detail)
        return AuditEntry(
            sequence: record.bigEndian64(at: Offset.sequence),
            generation: record.bigEndian64(at: Offset.generation), event: event)
    }

    private static func beginning(of record: RawSpan) -> AuditEvent? {
        guard let kind = AuditEvent.Kind(rawValue: record.byte(at: Offset.kind)),
            let outcome = AuditEvent.Outcome(rawValue: record.byte(at: Offset.outcome)),
            let reason = AuditEvent.Reason(rawValue: record.byte(at: Offset.reason))
        else { return nil }
        var event = AuditEvent(kind: kind, outcome: outcome, time: time(record))
        event.reason = reason
        return event
    }

    /// The first eight bytes, most significant first.
    private static func head(_ event: AuditEvent) -> UInt64 {
        var head = UInt64(version) << 56
        head |= UInt64(event.kind.rawValue) << 48
        head |= UInt64(event.outcome.rawValue) << 40
        head |= UInt64(event.reason.rawValue) << 32
        head |= UInt64(event.level?.rawValue ?? 0) << 24
        head |= UInt64(event.generation?.rawValue ?? 0) << 16
        head |= UInt64(event.objectKind?.rawValue ?? 0) << 8
        return head
    }

    private static func set(
        _ value: UInt128, in record: inout InlineArray<20, UInt64>, at index: Int
    ) {
        record[index] = UInt64(truncatingIfNeeded: value >> 64)
        record[index + 1] = UInt64(truncatingIfNeeded: value)
    }

    /// Zero is "absent"; nil is a number that stands for nothing.
    private static func optional<E: RawRepresentable<UInt8>>(_: E.Type, _ byte: UInt8) -> E?? {
        if byte == 0 { return .some(nil) }
        guard let value = E(rawValue: byte) else { return nil }
        return value
    }

    private static func identifier<K>(_ record: RawSpan, _ offset: Int) -> Identifier<K>? {
        let value = record.bigEndian128(at: offset)
        return value == 0 ? nil : Identifier(value)
    }

    /// The time of the record that begins at `offset`.
    static func time(_ records: RawSpan, at offset: Int = 0) -> Instant {
        Instant(microseconds: Int64(bitPattern: records.bigEndian64(at: offset + Offset.time)))
    }
}

extension RawSpan {
    func bigEndian128(at offset: Int) -> UInt128 {
        UInt128(bigEndian64(at: offset)) << 64 | UInt128(bigEndian64(at: offset + 8))
    }
}
