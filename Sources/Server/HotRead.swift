import Audit

/// The hot end of the log on its way to the jobs' thread.
struct HotRead {
    enum Purpose {
        case seal(Sealing)
        case verify(AuditHead, [Checkpoint], Request, Int)
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

    init(
        verifying head: AuditHead, _ earlier: [Checkpoint], for request: Request, on loop: Int
    ) {
        purpose = .verify(head, earlier, request, loop)
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
        case .verify(let head, let earlier, let request, let loop):
            .verify(
                VerifyJob(
                    requestID: request.id, loop: loop, head: head, earlier: earlier,
                    batches: batches,
                    key: signer.verifier))
        }
    }
}
