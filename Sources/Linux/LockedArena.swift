import CLinux
import Glibc
import Synchronization

/// One region of memory that never reaches swap, dumps or forked children, and the blocks in it.
///
/// Blocks come in powers of two; a block that was given back is found again by its size.
@safe
package final class LockedArena: Sendable {
    package enum Failure: Error { case notLocked(Errno) }

    package let byteCount: Int
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer
    /// Guards which blocks are free.
    private let state = Mutex(State())

    private struct State {
        var end = 0
        var usedByteCount = 0
        /// Offsets of free blocks by the exponent of their size.
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
        let exponent = Self.exponent(count)
        let size = 1 << exponent
        let offset: Int? = state.withLock { state in
            if let reused = state.free[exponent].popLast() {
                state.usedByteCount += size
                return reused
            }
            guard state.end + size <= byteCount else {
                return Self.split(&state, exponent)
            }
            defer { state.end += size }
            state.usedByteCount += size
            return state.end
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

    /// Halves a larger free block until it has the wanted size.
    private static func split(_ state: inout State, _ exponent: Int) -> Int? {
        guard
            let larger = (exponent + 1..<32).first(where: { !state.free[$0].isEmpty }),
            let offset = state.free[larger].popLast()
        else { return nil }
        for half in (exponent..<larger).reversed() { state.free[half].append(offset + 1 << half) }
        state.usedByteCount += 1 << exponent
        return offset
    }

    private static func exponent(_ count: Int) -> Int {
        let least = max(count, 1 << smallestExponent)
        return Int.bitWidth - (least - 1).leadingZeroBitCount
    }
}
