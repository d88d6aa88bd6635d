import Audit
import Testing
import Vault

struct AuditRecordTests {
    private var sample: [UInt8] {
        var source = EventSource(seed: 3)
        var records: [UInt8] = []
        var event = source.event()
        while event.outcome != .allow { event = source.event() }
        AuditRecord.append(event, to: &records)
        return records
    }

    @Test func `a record of another length is refused`() {
        for count in [0, 1, 159, 161, 320] {
            let bytes = [UInt8](repeating: 1, count: count)
            #expect(unsafe AuditRecord.decode(bytes.span.bytes) == nil)
        }
    }

    @Test func `a number that stands for nothing is refused in every enum and reserved byte`() {
        // Version, kind, outcome, reason, level, generation slot, kind of object, reserved.
        let known: [Set<UInt8>] = [
            [1], Set(AuditEvent.Kind.allCases.map(\.rawValue)), [1, 2, 3],
            Set(AuditEvent.Reason.allCases.map(\.rawValue)), [0, 1, 2, 3], [0, 1, 2],
            Set(0...8), [0],
        ]
        for (offset, values) in known.enumerated() {
            for value in UInt8.min...UInt8.max {
                var record = sample
                record[offset] = value
                let isDecoded = AuditRecord.decode(record, at: 0) != nil
                #expect(isDecoded == values.contains(value), "byte \(offset) = \(value)")
            }
        }
    }

    @Test func `what was appended and stamped is what is decoded`() {
        var source = EventSource(seed: 9)
        var records: [UInt8] = []
        let events = (0..<200).map { _ in source.event() }
        for event in events { AuditRecord.append(event, to: &records) }
        for (index, event) in events.enumerated() {
            let offset = index * AuditRecord.byteCount
            AuditRecord.stamp(
                &records, at: offset, sequence: UInt64(index) + 7, generation: 1 << 40)
            #expect(
                AuditRecord.decode(records, at: offset)
                    == AuditEntry(sequence: UInt64(index) + 7, generation: 1 << 40, event: event))
        }
    }

    @Test func `every field of an event has bytes of its own`() {
        let plain = AuditEvent(kind: .tokenVerify, outcome: .allow, time: Instant(microseconds: 5))
        let changes: [(inout AuditEvent) -> Void] = [
            { $0.time = Instant(microseconds: -5) }, { $0.kind = .backupCreate },
            { $0.outcome = .error }, { $0.reason = .replayed }, { $0.level = .account },
            { $0.generation = .secondary }, { $0.organization = OrganizationID(.max) },
            { $0.account = AccountID(2) }, { $0.integration = IntegrationID(3) },
            { $0.token = TokenID(4) }, { $0.objectKind = .role }, { $0.object = 6 },
            { $0.peerUID = .max }, { $0.peerPID = -1 }, { $0.remoteAddress = 7 },
            { $0.requestID = 8 }, { $0.detail = .max },
        ]
        var seen: Set<[UInt8]> = []
        for change in changes {
            var event = plain
            change(&event)
            var record: [UInt8] = []
            AuditRecord.append(event, to: &record)
            #expect(AuditRecord.decode(record, at: 0)?.event == event)
            seen.insert(record)
        }
        #expect(seen.count == changes.count)
    }

    @Test func `every kind, outcome and reason has a name of its own that leads back to it`() {
        var names: Set<String> = []
        for kind in AuditEvent.Kind.allCases {
            let name = kind.text.description
            #expect(AuditEvent.Kind(text: name) == kind)
            #expect(name.split(separator: ".").count == 2)
            names.insert(name)
        }
        #expect(names.count == AuditEvent.Kind.allCases.count)
        for reason in AuditEvent.Reason.allCases where reason != .none {
            let name = reason.text?.description ?? ""
            #expect(AuditEvent.Reason(text: name) == reason)
            #expect(names.insert(name).inserted)
        }
        #expect(AuditEvent.Reason.none.text == nil)
        #expect(AuditEvent.Kind(text: "token.forge") == nil)
        #expect(AuditEvent.Reason(text: "") == nil)
    }

    @Test func `numbers of the format are never given to another meaning`() {
        #expect(AuditEvent.Kind.tokenDelete.rawValue == 11)
        #expect(AuditEvent.Kind.credentialDelete.rawValue == 25)
        #expect(AuditEvent.Kind.accountSealingKey.rawValue == 35)
        #expect(AuditEvent.Kind.permissionSetGet.rawValue == 65)
        #expect(AuditEvent.Kind.integrationPointDelete.rawValue == 94)
        #expect(AuditEvent.Kind.backupCreate.rawValue == 147)
        #expect(AuditEvent.Reason.organizationDisabled.rawValue == 13)
        #expect(AuditEvent.Reason.peerNotAllowed.rawValue == 26)
        #expect(AuditEvent.Reason.limitReached.rawValue == 46)
        #expect(AuditEvent.Reason.storageFailed.rawValue == 63)
        #expect(AuditEvent.Reason.replayed.rawValue == 88)
    }

    @Test func `a refusal keeps its reason and loses what it carries`() {
        #expect(AuditEvent.Reason(Refusal.invalidValue("name")) == .invalidValue)
        #expect(AuditEvent.Reason(Refusal.integrity(table: "token")) == .integrity)
        #expect(AuditEvent.Reason(Refusal.wrongSecret) == .wrongSecret)
        #expect(AuditEvent.Reason(Refusal.foreign) == .foreign)
    }
}
