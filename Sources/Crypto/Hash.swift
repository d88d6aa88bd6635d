import CSodium

/// 32 bytes that name some content.
package struct Digest: Hashable, Sendable {
    package let words: (UInt64, UInt64, UInt64, UInt64)

    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        unsafe self.init(bytes.span.bytes)
    }

    package init(_ mac: MAC) { unsafe self.init(mac.bytes.span.bytes) }

    init(_ bytes: RawSpan) {
        words = (
            bytes.bigEndian64(at: 0), bytes.bigEndian64(at: 8), bytes.bigEndian64(at: 16),
            bytes.bigEndian64(at: 24)
        )
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        append(to: &bytes)
        return bytes
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(bigEndian: words.0)
        bytes.append(bigEndian: words.1)
        bytes.append(bigEndian: words.2)
        bytes.append(bigEndian: words.3)
    }

    package static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.3)
    }
}

/// SHA-256, and the two hashes of a Merkle tree (RFC 6962, section 2.1).
package enum SHA256 {
    package static func hash(_ bytes: RawSpan) -> Digest {
        unsafe bytes.withUnsafeBytes { input in
            unsafe digest { output in
                unsafe crypto_hash_sha256(
                    output, input.octets,
                    UInt64(input.count))
            }
        }
    }

    /// A leaf: the record behind a zero byte; records are at most 255 bytes long.
    package static func leaf(_ record: RawSpan) -> Digest {
        precondition(record.byteCount <= 255, "a Merkle leaf is a fixed-size record")
        var message = InlineArray<256, UInt8>(repeating: 0)
        // At most 255 bytes behind the first of 256.
        unsafe withUnsafeMutableBytes(of: &message) { target in
            unsafe record.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[1...]).copyMemory(
                    from: source)
            }
        }
        return unsafe hash(message.span.bytes.extracting(0..<record.byteCount + 1))
    }

    /// An inner node: both children behind a one byte.
    package static func node(_ left: Digest, _ right: Digest) -> Digest {
        var message = InlineArray<65, UInt8>(repeating: 0)
        var span = message.mutableSpan
        var raw = unsafe span.mutableBytes
        raw.setByte(1, at: 0)
        let words = (left.words, right.words)
        raw.setBigEndian(words.0.0, at: 1)
        raw.setBigEndian(words.0.1, at: 9)
        raw.setBigEndian(words.0.2, at: 17)
        raw.setBigEndian(words.0.3, at: 25)
        raw.setBigEndian(words.1.0, at: 33)
        raw.setBigEndian(words.1.1, at: 41)
        raw.setBigEndian(words.1.2, at: 49)
        raw.setBigEndian(words.1.3, at: 57)
        return unsafe hash(message.span.bytes)
    }

    @unsafe
    private static func digest(_ body: (UnsafeMutablePointer<UInt8>) -> Int32) -> Digest {
        var output = InlineArray<32, UInt8>(repeating: 0)
        unsafe withUnsafeMutableBytes(of: &output) { buffer in
            // The buffer is 32 bytes, which is what SHA-256 writes; it cannot fail.
            guard let base = buffer.baseAddress else { return }
            _ = unsafe body(base.assumingMemoryBound(to: UInt8.self))
        }
        return unsafe Digest(output.span.bytes)
    }
}

extension MutableRawSpan {
    /// Bounds checked.
    package mutating func setBigEndian(_ value: UInt64, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt64.self)
    }
}
