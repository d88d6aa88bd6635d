import Audit
import Foundation
import Testing
import Vault

struct AuditExportTests {
    private func json(_ entry: AuditEntry) -> String {
        var text: [UInt8] = []
        AuditExport.appendJSONLine(entry, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private func csv(_ entry: AuditEntry) -> String {
        var text: [UInt8] = []
        AuditExport.appendCSV(entry, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private var bare: AuditEntry {
        AuditEntry(
            sequence: 0, generation: 0,
            event: AuditEvent(kind: .vaultStart, outcome: .allow, time: Instant(microseconds: 0)))
    }

    private var full: AuditEntry {
        var event = AuditEvent(
            kind: .credentialRelease, outcome: .deny,
            time: Instant(microseconds: 1_767_323_045_000_006))
        event.reason = .expired
        event.organization = OrganizationID(1)
        event.account = AccountID(2)
        event.integration = IntegrationID(3)
        event.token = TokenID(4)
        event.generation = .secondary
        event.objectKind = .credential
        event.object = 61
        event.peerUID = 1000
        event.peerPID = 42
        event.remoteAddress = 0xffff_c0a8_0101
        event.requestID = 62
        return AuditEntry(sequence: 18_446_744_073_709_551_615, generation: 9, event: event)
    }

    @Test func `what is absent is null in JSON and empty in CSV`() {
        #expect(
            json(bare)
                == #"{"seq":0,"time":"1970-01-01T00:00:00.000000Z","event":"vault.start","#
                + #""outcome":"allow","reason":null,"organization_id":null,"account_id":null,"integration_id":null,"#
                + #""token_id":null,"generation":null,"object_id":null,"peer":{"uid":0,"pid":0},"#
                + #""remote_addr":null,"request_id":null}"# + "\n")
        #expect(csv(bare) == "0,1970-01-01T00:00:00.000000Z,vault.start,allow,,,,,,,,0,0,,\n")
    }

    @Test func `what is there is written in its text form`() {
        let line = json(full)
        let zeros = String(repeating: "0", count: 21)
        #expect(
            line
                == #"{"seq":18446744073709551615,"time":"2026-01-02T03:04:05.000006Z","#
                + #""event":"credential.release","outcome":"deny","reason":"expired","#
                + #""organization_id":"org_\#(zeros)1","account_id":"acc_\#(zeros)2","#
                + #""integration_id":"int_\#(zeros)3","token_id":"tok_\#(zeros)4","#
                + #""generation":"secondary","object_id":"crd_\#(zeros)z","#
                + #""peer":{"uid":1000,"pid":42},"remote_addr":"192.168.1.1","#
                + #""request_id":"req_\#(zeros.dropLast())10"}"# + "\n")
        #expect(csv(full).hasPrefix("18446744073709551615,2026-01-02T03:04:05.000006Z,"))
    }

    @Test func `a row has a value for every column of the header`() {
        var header: [UInt8] = []
        AuditExport.appendCSVHeader(to: &header)
        let columns = String(decoding: header, as: UTF8.self).split(separator: ",")
        for entry in [bare, full] {
            let row = csv(entry).split(separator: ",", omittingEmptySubsequences: false)
            #expect(row.count == columns.count)
        }
        #expect(header.last == UInt8(ascii: "\n"))
        #expect(columns.first == "seq")
    }

    @Test func `a column holds what stands at its place in the event's JSON`() throws {
        let object = try JSONSerialization.jsonObject(with: Data(json(full).utf8))
        let values = AuditExport.columns.map { path in
            path.split(separator: ".").reduce(object) { value, name in
                (value as? [String: Any])?[String(name)] ?? NSNull()
            }
        }
        let row = csv(full).dropLast().split(separator: ",").map(String.init)
        #expect(values.map { "\($0)" } == row)
    }

    @Test func `every event is JSON that another program reads`() throws {
        var source = EventSource(seed: 70)
        for number in 0..<200 as Range<UInt64> {
            let entry = AuditEntry(sequence: number, generation: 1, event: source.event())
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(json(entry).utf8)) as? [String: Any])
            #expect(object.count == 14)
            #expect(object["seq"] as? UInt64 == number)
        }
    }

    @Test(arguments: [
        ("1", "::1"), ("20010db8000000000000000000000001", "2001:db8::1"),
        ("20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"),
        ("20010db8000000000001000000000001", "2001:db8::1:0:0:1"),
        ("fe800000000000000000000000000000", "fe80::"),
        ("00010002000300040005000600070008", "1:2:3:4:5:6:7:8"),
        ("ffff7f000001", "127.0.0.1"), ("ffff00000000", "0.0.0.0"),
        ("00000000000000000001000000000000", "::1:0:0:0"),
    ])
    func `addresses are written as RFC 5952 says`(hex: String, expected: String) throws {
        var entry = bare
        var event = entry.event
        event.remoteAddress = try #require(UInt128(hex, radix: 16))
        entry = AuditEntry(sequence: 0, generation: 0, event: event)
        #expect(json(entry).contains(#""remote_addr":"\#(expected)","#))
    }
}
