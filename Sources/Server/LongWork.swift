package import Audit
import Crypto
import Linux
package import Vault
import Wire

/// A list of events that is being gathered, a bounded piece of work at a time.
package struct PendingSearch {
    let request: Request
    let loop: Int
    private var wanted: EventQuery
    let grant: Grant
    /// By which the asker knows the events; nil for who may see their places.
    let numbers: EventNumbers?
    /// As the asker is shown them.
    private var entries: [AuditEntry] = []
    package private(set) var isFinished = false
    private let limit: Int

    /// Whose search it is; nil for an operator's.
    var holder: OrganizationID? { grant.principal?.organization }

    package init(
        request: Request, loop: Int, wanted: EventQuery, grant: Grant, numbers: EventNumbers?
    ) {
        self.request = request
        self.loop = loop
        self.wanted = wanted
        self.grant = grant
        self.numbers = numbers
        limit = wanted.query.limit
        self.wanted.query.limit = nextLimit
    }

    /// What is looked at event by event is looked at a piece at a time.
    private var nextLimit: Int {
        let rest = limit - entries.count
        return wanted.filters.isEmpty ? rest : min(rest, ServerLimits.pieceCount)
    }

    /// What the log is to be asked for next.
    package var query: AuditQuery { wanted.query }

    package mutating func take(_ page: AuditPage, _ vault: Vault) throws(Refusal) {
        for entry in page.entries {
            let entry = masked(entry)
            if try wanted.admits(entry, vault) { entries.append(numbered(entry)) }
        }
        guard let next = page.next, entries.count < limit else {
            isFinished = true
            return
        }
        wanted.query.startAfter = next
        wanted.query.limit = nextLimit
    }

    package func answer() -> Answer {
        let reply = Reply(grant) { json in
            json.beginArray()
            for entry in entries {
                var line: [UInt8] = []
                AuditExport.appendJSON(entry, to: &line)
                json.raw(line.span)
            }
            json.endArray()
        }
        return reply.answer(to: request)
    }

    /// The log must not tell a tenant what the answer did not: whether there is something out of reach.
    private func masked(_ entry: AuditEntry) -> AuditEntry {
        guard numbers != nil, entry.event.reason == .foreign else { return entry }
        var event = entry.event
        event.reason = .absent
        return AuditEntry(sequence: entry.sequence, generation: entry.generation, event: event)
    }

    private func numbered(_ entry: AuditEntry) -> AuditEntry {
        guard let numbers else { return entry }
        return AuditEntry(
            sequence: numbers.number(at: entry.sequence), generation: entry.generation,
            event: entry.event)
    }
}

extension Call {
    /// Goes on between batches.
    func search(
        _ wanted: EventQuery, _ grant: Grant, _ numbers: EventNumbers?
    ) throws(Refusal) -> Reply {
        guard desk.searchPlaces.ask(for: grant.principal?.organization) else {
            throw .rateLimited(
                "too many searches of the audit log are under way", retryAfterSeconds: 1)
        }
        deferred = .search(wanted, grant, numbers)
        return Reply(grant) { $0.null() }
    }
}

/// The hot end of the log on its way to the jobs' thread.
struct HotRead {
    enum Purpose {
        case seal(Sealing)
        case verify(AuditHead, Request, Int)
    }

    let purpose: Purpose
    private let end: UInt64
    private(set) var next: UInt64
    private var batches: [AuditBatch] = []

    init(_ sealing: Sealing) {
        purpose = .seal(sealing)
        next = sealing.unread.lowerBound
        end = sealing.unread.upperBound
    }

    init(verifying head: AuditHead, for request: Request, on loop: Int) {
        purpose = .verify(head, request, loop)
        next = head.sealedSize
        end = head.size
    }

    var isComplete: Bool { next >= end }

    /// Later batches belong to a later head, or to a later segment; false if no other came.
    mutating func add(_ piece: [AuditBatch]) -> Bool {
        let fitting = piece.filter { $0.last >= next && $0.last < end }
        guard let last = fitting.last else { return false }
        batches += fitting
        next = last.last + 1
        return true
    }

    func job(signer: NoteSigner) -> JobMessage {
        switch purpose {
        case .seal(let sealing): .seal(sealing, batches, signer)
        case .verify(let head, let request, let loop):
            .verify(
                VerifyJob(
                    requestID: request.id, loop: loop, head: head, batches: batches,
                    key: signer.verifier))
        }
    }
}

package struct VerifyJob: Sendable {
    let requestID: UInt128
    let loop: Int
    let head: AuditHead
    let batches: [AuditBatch]
    let key: VerifierKey
}

package enum JobMessage: Sendable {
    case seal(Sealing, [AuditBatch], NoteSigner)
    case verify(VerifyJob)
    case stop
}

/// From the jobs' thread to the store's.
package enum SealOutcome: Sendable {
    case sealed(SealedSegment)
    case failed(String)
    /// A verification no longer needs the hot end to stay.
    case verified
}

/// The thread for what takes long: making segments, verifying the log.
package final class JobThread {
    private let mailbox: Mailbox<JobMessage>
    private let store: Mailbox<StoreMessage>
    private let loops: [Mailbox<LoopMessage>]
    private let files: any SegmentFiles & Sendable
    private var epoll: Epoll

    package init(
        mailbox: Mailbox<JobMessage>, store: Mailbox<StoreMessage>,
        loops: [Mailbox<LoopMessage>], files: any SegmentFiles & Sendable
    ) throws {
        self.mailbox = mailbox
        self.store = store
        self.loops = loops
        self.files = files
        epoll = try Epoll(eventCountMax: 4)
        try epoll.add(
            mailbox.wakeup.descriptor, key: 0, for: [.readable, .edgeTriggered])
    }

    package func run() throws {
        SystemThread.yieldToOthers()
        while true {
            if mailbox.maySleep() {
                _ = try epoll.wait(milliseconds: -1)
            }
            for message in mailbox.takeAll() {
                switch message {
                case .seal(let sealing, let batches, let signer):
                    seal(sealing, batches, signer)
                case .verify(let job): verify(job)
                case .stop: return
                }
            }
        }
    }

    private func seal(_ sealing: Sealing, _ batches: [AuditBatch], _ signer: NoteSigner) {
        var sealing = sealing
        do throws(AuditError) {
            if !sealing.unread.isEmpty { try sealing.add(batches) }
            guard sealing.unread.isEmpty else { throw .segment(.gap) }
            let segment = try sealing.segment(signer: signer)
            try segment.store(in: files)
            store.post(.sealed(.sealed(segment)))
        } catch {
            // A file whose sync has failed must not be taken for a whole one the next time.
            if case .storage(.failed(let code)) = error { Fatal.storage(code) }
            store.post(.sealed(.failed("\(error)")))
        }
    }

    private func verify(_ job: VerifyJob) {
        defer { store.post(.sealed(.verified)) }
        do throws(StoreError) {
            var verifier = AuditVerifier(key: job.key, head: job.head)
            for name in try files.list() where name.last < job.head.sealedSize {
                try verifier.segment(name, try files.open(name))
            }
            for batch in job.batches { verifier.batch(batch) }
            let report = verifier.finish()
            loops[job.loop].post(.late([VerifyAnswer.make(report, job.requestID)]))
        } catch {
            let problem = Problem(503, "the audit log could not be read")
            loops[job.loop].post(.late([Answer(problem, requestID: job.requestID)]))
        }
    }
}

enum VerifyAnswer {
    static func make(_ report: AuditReport, _ requestID: UInt128) -> Answer {
        var json = JSONWriter(WipedBytes(capacity: 1024))
        json.beginObject()
        json.member("result")
        json.beginObject()
        json.member("outcome", report.verdict.text)
        json.member("records", number: report.recordCount)
        json.member("size", number: report.size)
        json.member("root")
        json.string(bytes: unsafe Base64.encode(report.root.bytes.span.bytes).span)
        json.member("segments", number: report.segmentCount)
        json.member("batches", number: report.batchCount)
        json.member("checkpoint_size")
        if let checkpoint = report.checkpoint { json.integer(checkpoint.size) } else { json.null() }
        json.member("uncovered", number: report.uncovered)
        json.member("findings", strings: report.findings.map(\.sentence))
        json.endObject()
        json.endObject()
        var answer = Answer(status: 200, requestID: requestID)
        answer.body = AnswerBody(json.finish())
        return answer
    }
}
