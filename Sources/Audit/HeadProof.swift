import Crypto
import Vault

/// Shows that a stored head follows from the newest checkpoint signed for it: nobody has changed,
/// dropped or added a record since, unless he holds the signing key.
///
/// The work is bounded by what was written after that checkpoint, about a second of traffic.
struct HeadProof {
    let storage: any AuditStorage
    let verifier: VerifierKey

    /// The frontier of the head, as it was computed.
    func prove(_ head: AuditHead) throws(AuditError) -> MerkleFrontier {
        guard !head.checkpoint.isEmpty else { throw .unproved(.noCheckpoint) }
        guard let checkpoint = Checkpoint(note: head.checkpoint, verifier: verifier),
            checkpoint.size <= head.size
        else { throw .unproved(.checkpoint) }
        guard
            var frontier = MerkleFrontier(
                size: checkpoint.size, digests: head.checkpointFrontier),
            frontier.root == checkpoint.root
        else { throw .unproved(.frontier) }
        try grow(&frontier, to: head.size)
        guard frontier.digests == head.frontier, frontier.root == head.root else {
            throw .unproved(.tail)
        }
        try checkSealed(head)
        return frontier
    }

    private func grow(
        _ frontier: inout MerkleFrontier, to size: UInt64
    ) throws(AuditError) {
        while frontier.size < size {
            let batches = try batches(from: frontier.size)
            guard !batches.isEmpty else { throw .unproved(.tail) }
            for batch in batches {
                guard batch.first == frontier.size, batch.isWhole, batch.last < size else {
                    throw .unproved(.tail)
                }
                unsafe frontier.append(records: batch.records.span.bytes)
                guard frontier.root == batch.root else { throw .unproved(.tail) }
            }
        }
    }

    private func batches(from sequence: UInt64) throws(AuditError) -> [AuditBatch] {
        do {
            return try storage.auditBatches(
                from: sequence, byteCountMax: AuditLimits.hotReadBytesMax)
        } catch { throw .storage(error) }
    }

    private func checkSealed(_ head: AuditHead) throws(AuditError) {
        guard head.sealedSize <= head.size,
            head.sealedFrontier.count == head.sealedSize.nonzeroBitCount
        else { throw .unproved(.sealed) }
    }
}

extension AuditBatch {
    /// Whether the records are as many as the sequence numbers say.
    package var isWhole: Bool {
        guard first <= last, last < AuditLimits.sizeMax else { return false }
        // Without an overflow: nobody has looked at the numbers of a row before.
        return (last - first + 1).multipliedReportingOverflow(by: UInt64(AuditRecord.byteCount))
            == (UInt64(records.count), false)
    }
}
