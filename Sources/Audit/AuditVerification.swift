package import Vault

extension AuditVerifier {
    /// Verifies a vault's log at rest, or exported segments alone (`storage` nil).
    ///
    /// `progress` is told now and then how many records have been looked at.
    package static func verify(
        storage: (any AuditStorage)?, files: (any SegmentFiles)?, key: VerifierKey,
        earlier: [Checkpoint] = [], from start: UInt64 = 0,
        progress: (UInt64) -> Void = { _ in }
    ) throws(StoreError) -> AuditReport {
        let head = try storage?.auditHead()
        var verifier = AuditVerifier(key: key, head: head, earlier: earlier, from: start)
        if let files {
            for name in try files.list() {
                try verifier.segment(name, try files.open(name))
                progress(name.last + 1)
            }
        }
        if let storage, let head {
            try verifier.hotEnd(storage, from: head.sealedSize, progress)
        }
        return verifier.finish()
    }

    private mutating func hotEnd(
        _ storage: any AuditStorage, from start: UInt64, _ progress: (UInt64) -> Void
    ) throws(StoreError) {
        var next = start
        // Beyond the head as well: what is there and not in its tree must not pass unseen.
        while true {
            let batches = try storage.auditBatches(
                from: next, byteCountMax: AuditLimits.hotReadBytesMax)
            // The end, or a gap: `finish` holds the head against what was shown.
            guard let last = batches.last?.last, last >= next, last < AuditLimits.sizeMax else {
                return
            }
            for batch in batches { self.batch(batch) }
            next = last + 1
            progress(next)
        }
    }
}
