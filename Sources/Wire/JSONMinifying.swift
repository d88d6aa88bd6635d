extension JSONValue {
    /// The value's text without white space; escapes and numbers stay as they were written.
    package func minified(_ bytes: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(sourceRange.count)
        forEachSignificantByte(bytes) { text.append($0) }
        return text
    }

    package func minifiedByteCount(_ bytes: Span<UInt8>) -> Int {
        var count = 0
        forEachSignificantByte(bytes) { _ in count += 1 }
        return count
    }

    /// Writes the minified text at `offset`, where `minifiedByteCount` bytes have room.
    package func minify(
        _ bytes: Span<UInt8>, into target: inout MutableRawSpan, at offset: Int
    ) {
        var position = offset
        var scan = WhitespaceScan()
        for index in sourceRange where scan.keeps(bytes[index]) {
            target.storeBytes(of: bytes[index], toByteOffset: position, as: UInt8.self)
            position += 1
        }
    }

    private func forEachSignificantByte(_ bytes: Span<UInt8>, _ body: (UInt8) -> Void) {
        var scan = WhitespaceScan()
        for index in sourceRange where scan.keeps(bytes[index]) { body(bytes[index]) }
    }
}

/// Tells the white space between values from that within strings.
private struct WhitespaceScan {
    private var isInString = false
    private var isEscaped = false

    mutating func keeps(_ byte: UInt8) -> Bool {
        guard isInString else {
            isInString = byte == Octet.quote
            return !byte.isJSONWhitespace
        }
        if isEscaped {
            isEscaped = false
        } else if byte == Octet.backslash {
            isEscaped = true
        } else if byte == Octet.quote {
            isInString = false
        }
        return true
    }
}
