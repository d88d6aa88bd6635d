import CSodium
import Linux

/// Bytes that must not be seen: in locked memory, never copied by accident, never printed,
/// compared in constant time, wiped when the owner lets go.
@safe
package struct Secret: ~Copyable, @unchecked Sendable {
    // Sendable because the block has one owner and is written during `init` and `withMutableBytes`
    // only, which need exclusive access.
    private let block: UnsafeMutableRawPointer
    private let arena: LockedArena
    package let byteCount: Int

    /// Room for `byteCount` bytes, which `fill` writes.
    package init(
        byteCount: Int, filling fill: (inout MutableRawSpan) throws(CryptoError) -> Void
    ) throws(CryptoError) {
        let arena = try SecretMemory.arena()
        guard let block = unsafe arena.allocate(byteCount) else { throw .secretMemoryExhausted }
        do {
            let buffer = unsafe UnsafeMutableRawBufferPointer(start: block, count: byteCount)
            var span = unsafe buffer.mutableBytes
            try fill(&span)
        } catch {
            unsafe sodium_memzero(block, byteCount)
            unsafe arena.free(block, byteCount)
            throw error
        }
        self.arena = arena
        unsafe self.block = unsafe block
        self.byteCount = byteCount
    }

    package init(copying bytes: RawSpan) throws(CryptoError) {
        try self.init(byteCount: bytes.byteCount) { target in target.copy(bytes, to: 0) }
    }

    package static func random(
        byteCount: Int, from entropy: some Entropy
    ) throws(CryptoError) -> Secret {
        try Secret(byteCount: byteCount) { bytes in entropy.fill(&bytes) }
    }

    deinit {
        // The whole block, so that a reused one is zero to its end.
        unsafe sodium_memzero(block, byteCount)
        unsafe arena.free(block, byteCount)
    }

    package func duplicate() throws(CryptoError) -> Secret {
        try withBytes { (bytes) throws(CryptoError) in try Secret(copying: bytes) }
    }

    /// Lends the bytes for the length of the call.
    package borrowing func withBytes<R: ~Copyable, E>(
        _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        try body(unsafe UnsafeRawBufferPointer(start: block, count: byteCount).bytes)
    }

    package mutating func withMutableBytes<R: ~Copyable, E>(
        _ body: (inout MutableRawSpan) throws(E) -> R
    ) throws(E) -> R {
        let buffer = unsafe UnsafeMutableRawBufferPointer(start: block, count: byteCount)
        var span = unsafe buffer.mutableBytes
        return try body(&span)
    }

    /// Takes as long for a difference in the first byte as for one in the last.
    package borrowing func isEqual(_ other: borrowing Secret) -> Bool {
        guard byteCount == other.byteCount else { return false }
        return unsafe sodium_memcmp(block, other.block, byteCount) == 0
    }
}

/// Overwriting what was secret in ordinary memory.
package enum Wiping {
    package static func wipe<let count: Int, Element: BitwiseCopyable>(
        _ values: inout InlineArray<count, Element>
    ) {
        unsafe withUnsafeMutableBytes(of: &values) { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe sodium_memzero(base, buffer.count)
        }
    }

    package static func wipe(_ bytes: inout [UInt8]) { bytes.wipe() }

    /// The first `count` of them.
    package static func wipe(_ bytes: inout [UInt8], count: Int) {
        unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe sodium_memzero(base, min(count, buffer.count))
        }
    }

    /// The whole capacity, used or not.
    package static func wipe(_ bytes: inout MutableRawSpan) {
        unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe sodium_memzero(base, buffer.count)
        }
    }
}
