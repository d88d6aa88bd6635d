import CSodium

/// The 32 bytes of a keyed BLAKE2b; compared in constant time.
package struct MAC: Sendable {
    private var storage: InlineArray<32, UInt8>

    package static let byteCount = 32
    /// Fits nothing; stands where a hash is compared for the work's sake.
    package static let zero = MAC(InlineArray(repeating: 0))

    init(_ storage: InlineArray<32, UInt8>) { self.storage = storage }

    package init(copying bytes: RawSpan) throws(CryptoError) {
        guard bytes.byteCount == Self.byteCount else { throw .malformed }
        storage = InlineArray { index in bytes.byte(at: index) }
    }

    package func matches(_ other: MAC) -> Bool {
        unsafe storage.span.bytes.withUnsafeBytes { left in
            unsafe other.storage.span.bytes.withUnsafeBytes { right in
                // As constant in time as sodium_memcmp, but not a byte at a time.
                unsafe crypto_verify_32(left.octets, right.octets) == 0
            }
        }
    }

    package var bytes: [UInt8] { storage.indices.map { storage[$0] } }

    package var first64: UInt64 { unsafe storage.span.bytes.bigEndian64(at: 0) }

    /// Keyed BLAKE2b-256 of `message`.
    static func of(_ message: RawSpan, key: RawSpan) -> MAC {
        var output = InlineArray<32, UInt8>(repeating: 0)
        var span = output.mutableSpan
        var bytes = unsafe span.mutableBytes
        write(message, key: key, to: &bytes)
        return MAC(output)
    }

    /// The same, straight to where it is wanted.
    static func write(_ message: RawSpan, key: RawSpan, to target: inout MutableRawSpan) {
        unsafe target.withUnsafeMutableBytes { output in
            unsafe message.withUnsafeBytes { message in
                unsafe key.withUnsafeBytes { key in
                    // 32 bytes out and a key of 32 bytes are within BLAKE2b's range: no failure.
                    _ = unsafe crypto_generichash(
                        output.octets, output.count,
                        message.octets,
                        UInt64(message.count),
                        key.octets, key.count)
                }
            }
        }
    }
}

/// What a key or a hash is used with: a label, then fields in a fixed order, each behind its
/// length in four big-endian bytes. Documented in `schema/contexts.md`, with vectors.
package struct Context: Sendable {
    package private(set) var bytes: [UInt8]

    package init(_ label: StaticString) {
        bytes = []
        bytes.reserveCapacity(192)
        append(Array(label))
    }

    package mutating func append(_ field: [UInt8]) {
        bytes.append(bigEndian: UInt32(field.count))
        bytes.append(contentsOf: field)
    }

    package mutating func append(_ field: String) { append(Array(field.utf8)) }

    package mutating func append(_ field: UInt64) {
        bytes.append(bigEndian: UInt32(8))
        bytes.append(bigEndian: field)
    }

    package mutating func append(_ field: UInt128) {
        bytes.append(bigEndian: UInt32(16))
        bytes.append(bigEndian: field)
    }
}
