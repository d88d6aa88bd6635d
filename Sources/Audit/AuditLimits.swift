package import Vault

/// The module's limits, in one place.
package enum AuditLimits {
    /// Records of one segment at most: 40 MiB, which a verifier holds in memory at once.
    package static let segmentRecordsMax = 262_144
    /// Records after which a segment is made: 20 MiB, of which memory holds a few.
    package static let segmentRecords = 131_072
    /// The hot end is sealed when its oldest record is this old.
    package static let hotAge = TimeSpan.days(1)
    /// No later than this after a record a checkpoint covers it.
    package static let checkpointInterval = TimeSpan.seconds(1)
    /// Records over a longer time than this without a checkpoint were not written by a vault.
    package static let uncoveredMax = TimeSpan.minutes(1)
    /// What one call reads from the hot end of the log at a time.
    package static let hotReadBytesMax = 1 << 20
    /// Records that one call of a search looks at: everybody else waits for as long.
    package static let scanRecordsMax = 8192
    /// Entries of one page of a search.
    package static let pageEntriesMax = 1000
    /// Findings that a report holds in full; later ones are counted.
    package static let findingsMax = 100
    /// Beyond any log: sizes are kept far from the end of their range.
    static let sizeMax: UInt64 = 1 << 62
}
