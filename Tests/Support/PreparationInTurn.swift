package import Audit
package import Vault

/// Segments prepared one after the other, on the thread that verifies.
package struct PreparationInTurn: SegmentPreparation {
    package let names: [SegmentName]
    private let files: any SegmentFiles

    package init(_ files: any SegmentFiles) throws(StoreError) {
        self.files = files
        names = try files.list()
    }

    package func prepared(_ name: SegmentName) throws(AuditError) -> PreparedSegment {
        try PreparedSegment(opening: name, in: files)
    }
}

extension AuditVerifier {
    /// Verifies with segments that are prepared in turn.
    package static func verify(
        storage: (any AuditStorage)?, files: (any SegmentFiles)?, key: VerifierKey,
        earlier: [Checkpoint] = [], from start: UInt64 = 0
    ) throws(StoreError) -> AuditReport {
        var segments: PreparationInTurn?
        if let files { segments = try PreparationInTurn(files) }
        return try verify(
            storage: storage, segments: segments, key: key, earlier: earlier, from: start)
    }
}
