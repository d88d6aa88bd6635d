package import Vault

/// Prepares segments for a verifier, which asks for each of them once, in order.
package protocol SegmentPreparation {
    var names: [SegmentName] { get }
    func prepared(_ name: SegmentName) throws(AuditError) -> PreparedSegment
}

extension PreparedSegment {
    package init(opening name: SegmentName, in files: any SegmentFiles) throws(AuditError) {
        let file: any SegmentFile
        do { file = try files.open(name) } catch { throw .storage(error) }
        try self.init(name, file)
    }
}

extension AuditVerifier {
    /// Verifies a vault's log at rest, or exported segments alone (`storage` nil).
    ///
    /// - Parameters:
    ///   - segments: what prepares the segments; nil where there are none.
    ///   - progress: told now and then how many records have been looked at.
    package static func verify(
        storage: (any AuditStorage)?, segments: (any SegmentPreparation)?, key: VerifierKey,
        earlier: [Checkpoint] = [], from start: UInt64 = 0,
        progress: (UInt64) -> Void = { _ in }
    ) throws(StoreError) -> AuditReport {
        let head = try storage?.auditHead()
        var verifier = AuditVerifier(key: key, head: head, earlier: earlier, from: start)
        if let segments {
            for name in segments.names {
                try verifier.segment(name) { () throws(AuditError) in
                    try segments.prepared(name)
                }
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
