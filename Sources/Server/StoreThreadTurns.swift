import Crypto
import Linux
import Vault

/// Whose request is answered next, and what waits.
extension StoreThread {
    /// Answers requests, one tenant's after the other's, until a commit should not wait longer.
    func answerWaiting(_ finished: inout [FinishedBatch]) {
        guard !waiting.isEmpty else { return }
        let began = SystemTime.monotonicNanoseconds()
        let isHurried = hasRecords
        // A few are opened as soon as they would be handed over.
        let isWorthHandingOver =
            waiting.count + openings.count >= limits.openedAsideCountMin
        while !isLarge, let next = waiting.popFirst() {
            desk.opensAside = isWorthHandingOver && openings.hasRoom
            let answer = self.answer(next.request, loop: next.loop)
            if let place = next.place {
                finished[place.batch].answers[place.request] = answer
            } else if !answer.isDeferred {
                settled.append((next.loop, answer))
            }
            let spent = SystemTime.monotonicNanoseconds() - began
            if spent > ServerLimits.sliceNanoseconds { return }
            guard spent > ServerLimits.hurriedSliceNanoseconds else { continue }
            if isHurried || mailbox.isUrgent { return }
        }
    }

    var queueDepths: QueueDepths {
        var depths = QueueDepths()
        depths.store = mailbox.count
        depths.requests = waiting.count
        // Whoever asks is in one of them.
        depths.batches = max(0, Int(desk.published.counters.value(.batchesUnderWay)) - 1)
        depths.reads = reads.count
        depths.searches = searches.count
        depths.hashing = desk.hashingCount
        depths.openings = openings.count
        depths.epochs = epochWaiters.count
        return depths
    }
}
