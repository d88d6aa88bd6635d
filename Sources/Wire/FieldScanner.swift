/// One header field of a message; the ranges are offsets into the message.
struct FieldLine {
    let key: FieldKey
    let name: Range<Int>
    /// Without the white space around it.
    let value: Range<Int>
}

/// Walks a header block line by line; the same for requests and for responses.
///
/// `name: value CRLF` and nothing else: no folded lines, no space before the colon, no lone CR or
/// LF, no control characters. What one parser forgives, another reads differently.
struct FieldScanner {
    private let limits: HTTPLimits
    private let blockEnd: Int
    private(set) var position: Int
    private var fieldCount = 0

    init(from position: Int, limits: HTTPLimits) {
        self.position = position
        self.limits = limits
        blockEnd = position + limits.headerBlockByteCountMax
    }

    /// The next field; nil behind the empty line, where `position` then is.
    mutating func next(_ bytes: Span<UInt8>) throws(ParseStop) -> FieldLine? {
        let end = min(bytes.count, blockEnd)
        guard position < end else { throw outOfBytes(bytes) }
        guard bytes[position] != Octet.carriageReturn else {
            position = try lineEnd(bytes, at: position, end)
            return nil
        }
        guard fieldCount < limits.fieldCountMax else { throw .refused(.tooManyFields) }
        fieldCount += 1
        let (key, name) = try name(bytes, end)
        let (value, next) = try value(bytes, from: name.upperBound + 1, end)
        position = next
        return FieldLine(key: key, name: name, value: value)
    }

    private func name(
        _ bytes: Span<UInt8>, _ end: Int
    ) throws(ParseStop) -> (FieldKey, Range<Int>) {
        var key = FieldKey()
        var index = position
        while index < end {
            let byte = bytes[index]
            if byte == Octet.colon { break }
            guard byte.isLetter || byte.isDigit || byte == Octet.hyphen else { throw .malformed }
            key.append(byte)
            index += 1
        }
        guard index < end else { throw outOfBytes(bytes) }
        guard key.count > 0 else { throw .malformed }
        return (key, position..<index)
    }

    /// The value that begins at `start`, and where the next line begins.
    private func value(
        _ bytes: Span<UInt8>, from start: Int, _ end: Int
    ) throws(ParseStop) -> (Range<Int>, Int) {
        var index = start
        while index < end {
            let byte = bytes[index]
            // Bytes above 0x7F are opaque, but allowed (RFC 9110, section 5.5).
            guard byte >= Octet.space && byte != Octet.delete || byte == Octet.tab else { break }
            index += 1
        }
        guard index < end else { throw outOfBytes(bytes) }
        guard bytes[index] == Octet.carriageReturn else { throw .malformed }
        let next = try lineEnd(bytes, at: index, end)
        return (bytes.trimmed(start..<index), next)
    }

    /// Where the line after the CRLF at `index` begins.
    private func lineEnd(
        _ bytes: Span<UInt8>, at index: Int, _ end: Int
    ) throws(ParseStop) -> Int {
        guard index + 1 < end else { throw outOfBytes(bytes) }
        guard bytes[index + 1] == Octet.lineFeed else { throw .malformed }
        return index + 2
    }

    /// Once the block has filled its room without an end, no further byte can make it right.
    private func outOfBytes(_ bytes: Span<UInt8>) -> ParseStop {
        bytes.count >= blockEnd ? .refused(.headersTooLarge) : .incomplete
    }
}
