import CSodium

/// A growing run of bytes that holds, or may hold, a secret on its way in or out.
///
/// Ordinary memory, unlike `Secret`'s: requests and answers are larger and more numerous than
/// what may be locked. Every place that the bytes ever lay in is wiped when they leave it.
@safe
package struct WipedBytes: ~Copyable, @unchecked Sendable {
    // Sendable because the memory has one owner, and every change needs exclusive access to it.
    private var base: UnsafeMutableRawPointer
    package private(set) var capacity: Int
    package private(set) var count = 0

    package init(capacity: Int = 512) {
        self.capacity = max(capacity, 64)
        unsafe base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    package init(copying bytes: Span<UInt8>) {
        self.init(capacity: bytes.count)
        append(bytes)
    }

    package init(copyingRaw bytes: RawSpan) {
        self.init(capacity: bytes.byteCount)
        for offset in 0..<bytes.byteCount { append(bytes.byte(at: offset)) }
    }

    deinit {
        unsafe sodium_memzero(base, capacity)
        unsafe base.deallocate()
    }

    package mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    package mutating func append(_ bytes: Span<UInt8>) {
        reserve(bytes.count)
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            // `reserve` made room for all of it behind `count`.
            unsafe (base + count).copyMemory(from: start, byteCount: source.count)
        }
        count += bytes.count
    }

    package mutating func append(_ text: StaticString) {
        reserve(text.utf8CodeUnitCount)
        unsafe (base + count).copyMemory(
            from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        count += text.utf8CodeUnitCount
    }

    /// Drops the first `dropped` bytes; what was behind the new end is wiped.
    package mutating func removeFirst(_ dropped: Int) {
        precondition(dropped <= count, "more bytes dropped than there are")
        let rest = count - dropped
        unsafe base.copyMemory(from: base + dropped, byteCount: rest)
        unsafe sodium_memzero(base + rest, dropped)
        count = rest
    }

    package mutating func removeAll() {
        unsafe sodium_memzero(base, count)
        count = 0
    }

    /// Lends the bytes for the length of the call.
    package borrowing func withSpan<R: ~Copyable, E>(
        _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        let start = unsafe base.assumingMemoryBound(to: UInt8.self)
        return try body(unsafe Span(_unsafeStart: start, count: count))
    }

    private mutating func reserve(_ more: Int) {
        guard capacity - count < more else { return }
        let larger = max(capacity * 2, count + more)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        unsafe moved.copyMemory(from: base, byteCount: count)
        unsafe sodium_memzero(base, capacity)
        unsafe base.deallocate()
        unsafe base = moved
        capacity = larger
    }
}
