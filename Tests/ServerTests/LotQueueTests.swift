import Server
import Testing

@Suite struct `Lots for a few threads` {
    private typealias Queue = LotQueue<String, String>

    private static func filled(_ texts: String, threads: Int) -> Queue {
        var queue = Queue(threadCount: threads, lotCountMax: 4, lotsMax: 2)
        for character in texts { queue.append(String(character), of: String(character)) }
        return queue
    }

    @Test func `a thread has one lot in hand and one ahead, and no more`() {
        var queue = Self.filled(String(repeating: "a", count: 20), threads: 2)
        var given: [Int] = []
        while let (lot, thread) = queue.next() {
            #expect(lot.count == 4)
            given.append(thread)
        }
        #expect(given == [0, 1, 0, 1] && queue.count == 20)
        queue.takeBack(4, from: 1)
        #expect(queue.count == 16 && queue.next()?.thread == 1 && queue.next() == nil)
    }

    @Test func `there is room for as much as is in hand, and none without threads`() {
        var queue = Self.filled(String(repeating: "a", count: 31), threads: 2)
        #expect(queue.hasRoom)
        queue.append("a", of: "a")
        #expect(!queue.hasRoom)
        var idle = Self.filled("", threads: 0)
        #expect(!idle.hasRoom && idle.next() == nil)
    }

    @Test func `who has many waits for himself`() {
        var queue = Self.filled("aaaaaaaaaab", threads: 1)
        #expect(queue.next()?.lot == ["a", "b", "a", "a"])
    }

    @Test func `a few are shared out`() {
        var queue = Self.filled("abcd", threads: 2)
        #expect(queue.next()?.lot == ["a", "b"] && queue.next()?.lot == ["c", "d"])
        #expect(queue.next() == nil && queue.count == 4)
        queue.takeBack(2, from: 0)
        queue.takeBack(2, from: 1)
        #expect(queue.count == 0)
    }
}
