/// Reads big-endian numbers and runs of bytes, front to back; nil at the end of the input.
package struct ByteReader {
    private let bytes: [UInt8]
    package private(set) var position = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package mutating func byte() -> UInt8? { bytes(1)?[0] }

    package mutating func bytes(_ count: Int) -> [UInt8]? {
        guard count >= 0, bytes.count - position >= count else { return nil }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    package mutating func uint32() -> UInt32? { integer() }
    package mutating func uint64() -> UInt64? { integer() }
    package mutating func uint128() -> UInt128? { integer() }

    package mutating func rest() -> [UInt8] {
        defer { position = bytes.count }
        return Array(bytes[position...])
    }

    private mutating func integer<I: FixedWidthInteger>() -> I? {
        bytes(I.bitWidth / 8)?.reduce(0) { $0 << 8 | I($1) }
    }
}

extension [UInt8] {
    package init(_ text: StaticString) {
        self = text.withUTF8Buffer { buffer in unsafe Array(buffer) }
    }

    package mutating func append<I: FixedWidthInteger>(bigEndian value: I) {
        unsafe Swift.withUnsafeBytes(of: value.bigEndian) { bytes in
            unsafe append(contentsOf: bytes)
        }
    }
}

extension RawSpan {
    /// One byte, bounds checked.
    package func byte(at offset: Int) -> UInt8 {
        unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
    }

    package func bigEndian64(at offset: Int) -> UInt64 {
        UInt64(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}

extension MutableRawSpan {
    /// One byte, bounds checked.
    package mutating func setByte(_ value: UInt8, at offset: Int) {
        storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
    }
}

extension MutableRawSpan {
    /// What has been written so far, for reading.
    package mutating func readable<R>(_ range: Range<Int>, _ body: (RawSpan) -> R) -> R {
        body(bytes.extracting(range))
    }

    /// Copies `source` to `offset`; bounds checked.
    package mutating func copy(_ source: RawSpan, to offset: Int) {
        precondition(
            offset >= 0 && offset <= byteCount && source.byteCount <= byteCount - offset,
            "a copy beyond its target")
        unsafe withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { source in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                unsafe (to + offset).copyMemory(from: from, byteCount: source.count)
            }
        }
    }
}
