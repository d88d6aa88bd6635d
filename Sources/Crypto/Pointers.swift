/// libsodium wants a pointer even where the length is zero; an empty buffer has none.
enum EmptyBuffer {
    // Safe to share: no call writes or reads a byte of it, the length beside it is zero.
    nonisolated(unsafe) static let byte = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
}

extension UnsafeRawBufferPointer {
    @unsafe var octets: UnsafePointer<UInt8> {
        guard let baseAddress else { return unsafe UnsafePointer(EmptyBuffer.byte) }
        return unsafe baseAddress.assumingMemoryBound(to: UInt8.self)
    }

    @unsafe var characters: UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(octets).assumingMemoryBound(to: CChar.self)
    }
}

extension UnsafeMutableRawBufferPointer {
    @unsafe var octets: UnsafeMutablePointer<UInt8> {
        guard let baseAddress else { return unsafe EmptyBuffer.byte }
        return unsafe baseAddress.assumingMemoryBound(to: UInt8.self)
    }
}
