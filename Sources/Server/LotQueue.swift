/// Work that is handed to a few threads in lots.
///
/// Law: keys take turns, and those of one key in their order. A thread has one lot in hand and one
/// ahead, so that who comes next waits for those only, and it has something to do while the one who
/// hands out waits for the disk.
package struct LotQueue<Key: Hashable, Element> {
    private let lotCountMax: Int
    private let lotsMax: Int
    private var queue = FairQueue<Key, Element>()
    /// Lots that each thread has been handed and has not given back.
    private var lotsUnderWay: [Int]
    /// What waits or is under way.
    package private(set) var count = 0

    /// - Parameters:
    ///   - lotCountMax: elements of one lot.
    ///   - lotsMax: lots of one thread at one time.
    package init(threadCount: Int, lotCountMax: Int, lotsMax: Int) {
        self.lotCountMax = lotCountMax
        self.lotsMax = lotsMax
        lotsUnderWay = Array(repeating: 0, count: threadCount)
    }

    /// Whether one more has not to wait for long: no more wait than the threads have in hand. They
    /// may get little of a processor that others want, or there may be none.
    package var hasRoom: Bool { count < 2 * lotsUnderWay.count * lotsMax * lotCountMax }

    package mutating func append(_ element: Element, of key: Key) {
        queue.append(element, of: key)
        count += 1
    }

    /// The next lot, and the thread that has the least to do; nil when nothing waits or all have
    /// enough.
    package mutating func next() -> (lot: [Element], thread: Int)? {
        guard !queue.isEmpty, let fewest = lotsUnderWay.min(), fewest < lotsMax,
            let thread = lotsUnderWay.firstIndex(of: fewest)
        else { return nil }
        // A few are shared out evenly among those that have the least: they are done together.
        let threadCount = lotsUnderWay.count { $0 == fewest }
        let share = (queue.count + threadCount - 1) / threadCount
        var lot: [Element] = []
        while lot.count < min(share, lotCountMax), let element = queue.popFirst() {
            lot.append(element)
        }
        lotsUnderWay[thread] += 1
        return (lot, thread)
    }

    /// A thread is through with a lot of so many.
    package mutating func takeBack(_ elementCount: Int, from thread: Int) {
        lotsUnderWay[thread] -= 1
        count -= elementCount
    }
}
