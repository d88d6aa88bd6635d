package import Audit
import Linux
import Synchronization
package import Vault

/// Prepares the segments that the verifier will ask for next while it goes over the last one.
///
/// As many at a time as there are processors: a segment is in memory as a whole, 25 MiB of it.
package final class PreparationAhead: SegmentPreparation {
    package let names: [SegmentName]
    private let files: SegmentDirectory
    /// The first of `names` that nobody prepares yet.
    private var next = 0
    /// In the order of `names`.
    private var underWay: [Work] = []

    package init(_ files: SegmentDirectory) throws(StoreError) {
        self.files = files
        names = try files.list()
        for _ in 0..<Processors.count { begin() }
    }

    package func prepared(_ name: SegmentName) throws(AuditError) -> PreparedSegment {
        precondition(underWay.first?.name == name, "segments are asked for in order, each once")
        let work = underWay.removeFirst()
        defer { begin() }
        return try work.result().get()
    }

    private func begin() {
        guard next < names.count else { return }
        underWay.append(Work(names[next], files))
        next += 1
    }

    /// One segment on its way, on a thread of its own where the system has one to give.
    private final class Work: Sendable {
        let name: SegmentName
        private let files: SegmentDirectory
        private let outcome = Mutex<Result<PreparedSegment, AuditError>?>(nil)
        private let thread = Mutex<Thread?>(nil)

        init(_ name: SegmentName, _ files: SegmentDirectory) {
            self.name = name
            self.files = files
            // Without a thread it is done when it is asked for.
            let started = try? Thread("segment") { self.prepare() }
            thread.withLock { $0 = started }
        }

        private func prepare() {
            let result = Result { () throws(AuditError) in
                try PreparedSegment(opening: name, in: files)
            }
            outcome.withLock { $0 = result }
        }

        func result() -> Result<PreparedSegment, AuditError> {
            if let thread = thread.withLock({ $0.take() }) { thread.join() } else { prepare() }
            guard let result = outcome.withLock({ $0.take() }) else {
                preconditionFailure("a thread ends with a result")
            }
            return result
        }
    }
}
