/// `METHOD SP origin-form SP HTTP/1.x CRLF` (RFC 9112, section 3), and nothing else.
struct RequestLine {
    let method: HTTPMethod
    let path: Range<Int>
    let query: Range<Int>?
    let isHTTP10: Bool
    /// Where the header block begins.
    let end: Int

    init(_ bytes: Span<UInt8>, limits: HTTPLimits) throws(ParseStop) {
        // The version must follow, so method and target have that much less.
        let room = max(0, limits.requestLineByteCountMax - RequestLine.versionByteCount)
        let (method, methodEnd) = try RequestLine.method(bytes, room)
        let target = try RequestLine.target(bytes, from: methodEnd + 1, room)
        self.method = method
        path = target.path
        query = target.query
        isHTTP10 = try RequestLine.isHTTP10(bytes, from: target.end + 1)
        self.end = target.end + 1 + RequestLine.versionByteCount + 2
    }

    private static let versionByteCount = 8

    private static func method(
        _ bytes: Span<UInt8>, _ room: Int
    ) throws(ParseStop) -> (HTTPMethod, Int) {
        var key = MethodKey()
        for index in 0..<min(bytes.count, room) {
            let byte = bytes[index]
            if byte == Octet.space {
                guard !key.isEmpty else { throw .malformed }
                return (HTTPMethod(key), index)
            }
            guard byte.isTokenCharacter else { throw .malformed }
            key.append(byte)
        }
        throw outOfBytes(bytes, room)
    }

    /// Path and query are left encoded. Besides what RFC 3986 allows, characters are let pass that
    /// browsers send as they are and gateways hand on; a fragment, a backslash in the path and
    /// whatever is not visible ASCII are not.
    private static func target(
        _ bytes: Span<UInt8>, from start: Int, _ room: Int
    ) throws(ParseStop) -> (path: Range<Int>, query: Range<Int>?, end: Int) {
        let end = min(bytes.count, room)
        guard start < end else { throw outOfBytes(bytes, room) }
        guard bytes[start] == Octet.slash else { throw .malformed }
        var question: Int?
        for index in start..<end {
            let byte = bytes[index]
            if byte == Octet.space {
                let query = question.map { $0 + 1..<index }
                return (start..<(question ?? index), query, index)
            }
            guard byte.isVisible, byte != Octet.hash else { throw .malformed }
            if question == nil {
                guard byte != Octet.backslash else { throw .malformed }
                if byte == Octet.question { question = index }
            }
        }
        throw outOfBytes(bytes, room)
    }

    /// Reads the version and the end of the line.
    private static func isHTTP10(
        _ bytes: Span<UInt8>, from start: Int
    ) throws(ParseStop) -> Bool {
        let name: InlineArray<5, UInt8> = [0x48, 0x54, 0x54, 0x50, 0x2F]
        for offset in 0..<5 {
            guard try byte(bytes, start + offset) == name[offset] else { throw .malformed }
        }
        let major = try byte(bytes, start + 5)
        guard major.isDigit, try byte(bytes, start + 6) == Octet.dot else { throw .malformed }
        let minor = try byte(bytes, start + 7)
        guard minor.isDigit, try byte(bytes, start + 8) == Octet.carriageReturn,
            try byte(bytes, start + 9) == Octet.lineFeed
        else { throw .malformed }
        guard major == Octet.zero + 1, minor <= Octet.zero + 1 else {
            throw .refused(.versionNotSupported)
        }
        return minor == Octet.zero
    }

    private static func byte(_ bytes: Span<UInt8>, _ index: Int) throws(ParseStop) -> UInt8 {
        guard index < bytes.count else { throw .incomplete }
        return bytes[index]
    }

    /// What fills its room without an end is too long, whatever follows.
    private static func outOfBytes(_ bytes: Span<UInt8>, _ room: Int) -> ParseStop {
        bytes.count >= room ? .refused(.targetTooLong) : .incomplete
    }
}
