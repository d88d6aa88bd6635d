import Linux
import Testing

@Suite struct LockedArenaTests {
    private let arena: LockedArena

    init() throws { arena = try LockedArena(byteCount: 65_536) }

    private func blocks(_ count: Int, of byteCount: Int) -> [Int] {
        (0..<count).compactMap { _ in
            unsafe arena.allocate(byteCount).map { Int(bitPattern: $0) }
        }
    }

    private func free(_ blocks: [Int], _ byteCount: Int) {
        for block in blocks {
            guard let pointer = unsafe UnsafeMutableRawPointer(bitPattern: block) else { continue }
            unsafe arena.free(pointer, byteCount)
        }
    }

    @Test func `an arena that the kernel will not lock is an error`() {
        #expect(throws: LockedArena.Failure.self) { try LockedArena(byteCount: 1 << 46) }
    }

    @Test func `what does not fit is refused and not a trap`() {
        for count in [65_537, 1 << 31, 1 << 32, 1 << 62, Int.max] {
            #expect(unsafe arena.allocate(count) == nil)
        }
        #expect(arena.usedByteCount == 0)
    }

    @Test func `a full arena refuses until something is given back`() {
        let all = blocks(65_536 / 32 + 10, of: 32)
        #expect(all.count == 65_536 / 32)
        #expect(Set(all).count == all.count)
        #expect(arena.usedByteCount == 65_536)
        free([all[7]], 32)
        #expect(blocks(2, of: 1) == [all[7]])
    }

    @Test func `blocks do not overlap whatever their sizes`() {
        var taken: [Range<Int>] = []
        for count in [1, 33, 4000, 64, 31, 129, 5000, 32, 1000, 16_000, 257, 1] {
            guard let start = blocks(1, of: count).first else { continue }
            let range = start..<start + count
            #expect(taken.allSatisfy { !$0.overlaps(range) })
            taken.append(range)
        }
        #expect(taken.count == 12)
    }

    @Test func `a larger free block is split for a smaller one`() {
        let all = blocks(2, of: 32_768)
        free([all[0]], 32_768)
        let small = blocks(4, of: 8192)
        #expect(Set(small) == Set((0..<4).map { all[0] + $0 * 8192 }))
        #expect(blocks(1, of: 1).isEmpty)
    }

    @Test func `an arena worn into the smallest blocks becomes whole again`() {
        for _ in 0..<3 {
            let small = blocks(3000, of: 32)
            #expect(small.count == 2048)
            free(small.shuffled(), 32)
            let large = blocks(2, of: 32_768)
            #expect(large.count == 2)
            free(large, 32_768)
        }
        #expect(arena.usedByteCount == 0)
    }

    @Test func `blocks that are still used are never joined into others`() {
        let small = blocks(2048, of: 32)
        let kept = small.enumerated().filter { $0.offset % 64 == 17 }.map(\.element)
        free(small.filter { !kept.contains($0) }, 32)
        let larger = blocks(100, of: 1024)
        for start in larger {
            #expect(kept.allSatisfy { !(start..<start + 1024).contains($0) })
        }
        #expect(larger.count == 32)
    }
}
