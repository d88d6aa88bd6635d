import CLinux
import Glibc
import Synchronization

/// One region of memory that never reaches swap, dumps or forked children, and the blocks in it.
///
/// Blocks come in powers of two; a block that was given back is found again by its size, and free
/// halves are joined when room runs short, so that no pattern of use wears the arena out.
@safe
package final class LockedArena: Sendable {
    package enum Failure: Error { case notLocked(Errno) }

    package let byteCount: Int
    /// Never changes; what it points to is one holder's at a time, as `state` says.
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer
    /// Guards which blocks are free.
    private let state = Mutex(State())

    private struct State {
        var end = 0
        var usedByteCount = 0
        /// Offsets of free blocks by the exponent of their size; what they hold is zero.
        var free: [[Int]] = Array(repeating: [], count: 32)
    }

    private static let smallestExponent = 5

    package init(byteCount: Int) throws(Failure) {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard
            let start = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0),
            unsafe start != MAP_FAILED
        else { throw .notLocked(.last) }
        guard unsafe mlock(start, byteCount) == 0 else {
            let error = Errno.last
            unsafe munmap(start, byteCount)
            throw .notLocked(error)
        }
        guard unsafe strongroom_exclude_from_dumps(start, byteCount) == 0 else {
            let error = Errno.last
            unsafe munmap(start, byteCount)
            throw .notLocked(error)
        }
        self.byteCount = byteCount
        unsafe base = start
    }

    deinit { unsafe munmap(base, byteCount) }

    package var usedByteCount: Int { state.withLock { $0.usedByteCount } }

    /// A block of at least `count` bytes; nil when the arena is full. Its content is zero.
    @unsafe
    package func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
        guard count <= byteCount else { return nil }
        let exponent = Self.exponent(count)
        let offset: Int? = state.withLock { state in
            guard let offset = take(exponent, from: &state) else { return nil }
            state.usedByteCount += 1 << exponent
            return offset
        }
        guard let offset else { return nil }
        return unsafe base + offset
    }

    /// Takes a block back; the caller has wiped it.
    @unsafe
    package func free(_ block: UnsafeMutableRawPointer, _ count: Int) {
        let exponent = Self.exponent(count)
        let offset = unsafe base.distance(to: block)
        precondition(offset >= 0 && offset < byteCount, "a block of another arena")
        state.withLock { state in
            state.free[exponent].append(offset)
            state.usedByteCount -= 1 << exponent
        }
    }

    private func take(_ exponent: Int, from state: inout State) -> Int? {
        if let reused = state.free[exponent].popLast() { return reused }
        if let fresh = extend(&state, exponent) { return fresh }
        if let half = Self.split(&state, exponent) { return half }
        // Only now: what was given back in small pieces may make up a whole again.
        Self.merge(&state)
        return state.free[exponent].popLast() ?? Self.split(&state, exponent)
    }

    /// Takes what was never used; every block begins at a multiple of its size, so that halves
    /// can find each other again.
    private func extend(_ state: inout State, _ exponent: Int) -> Int? {
        let size = 1 << exponent
        let start = (state.end + size - 1) & ~(size - 1)
        let isLast = start + size > byteCount
        // What alignment skips, or all of the rest, is free in smaller blocks.
        let gapEnd = isLast ? byteCount : start
        while gapEnd - state.end >= 1 << Self.smallestExponent {
            var piece = state.end == 0 ? 31 : state.end.trailingZeroBitCount
            while state.end + 1 << piece > gapEnd { piece -= 1 }
            state.free[piece].append(state.end)
            state.end += 1 << piece
        }
        guard !isLast else { return nil }
        state.end = start + size
        return start
    }

    /// Halves a larger free block until it has the wanted size.
    private static func split(_ state: inout State, _ exponent: Int) -> Int? {
        guard
            let larger = (exponent + 1..<32).first(where: { !state.free[$0].isEmpty }),
            let offset = state.free[larger].popLast()
        else { return nil }
        for half in (exponent..<larger).reversed() { state.free[half].append(offset + 1 << half) }
        return offset
    }

    /// Joins free halves into the whole that they came from.
    private static func merge(_ state: inout State) {
        for exponent in smallestExponent..<31 {
            var apart: [Int] = []
            for offset in state.free[exponent].sorted() {
                let size = 1 << exponent
                if let last = apart.last, last & size == 0, offset == last + size {
                    apart.removeLast()
                    state.free[exponent + 1].append(last)
                } else {
                    apart.append(offset)
                }
            }
            state.free[exponent] = apart
        }
    }

    private static func exponent(_ count: Int) -> Int {
        let least = max(count, 1 << smallestExponent)
        return Int.bitWidth - (least - 1).leadingZeroBitCount
    }
}
