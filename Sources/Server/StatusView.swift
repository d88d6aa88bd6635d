import Audit
import Crypto
import Vault
import Wire

/// `GET /v1/operator/status`: what an operator wants to see first.
struct StatusView {
    private let counts: StoreCounts
    private let standing: Standing
    private let desk: AuditDesk
    private let keys: [(purpose: StaticString, epoch: UInt32, createdAt: Instant)]
    private let cachedRecords: Int
    private let now: Instant

    init(_ call: Call) throws(Refusal) {
        do {
            counts = try call.vault.store.counts()
        } catch {
            throw Refusal(error)
        }
        standing = call.vault.standing
        desk = call.desk
        keys = Self.keys(call.vault.ring)
        cachedRecords = call.vault.cache.count
        now = call.request.receivedAt
    }

    private static func keys(
        _ ring: KeyRing
    ) -> [(purpose: StaticString, epoch: UInt32, createdAt: Instant)] {
        [
            ("wrapping", ring.epoch, ring.wrapping.newest.createdAt),
            ("recording", ring.epoch, ring.recording.newest.createdAt),
            ("verifying", ring.epoch, ring.verifying.newest.createdAt),
            ("rows", ring.epoch, ring.rows.newest.createdAt),
            ("audit_signing", ring.epoch, ring.auditSigning.createdAt),
        ]
    }

    func write(_ json: inout ObjectWriter) {
        let facts = desk.facts
        json.beginObject()
        json.member("version", facts.version)
        json.member("started_at", time: facts.startedAt)
        json.member("time", time: now)
        json.member("state", desk.published.isFull ? "full" : "serving")
        json.member("durability", facts.durability)
        json.member("generation", number: standing.generation)
        json.member("epoch", number: standing.epoch)
        writeCounts(&json)
        writeAudit(&json)
        json.member("cache")
        json.beginObject()
        json.member("records", number: cachedRecords)
        json.endObject()
        json.member("sandbox")
        json.beginObject()
        json.member("landlock", facts.landlock)
        json.member("seccomp", facts.seccomp)
        json.endObject()
        writeKeys(&json)
        json.member("last_backup")
        json.null()
        json.member(
            "integrity_alarms", number: desk.published.counters.value(.integrityAlarms))
        json.member("requests", number: desk.published.counters.value(.requests))
        json.member(
            "open_connections", number: desk.published.counters.value(.openConnections))
        json.endObject()
    }

    private func writeCounts(_ json: inout ObjectWriter) {
        json.member("counts")
        json.beginObject()
        json.member("organizations", number: counts.organizations)
        json.member("accounts", number: counts.accounts)
        json.member("integrations", number: counts.integrations)
        json.member("credentials", number: counts.credentials)
        json.member("tokens", number: counts.tokens)
        json.endObject()
    }

    private func writeAudit(_ json: inout ObjectWriter) {
        let head = desk.log.head
        json.member("audit")
        json.beginObject()
        json.member("size", number: head.size)
        json.member("root")
        json.string(bytes: unsafe Base64.encode(head.root.bytes.span.bytes).span)
        json.member("sealed", number: head.sealedSize)
        json.member("checkpoint_at", time: desk.checkpointAt)
        json.member("last_time", time: head.size == 0 ? nil : head.lastTime)
        json.member("key", desk.log.signer.verifier.text)
        json.endObject()
    }

    private func writeKeys(_ json: inout ObjectWriter) {
        json.member("keys")
        json.beginArray()
        for key in keys {
            json.beginObject()
            json.member("purpose", key.purpose.description)
            json.member("epoch", number: key.epoch)
            json.member("created_at", time: key.createdAt)
            json.endObject()
        }
        json.endArray()
    }
}
