package import Audit
import Linux
import Vault

/// The whole log, to be proved up to a head.
package struct VerifyJob: Sendable {
    let requestID: UInt128
    let loop: Int
    let head: AuditHead
    let earlier: [Checkpoint]
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
    private let published: Published
    private var epoll: Epoll

    package init(
        mailbox: Mailbox<JobMessage>, store: Mailbox<StoreMessage>,
        loops: [Mailbox<LoopMessage>], files: any SegmentFiles & Sendable, published: Published
    ) throws {
        self.published = published
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
        var answer = Answer(
            Problem(503, "the audit log could not be read"), requestID: job.requestID)
        do throws(StoreError) {
            if let report = try report(job) {
                answer = VerifyAnswer.make(report, job.requestID)
            } else {
                answer = Answer(Problem(503, "the daemon is ending"), requestID: job.requestID)
            }
        } catch {
            // What could not be read was not proved; the asker is told so.
        }
        loops[job.loop].post(.late([answer]))
    }

    /// Nil where the daemon is to end: with years of log it would otherwise not do so for minutes.
    private func report(_ job: VerifyJob) throws(StoreError) -> AuditReport? {
        var verifier = AuditVerifier(key: job.key, head: job.head, earlier: job.earlier)
        for name in try files.list() where name.last < job.head.sealedSize {
            guard !published.isDraining else { return nil }
            try verifier.segment(name, try files.open(name))
        }
        guard !published.isDraining else { return nil }
        for batch in job.batches { verifier.batch(batch) }
        return verifier.finish()
    }
}
