import Foundation
import StrongroomClient
import Support
import Testing

/// What somebody who writes the files does to the log of a stopped vault.
@Suite(.enabled(if: DatabaseEngine.isPresent, "there is no sqlite3 program here"))
struct TamperingTests {
    @Test(arguments: [
        ("a batch is gone", "DELETE FROM audit_batch WHERE first = M"),
        ("the newest batch is gone", "DELETE FROM audit_batch WHERE first = L"),
        ("everything is gone", "DELETE FROM audit_batch"),
        (
            "a record is cut off",
            "UPDATE audit_batch SET records = substr(records, 1, length(records) - 1)"
                + " WHERE first = M"
        ),
        (
            "two batches change places",
            "UPDATE audit_batch SET records = (SELECT records FROM audit_batch WHERE first = L)"
                + " WHERE first = M"
        ),
        ("the head is gone", "DELETE FROM audit_head"),
        (
            "a batch says that it is another",
            "UPDATE audit_batch SET first = first + 1 WHERE first = L"
        ),
        (
            "the root is another's",
            "UPDATE audit_batch SET root = (SELECT root FROM audit_batch WHERE first = 0)"
                + " WHERE first = L"
        ),
    ])
    func `is refused by the verifier, which needs no master key`(what: String, sql: String) throws {
        try tampered { database in
            let middle = try database.query(
                "SELECT first FROM audit_batch WHERE first > 2 LIMIT 1")
            let last = try database.query("SELECT max(first) FROM audit_batch")
            try database.change(
                sql.replacing("= M", with: "= " + middle).replacing("= L", with: "= " + last))
        }
    }

    @Test func `any byte of a record is missed when it is another`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("flipped bytes of the log: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<8 {
            let place = Int.random(in: 0..<1_000_000, using: &random)
            let flip = UInt8.random(in: 1...255, using: &random)
            try tampered("seed \(seed)") { database in
                let firsts = try database.query("SELECT group_concat(first) FROM audit_batch")
                    .split(separator: ",")
                let row = "WHERE first = \(firsts[place % firsts.count])"
                var bytes = try database.bytes("SELECT hex(records) FROM audit_batch \(row)")
                bytes[place % bytes.count] ^= flip
                let hex = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
                try database.change(
                    "UPDATE audit_batch SET records = x'\(hex.joined())' \(row)")
            }
        }
    }

    @Test
    func `a log that was put back to an earlier state is caught by a checkpoint kept elsewhere`()
        throws
    {
        try Site.serving { site in
            _ = try Tenant(site)
            try site.stop()
            let earlier = site.root + "/earlier"
            try FileManager.default.copyItem(atPath: site.data, toPath: earlier)
            try site.start()
            _ = try site.operators.status()
            let note = try site.file("kept.note", site.operators.auditCheckpoint())
            try site.stop()
            let own = try site.strongroom(
                "audit", "verify", "--data", site.data, "--checkpoint", note)
            #expect(own.status == 0, "\(own.errorText)")
            let back = try site.strongroom(
                "audit", "verify", "--data", earlier, "--checkpoint", note)
            #expect(back.status == 1)
            #expect(back.errorText.contains("cut off"))
        }
    }

    @Test func `a rewritten row ends the daemon's start, not a tenant's isolation`() throws {
        try Site.serving { site in
            _ = try Tenant(site)
            try site.stop()
            try DatabaseEngine(site).change("UPDATE standing SET generation = generation - 1")
            let ended = try site.strongroomd(
                ["--data", site.data, "--run", site.run, "--unseal", site.unseal])
            #expect(ended.status == 1)
            #expect(ended.errorText.contains("was changed by something else"))
        }
    }

    @Test func `a token whose row was widened is not accepted`() throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            try site.stop()
            try DatabaseEngine(site).change(
                "UPDATE token SET primary_expires = primary_expires + 1")
            try site.start()
            let status = try refusedStatus {
                try site.gateway.verify(tenant.integrationToken.access)
            }
            #expect(status == 503)
            #expect(try site.operators.status().integrityAlarmCount ?? 0 > 0)
        }
    }

    @Test func `a count that was changed is an alarm, and stops nobody from being served`() throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let access = tenant.integrationToken.access
            _ = try site.gateway.verify(access)
            try site.stop()
            try DatabaseEngine(site).change("UPDATE object_use SET count = count + 1")
            try site.start()
            _ = try site.gateway.verify(access)
            try site.gateway.revoke(access)
            #expect(try refusedStatus { try site.gateway.verify(access) } == 401)
            #expect(try site.stop().status == 0)
            let export = try site.strongroom(
                "audit", "export", "--format", "jsonl", "--data", site.data)
            #expect(export.text.contains(#""event":"integrity.alarm""#))
        }
    }

    @Test func `a token put back to before its revocation stays dead`() throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let access = tenant.integrationToken.access
            try site.stop()
            let kept = site.root + "/kept.db"
            try FileManager.default.copyItem(atPath: site.data + "/strongroom.db", toPath: kept)
            try site.start()
            try site.gateway.revoke(access)
            try site.stop()
            try DatabaseEngine(site).change(
                "ATTACH '\(kept)' AS old; INSERT OR REPLACE INTO token SELECT * FROM old.token")
            try site.start()
            #expect(try refusedStatus { try site.gateway.verify(access) } == 503)
            #expect(try site.operators.status().integrityAlarmCount ?? 0 > 0)
        }
    }

    @Test func `a deleted credential's ciphertext is in no file a moment later`() throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let copy = site.root + "/copy"
            try FileManager.default.copyItem(atPath: site.data, toPath: copy)
            let bytes = try DatabaseEngine(site, data: copy).bytes(
                "SELECT hex(sealed) FROM credential")
            let hunt = SecretHunt(secrets: [PlantedSecret("ciphertext", bytes: bytes)])
            #expect(try !hunt.search(directory: site.data).isEmpty)
            try tenant.manager(site).deleteIntegration("tickets", of: "tenant-1")
            var found: [String] = ["not looked"]
            for _ in 0..<50 where !found.isEmpty {
                found = try hunt.search(directory: site.data)
                // The answer leaves first; the files are cleaned behind it.
                _ = try site.operators.status()
            }
            #expect(found == [])
        }
    }

    /// Runs a change on a stopped vault whose log was proved before, and expects a refusal.
    private func tampered(
        _ run: String = "", _ change: (DatabaseEngine) throws -> Void
    ) throws {
        try Site.serving { site in
            _ = try Tenant(site)
            try site.stop()
            #expect(try site.strongroom("audit", "verify", "--data", site.data).status == 0)
            try change(DatabaseEngine(site))
            let verified = try site.strongroom("audit", "verify", "--data", site.data)
            #expect(verified.status == 1, "\(run) \(verified.text)")
            #expect(!verified.errorText.isEmpty)
            #expect(!verified.isSignalled)
        }
    }
}
