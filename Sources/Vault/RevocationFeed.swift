/// What has ended or changed lately, for gateways that keep answers: one entry for each epoch.
///
/// Law: the epoch goes up with every change that may end an authority, each time with an entry, so
/// that entries without a gap are the whole truth. Bounded; the oldest are forgotten first.
package struct RevocationFeed: Sendable {
    /// Any object that can end, or change what was lent through it.
    package struct Subject: Sendable, Equatable {
        package let kind: ObjectKind
        package let id: UInt128

        package init<Kind: IdentifiedKind>(_ id: Identifier<Kind>) {
            kind = Kind.kind
            self.id = id.value
        }

        package var text: String { IdentifierText.text(kind, id) }
    }

    package struct Entry: Sendable, Equatable {
        package let epoch: UInt64
        package let subject: Subject
        /// Every kept answer that names this object may no longer hold.
        package let affects: Subject
    }

    /// The newest entries; the last one's epoch is the current one.
    private var entries: [Entry] = []
    /// The epoch before the oldest entry.
    private var start: UInt64
    private let countMax: Int

    package init(after epoch: UInt64, countMax: Int = Limits.revocationsMax) {
        start = epoch
        self.countMax = countMax
    }

    package var epoch: UInt64 { start + UInt64(entries.count) }

    package mutating func append(_ subject: Subject, affects: Subject) {
        entries.append(Entry(epoch: epoch + 1, subject: subject, affects: affects))
        // Half at a time, so that an entry is moved once and not with every other.
        guard entries.count >= 2 * countMax else { return }
        entries.removeFirst(countMax)
        start += UInt64(countMax)
    }

    /// What came after `epoch`, in order, at most `limit`; nil when that is no longer known, or
    /// is of another time than this vault's.
    package func entries(after epoch: UInt64, limit: Int) -> ArraySlice<Entry>? {
        guard epoch >= start, epoch <= self.epoch else { return nil }
        return entries[Int(epoch - start)...].prefix(limit)
    }
}
