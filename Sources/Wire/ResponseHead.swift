/// The head of a response, as offsets into the span that was parsed.
package struct ResponseHead: Sendable {
    package let status: Int
    package let isHTTP10: Bool
    /// Where the header block begins.
    private let fieldsStart: Int
    /// Up to and with the empty line; the body begins there.
    package fileprivate(set) var byteCount: Int
    package fileprivate(set) var contentLength: Int?
    package fileprivate(set) var closes: Bool
    package fileprivate(set) var hasTransferEncoding = false
    package fileprivate(set) var retryAfterSeconds: Int?
    package fileprivate(set) var contentType: Range<Int>?

    fileprivate init(_ line: StatusLine) {
        status = line.status
        isHTTP10 = line.isHTTP10
        closes = line.isHTTP10
        fieldsStart = line.end
        byteCount = line.end
    }

    /// The value of the first field of that name, which is given in lower case; `bytes` are those
    /// that were parsed.
    package func field(named name: StaticString, _ bytes: Span<UInt8>) -> Range<Int>? {
        let text = name.description
        var scanner = FieldScanner(from: fieldsStart, limits: HTTPLimits())
        // The block was accepted when it was parsed; a fault would end the search.
        while let line = try? scanner.next(bytes) {
            if bytes.extracting(line.name).equalsIgnoringCase(text) { return line.value }
        }
        return nil
    }
}

/// What `parseResponseHead` found.
package enum ResponseParse: Sendable {
    case incomplete
    case complete(ResponseHead)
    case refused
}

/// Reads a response's head from the front of `bytes`, as strictly as a request's.
package func parseResponseHead(_ bytes: Span<UInt8>) -> ResponseParse {
    do {
        let limits = HTTPLimits()
        let line = try StatusLine(bytes, limits: limits)
        var head = ResponseHead(line)
        try head.readFields(bytes, from: line.end, limits: limits)
        return .complete(head)
    } catch {
        switch error {
        case .incomplete: return .incomplete
        case .refused: return .refused
        }
    }
}

extension ResponseHead {
    fileprivate mutating func readFields(
        _ bytes: Span<UInt8>, from start: Int, limits: HTTPLimits
    ) throws(ParseStop) {
        var scanner = FieldScanner(from: start, limits: limits)
        var seen: UInt32 = 0
        var (asksToClose, asksToKeep) = (false, false)
        while let line = try scanner.next(bytes) {
            let name = FieldName(line.key)
            switch name {
            case .connection:
                asksToClose = asksToClose || bytes.listHolds("close", line.value)
                asksToKeep = asksToKeep || bytes.listHolds("keep-alive", line.value)
            case .contentLength, .transferEncoding, .contentType, .retryAfter:
                guard seen & name.bit == 0 else { throw .refused(.duplicateField) }
                seen |= name.bit
                try take(name, line.value, bytes)
            default: break
            }
        }
        guard !hasTransferEncoding || contentLength == nil else {
            throw .refused(.conflictingLength)
        }
        closes = asksToClose || (isHTTP10 && !asksToKeep)
        byteCount = scanner.position
    }

    private mutating func take(
        _ name: FieldName, _ value: Range<Int>, _ bytes: Span<UInt8>
    ) throws(ParseStop) {
        switch name {
        case .contentLength:
            guard let length = bytes.decimal(value) else { throw .refused(.invalidContentLength) }
            contentLength = length
        case .transferEncoding: hasTransferEncoding = true
        // A date is allowed there too; only a number of seconds is of use.
        case .retryAfter: retryAfterSeconds = bytes.decimal(value)
        default: contentType = value
        }
    }
}

/// `HTTP/1.x SP 3DIGIT SP reason CRLF` (RFC 9112, section 4).
private struct StatusLine {
    let isHTTP10: Bool
    let status: Int
    let end: Int

    init(_ bytes: Span<UInt8>, limits: HTTPLimits) throws(ParseStop) {
        let end = try StatusLine.lineEnd(bytes, limits.requestLineByteCountMax)
        let version = bytes.extracting(0..<min(end, 9))
        guard version.equals("HTTP/1.1 ") || version.equals("HTTP/1.0 ") else { throw .malformed }
        guard end >= 13, bytes[12] == Octet.space, let status = bytes.decimal(9..<12)
        else { throw .malformed }
        isHTTP10 = bytes[7] == Octet.zero
        self.status = status
        self.end = end + 2
    }

    /// Where the CRLF of the first line is.
    private static func lineEnd(_ bytes: Span<UInt8>, _ byteCountMax: Int) throws(ParseStop) -> Int
    {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == Octet.carriageReturn {
                guard index + 1 < bytes.count else { throw .incomplete }
                guard bytes[index + 1] == Octet.lineFeed else { throw .malformed }
                return index
            }
            guard index < byteCountMax else { throw .malformed }
            guard byte >= Octet.space, byte != Octet.delete else { throw .malformed }
        }
        throw .incomplete
    }
}
