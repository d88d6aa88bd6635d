import Audit
import Crypto
import Testing
import Vault

/// The examples of `schema/audit-*.md`, whose figures come from a program that shares no code.
struct FormatTests {
    private static let origin = "strongroom.log/example"

    private var events: [AuditEvent] {
        let start = Instant(microseconds: 1_767_323_045_000_006)
        var first = AuditEvent(kind: .vaultStart, outcome: .allow, time: start)
        first.peerPID = 1
        let later = start.advanced(by: TimeSpan(microseconds: 100))
        var second = AuditEvent(kind: .tokenVerify, outcome: .allow, time: later)
        second.level = .integration
        second.generation = .primary
        second.objectKind = .credential
        second.organization = OrganizationID(1)
        second.account = AccountID(2)
        second.integration = IntegrationID(3)
        second.token = TokenID(4)
        second.object = 5
        second.remoteAddress = 0xffff_c0a8_0101
        second.requestID = 6
        second.peerUID = 1000
        second.peerPID = 42
        let between = start.advanced(by: TimeSpan(microseconds: 44))
        var third = AuditEvent(kind: .tokenVerify, outcome: .deny, time: between)
        third.reason = .unknownToken
        third.requestID = 7
        third.peerUID = 1000
        third.peerPID = -1
        third.detail = 0x0102_0304_0506_0708
        return [first, second, third]
    }

    private func log(_ storage: MemoryAuditStorage) throws -> AuditLog {
        let seed: [UInt8] = Array(0..<32)
        let key = KeyBox(
            try unsafe Key<AuditSigningPurpose>(copying: seed.span.bytes),
            createdAt: Instant(microseconds: 0))
        let log = try AuditLog(storage: storage, signing: key, origin: Self.origin)
        for (event, generation) in zip(events, [1, 1, 2] as [UInt64]) {
            var record: [UInt8] = []
            AuditRecord.append(event, to: &record)
            _ = try log.append(&record, generation: generation)
        }
        return log
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test func `the record, its leaf and the root are those of the page`() throws {
        let storage = MemoryAuditStorage()
        let log = try log(storage)
        let record = storage.batches[1].records
        #expect(
            hex(record)
                == "010101000301070000000000000000010000000000000001"
                + "0006475ef64cf3aa0000000000000000000000000000000100000000000000000000000000000002"
                + "0000000000000000000000000000000300000000000000000000000000000004"
                + "0000000000000000000000000000000500000000000000000000ffffc0a80101"
                + "00000000000000000000000000000006000003e80000002a0000000000000000")
        #expect(
            unsafe hex(SHA256.leaf(record.span.bytes).bytes)
                == "2b494b2254ba2657d2642ddf2b34be9ec8bb13026118897f62bb7c8286d6b4f8")
        #expect(
            hex(log.head.root.bytes)
                == "56caa92b98d76033106f84142f6d79c1d7ca12df6922dce2198720b961af3aff")
    }

    @Test func `the key and the checkpoint are those of the page`() throws {
        let log = try log(MemoryAuditStorage())
        #expect(
            log.signer.verifier.text
                == Self.origin + "+c80fe225+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")
        let note = try log.checkpoint(at: log.head.lastTime)
        #expect(
            String(decoding: note, as: UTF8.self) == """
                strongroom.log/example
                3
                VsqpK5jXYDMQb4QUL215wdfKEt9pItziGYcguWGvOv8=

                — strongroom.log/example yA/iJcSgJqEzeFzHoUNlhxeYFR27012CDuGGVgNxzNhG4wPLBG6b5ln0\
                dW7yHjsrqp2iVnxfHwvQrQaS9A8pLgsOrw4=

                """)
    }

    @Test func `the segment is that of the page, byte for byte`() throws {
        let log = try log(MemoryAuditStorage())
        let files = MemorySegmentFiles()
        _ = try log.seal(into: files, at: log.head.lastTime, evenIfYoung: true)
        let bytes = try #require(files.contents.first).value
        #expect(bytes.count == 916)
        #expect(
            unsafe hex(SHA256.hash(bytes.span.bytes).bytes)
                == "7743ae8037299c339c6a817419a3b600b63722a341865f2d2555ecef6f3abcee")
    }
}
