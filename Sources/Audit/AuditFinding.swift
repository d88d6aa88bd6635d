import Vault

/// Something about a log that does not hold, or cannot be shown to hold.
package enum AuditFinding: Equatable, Sendable {
    /// There is nothing: neither a head nor a segment.
    case nothing
    case segment(SegmentName, SegmentFault)
    /// The records of this range are not there.
    case missing(Range<UInt64>)
    /// Records that were there already, or a batch whose numbers contradict themselves.
    case outOfPlace(UInt64)
    /// Bytes that no version of the vault has written.
    case undecodable(UInt64)
    case wrongSequence(expected: UInt64, found: UInt64)
    /// The database's generation is lower than a record before, and no rollback was accepted.
    case generationWentBack(UInt64)
    case wrongTimes(batchAt: UInt64)
    /// The records up to here do not lead to the root kept beside them.
    case wrongRoot(size: UInt64)
    /// The head is not the one that follows from the records.
    case wrongHead
    /// No checkpoint, or none that this key has signed for this log.
    case noCheckpoint
    /// The log's own checkpoint speaks of other records.
    case checkpointDiffers(size: UInt64)
    /// The log's own checkpoint, or the end of the sealed part, is beyond the last record.
    case checkpointBeyond(size: UInt64)
    /// The earlier checkpoint is of another log, or speaks of other records.
    case earlierDiffers(size: UInt64)
    /// The earlier checkpoint is beyond the last record: the log was cut off or rolled back.
    case earlierBeyond(size: UInt64)
    /// The earlier checkpoint is before the first record that is here: nothing to show it by.
    case earlierUnproved(size: UInt64)
    /// The vault was stopped in order, and yet its last records are under no checkpoint.
    case stoppedUncovered(count: UInt64)
    /// More than a moment's records are under no checkpoint.
    case uncoveredTooLong(count: UInt64)

    package var sentence: String {
        switch self {
        case .nothing: "There is no log here."
        case .segment(let name, let fault): "Segment \(name.text): \(fault.sentence)"
        case .missing(let range):
            "Records \(range.lowerBound) to \(range.upperBound - 1) are missing."
        case .outOfPlace(let sequence): "What is kept at record \(sequence) does not belong there."
        case .undecodable(let sequence): "Record \(sequence) is not one that a vault has written."
        case .wrongSequence(let expected, let found):
            "Where record \(expected) belongs there is one that says it is \(found)."
        case .generationWentBack(let sequence):
            "Record \(sequence) was written by an older state of the database than the one before."
        case .wrongTimes(let sequence):
            "The time range of the batch at record \(sequence) is not the one of its records."
        case .wrongRoot(let size):
            "The first \(size) records do not lead to the root kept for them."
        case .wrongHead: "The head of the log does not follow from its records."
        case .noCheckpoint: "There is no checkpoint that this key has signed for this log."
        case .checkpointDiffers(let size):
            "The checkpoint of \(size) records was signed for other records."
        case .checkpointBeyond(let size):
            "The checkpoint is of \(size) records, and there are fewer."
        case .earlierDiffers(let size):
            "The earlier checkpoint of \(size) records is not of this log as it is now."
        case .earlierBeyond(let size):
            "The earlier checkpoint is of \(size) records: the log was cut off below it."
        case .earlierUnproved(let size):
            "The earlier checkpoint of \(size) records cannot be checked without those records."
        case .stoppedUncovered(let count):
            "The vault was stopped, and yet its last \(count) records are under no checkpoint."
        case .uncoveredTooLong(let count):
            "The last \(count) records took longer than the log may be without a checkpoint."
        }
    }
}

extension SegmentFault {
    package var sentence: String {
        switch self {
        case .malformed: "this is not a segment of a version that is known here."
        case .foreignOrigin: "it is of another log."
        case .wrongRange: "it holds another range than its name says, or than its place asks for."
        case .index: "its index does not say what its records say."
        case .record(let sequence): "record \(sequence) is not one that a vault has written."
        case .root: "its records do not lead from the tree before it to the root after it."
        case .checkpoint: "it ends without a checkpoint that this key has signed for it."
        case .trailer: "its last 32 bytes do not fit the rest."
        case .times: "its time range is not the one of its records."
        case .unreadable: "it cannot be opened or read."
        case .gap: "the records to be sealed do not follow each other."
        }
    }
}
