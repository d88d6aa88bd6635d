import CSodium

/// Base64 with the standard alphabet and padding (RFC 4648, section 4), in constant time.
package enum Base64 {
    /// Nil for anything that is not the one canonical text of some bytes.
    package static func decode(_ text: RawSpan) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: text.byteCount / 4 * 3)
        let decoded = unsafe bytes.withUnsafeMutableBytes { unsafe decode(text, into: $0) }
        guard let count = decoded else { return nil }
        bytes.removeSubrange(count...)
        return bytes
    }

    /// The same for what is secret.
    package static func secret(_ text: RawSpan) throws(CryptoError) -> Secret {
        var count = 0
        let whole = try Secret(byteCount: max(1, text.byteCount / 4 * 3)) {
            (target) throws(CryptoError) in
            let decoded = unsafe target.withUnsafeMutableBytes { unsafe decode(text, into: $0) }
            guard let decoded else { throw .malformed }
            count = decoded
        }
        return try whole.withBytes { (bytes) throws(CryptoError) -> Secret in
            try Secret(copying: bytes.extracting(0..<count))
        }
    }

    private static func decode(
        _ text: RawSpan, into target: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard text.byteCount % 4 == 0, isASCII(text) else { return nil }
        var count = 0
        let outcome = unsafe text.withUnsafeBytes { text in
            unsafe sodium_base642bin(
                target.octets, target.count,
                text.characters, text.count, nil, &count,
                nil, sodium_base64_VARIANT_ORIGINAL)
        }
        return outcome == 0 ? count : nil
    }

    /// libsodium 1.0.18 takes bytes above 127 for digits where `char` is signed.
    private static func isASCII(_ text: RawSpan) -> Bool {
        var union: UInt8 = 0
        for index in text.byteOffsets { union |= text.byte(at: index) }
        return union < 128
    }

    package static func encode(_ bytes: RawSpan) -> [UInt8] {
        let variant = sodium_base64_VARIANT_ORIGINAL
        let room = sodium_base64_encoded_len(bytes.byteCount, variant)
        var text = [CChar](repeating: 0, count: room)
        unsafe bytes.withUnsafeBytes { bytes in
            _ = unsafe sodium_bin2base64(
                &text, room, bytes.octets, bytes.count,
                variant)
        }
        // Without the terminating zero.
        let encoded = text.dropLast().map { UInt8(bitPattern: $0) }
        for index in text.indices { text[index] = 0 }
        return encoded
    }
}
