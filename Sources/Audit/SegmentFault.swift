/// What is wrong with a segment file.
package enum SegmentFault: Error, Equatable, Sendable {
    /// Not a segment of this version, or the lengths in its header do not add up.
    case malformed
    /// Of another log.
    case foreignOrigin
    /// Not the range that its name says.
    case wrongRange
    /// The index says something that the records do not.
    case index
    /// A record that nothing could have written.
    case record(sequence: UInt64)
    /// The records do not lead from the frontier to the root.
    case root
    /// The note is not a checkpoint of the segment's end, signed by this log.
    case checkpoint
    /// The trailer does not fit the file.
    case trailer
    /// The time range is not the one of the records.
    case times
    /// The file cannot be opened or read.
    case unreadable
    /// Records to seal do not follow each other.
    case gap
}
