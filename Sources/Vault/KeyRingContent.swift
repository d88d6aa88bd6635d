package import Crypto

/// The sealed part of a ring file: the epoch, then entries of purpose, epoch, time and key.
package enum KeyRingContent {
    private static let entryByteCount = 1 + 4 + 8 + 32

    private enum Slot: UInt8 {
        case wrapping = 1
        case recording, verifying, rows, idempotency, pseudonym, auditSigning
    }

    package static func encoded(_ ring: KeyRing) throws(CryptoError) -> Secret {
        let perEpoch =
            ring.wrapping.all.count + ring.recording.all.count + ring.verifying.all.count
            + ring.rows.all.count
        let count = perEpoch + 3
        return try Secret(byteCount: 8 + count * entryByteCount) { bytes in
            var writer = EntryWriter()
            writer.start(epoch: ring.epoch, count: UInt32(count), &bytes)
            writer.put(Slot.wrapping.rawValue, ring.wrapping.all, &bytes)
            writer.put(Slot.recording.rawValue, ring.recording.all, &bytes)
            writer.put(Slot.verifying.rawValue, ring.verifying.all, &bytes)
            writer.put(Slot.rows.rawValue, ring.rows.all, &bytes)
            writer.put(Slot.idempotency.rawValue, [0: ring.idempotency], &bytes)
            writer.put(Slot.pseudonym.rawValue, [0: ring.pseudonym], &bytes)
            writer.put(Slot.auditSigning.rawValue, [0: ring.auditSigning], &bytes)
        }
    }

    package static func decoded(
        _ content: borrowing Secret, vault: UInt128
    ) throws(KeyRingError) -> KeyRing {
        try content.withBytes { (bytes) throws(KeyRingError) in
            try decoded(bytes, vault: vault)
        }
    }

    private static func decoded(_ bytes: RawSpan, vault: UInt128) throws(KeyRingError) -> KeyRing {
        guard bytes.byteCount >= 8 else { throw .damaged }
        let epoch = UInt32(bytes.bigEndian64(at: 0) >> 32)
        let count = Int(bytes.bigEndian64(at: 0) & 0xFFFF_FFFF)
        guard bytes.byteCount == 8 + count * entryByteCount else { throw .damaged }
        var parts = Parts()
        for index in 0..<count {
            let start = 8 + index * entryByteCount
            try parts.add(bytes.extracting(start..<start + entryByteCount))
        }
        return try parts.ring(vault: vault, epoch: epoch)
    }

    /// Writes entries one behind the other; lengths were computed beforehand.
    private struct EntryWriter {
        private var offset = 0

        mutating func start(epoch: UInt32, count: UInt32, _ bytes: inout MutableRawSpan) {
            put(UInt64(epoch) << 32 | UInt64(count), &bytes)
        }

        mutating func put<P: KeyPurpose>(
            _ slot: UInt8, _ keys: [UInt32: KeyBox<P>], _ bytes: inout MutableRawSpan
        ) {
            for (epoch, box) in keys.sorted(by: { $0.key < $1.key }) {
                put(slot, &bytes)
                put(epoch, &bytes)
                put(box.createdAt.microseconds, &bytes)
                box.key.withBytes { key in
                    for index in key.byteOffsets { put(key.byte(at: index), &bytes) }
                }
            }
        }

        private mutating func put<I: FixedWidthInteger & BitwiseCopyable>(
            _ value: I, _ bytes: inout MutableRawSpan
        ) {
            for shift in stride(from: I.bitWidth - 8, through: 0, by: -8) {
                bytes.setByte(UInt8(truncatingIfNeeded: value >> shift), at: offset)
                offset += 1
            }
        }
    }

    /// The keys of a ring while it is being read.
    private struct Parts {
        private var wrapping: [UInt32: KeyBox<WrapPurpose>] = [:]
        private var recording: [UInt32: KeyBox<RecordPurpose>] = [:]
        private var verifying: [UInt32: KeyBox<TokenPurpose>] = [:]
        private var rows: [UInt32: KeyBox<RowPurpose>] = [:]
        private var idempotency: KeyBox<IdempotencyPurpose>?
        private var pseudonym: KeyBox<PseudonymPurpose>?
        private var auditSigning: KeyBox<AuditSigningPurpose>?

        mutating func add(_ entry: RawSpan) throws(KeyRingError) {
            guard let slot = Slot(rawValue: entry.byte(at: 0)) else { throw .damaged }
            let epoch = UInt32(truncatingIfNeeded: entry.bigEndian64(at: 1) >> 32)
            let createdAt = Instant(microseconds: Int64(bitPattern: entry.bigEndian64(at: 5)))
            switch slot {
            case .wrapping: wrapping[epoch] = try box(entry, createdAt)
            case .recording: recording[epoch] = try box(entry, createdAt)
            case .verifying: verifying[epoch] = try box(entry, createdAt)
            case .rows: rows[epoch] = try box(entry, createdAt)
            case .idempotency: idempotency = try box(entry, createdAt)
            case .pseudonym: pseudonym = try box(entry, createdAt)
            case .auditSigning: auditSigning = try box(entry, createdAt)
            }
        }

        private func box<P: KeyPurpose>(
            _ entry: RawSpan, _ createdAt: Instant
        ) throws(KeyRingError) -> KeyBox<P> {
            do {
                return KeyBox(
                    try Key<P>(copying: entry.extracting(13..<45)), createdAt: createdAt)
            } catch {
                throw .crypto(error)
            }
        }

        func ring(vault: UInt128, epoch: UInt32) throws(KeyRingError) -> KeyRing {
            guard let idempotency, let pseudonym, let auditSigning,
                let wrapping = EpochKeys(wrapping, of: epoch),
                let recording = EpochKeys(recording, of: epoch),
                let verifying = EpochKeys(verifying, of: epoch),
                let rows = EpochKeys(rows, of: epoch)
            else { throw .damaged }
            return KeyRing(
                vault: vault, epoch: epoch, wrapping: wrapping, recording: recording,
                verifying: verifying, rows: rows, idempotency: idempotency,
                pseudonym: pseudonym, auditSigning: auditSigning)
        }
    }
}
