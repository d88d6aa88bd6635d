import Audit
import Foundation
import Store
import Support
import Testing
import Vault

@Suite struct `Segments that are prepared ahead` {
    let root: TemporaryDirectory
    let segments: SegmentDirectory
    let subject: StoreUnderTest
    let log: AuditLog

    private static let segmentCount = 7

    init() throws {
        root = try TemporaryDirectory()
        segments = SegmentDirectory(path: root.path)
        subject = try StoreUnderTest(.memory)
        log = try AuditLog(
            storage: subject.store, signing: subject.ring.auditSigning,
            origin: subject.ring.auditOrigin)
        for number in 0..<Self.segmentCount {
            var records: [UInt8] = []
            for place in 0..<10 + 10 * number {
                var event = AuditEvent(
                    kind: .tokenVerify, outcome: .allow,
                    time: Instant(microseconds: Int64(1000 * number + place)))
                event.requestID = UInt128(1 + place)
                AuditRecord.append(event, to: &records)
            }
            _ = try log.append(&records, generation: 0)
            _ = try log.checkpoint(at: log.head.lastTime)
            _ = try log.seal(into: segments, at: log.head.lastTime, evenIfYoung: true)
        }
    }

    private func inTurn() throws -> AuditReport {
        try AuditVerifier.verify(
            storage: subject.store, files: segments, key: log.signer.verifier)
    }

    private func ahead() throws -> AuditReport {
        try AuditVerifier.verify(
            storage: subject.store, segments: try PreparationAhead(segments),
            key: log.signer.verifier)
    }

    private func path(ofSegment number: Int) throws -> String {
        root.file(try segments.list()[number].text + ".segment")
    }

    @Test(arguments: 0..<7, [0, 100, 1000])
    func `a changed byte is found as in turn`(number: Int, offset: Int) throws {
        let path = try path(ofSegment: number)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[offset] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let report = try ahead()
        #expect(report.verdict == .refused)
        #expect(report.findings == (try inTurn()).findings)
    }

    @Test(arguments: 0..<7)
    func `one that cannot be read is an error, not a finding`(number: Int) throws {
        let path = try path(ofSegment: number)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: root.file("nowhere"))
        #expect(throws: StoreError.self) { try ahead() }
        #expect(throws: StoreError.self) { try inTurn() }
    }

    @Test func `all of them prove what they prove in turn`() throws {
        let (side, turn) = (try ahead(), try inTurn())
        #expect(side.verdict == .proved)
        #expect(side.findings.isEmpty)
        #expect(side.segmentCount == Self.segmentCount)
        #expect(side.recordCount == turn.recordCount)
        #expect(side.root == turn.root)
    }
}
