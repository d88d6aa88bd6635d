/// The head of a request: what its routes and its framing need, as byte offsets into the span that
/// was parsed. No allocation; it is good for as long as those bytes stay where they are.
package struct RequestHead: Sendable {
    package fileprivate(set) var method: HTTPMethod
    /// Without the query; starts with "/", still percent-encoded.
    package fileprivate(set) var path: Range<Int>
    /// Without the "?".
    package fileprivate(set) var query: Range<Int>?
    package fileprivate(set) var isHTTP10: Bool
    /// Up to and with the empty line; the body begins there.
    package fileprivate(set) var byteCount = 0

    /// The last one's value; more than one is for the server to answer.
    package fileprivate(set) var authorization: Range<Int>?
    package fileprivate(set) var authorizationCount = 0

    package fileprivate(set) var contentLength: Int?
    /// The one coding that is understood is `chunked`; whether a route lets it pass is its matter.
    package fileprivate(set) var hasTransferEncoding = false
    package fileprivate(set) var keepsAlive: Bool
    package fileprivate(set) var expectsContinue = false

    package fileprivate(set) var contentType: Range<Int>?
    package fileprivate(set) var idempotencyKey: Range<Int>?
    package fileprivate(set) var ifMatch: Range<Int>?
    package fileprivate(set) var ifNoneMatch: Range<Int>?
    package fileprivate(set) var accept: Range<Int>?
    package fileprivate(set) var forwardedFor: Range<Int>?
    /// Of several such fields the last one, which the nearest proxy has put there.
    package fileprivate(set) var lastForwardedFor: Range<Int>?
    package fileprivate(set) var realIP: Range<Int>?

    /// Whether bytes of a body may follow the head.
    package var mayHaveBody: Bool { hasTransferEncoding || (contentLength ?? 0) > 0 }

    fileprivate init(_ line: RequestLine) {
        method = line.method
        path = line.path
        query = line.query
        isHTTP10 = line.isHTTP10
        keepsAlive = !line.isHTTP10
    }
}

/// What `parseRequestHead` found.
package enum RequestParse: Sendable {
    case incomplete
    case complete(RequestHead)
    case refused(RequestFault)
}

/// Reads a request's head from the front of `bytes`; a fault is reported as soon as no further
/// byte could mend it.
package func parseRequestHead(
    _ bytes: Span<UInt8>, limits: HTTPLimits = HTTPLimits()
) -> RequestParse {
    do {
        let line = try RequestLine(bytes, limits: limits)
        var fields = RequestFields(head: RequestHead(line))
        try fields.read(bytes, from: line.end, limits: limits)
        return .complete(fields.head)
    } catch {
        switch error {
        case .incomplete: return .incomplete
        case .refused(let fault): return .refused(fault)
        }
    }
}

/// Takes the fields of a request one by one and holds each to how often it may appear.
private struct RequestFields {
    var head: RequestHead
    private var seen: UInt32 = 0
    private var asksToClose = false
    private var asksToKeep = false

    init(head: RequestHead) { self.head = head }

    mutating func read(_ bytes: Span<UInt8>, from start: Int, limits: HTTPLimits) throws(ParseStop)
    {
        var scanner = FieldScanner(from: start, limits: limits)
        while let line = try scanner.next(bytes) {
            try take(FieldName(line.key), line.value, bytes)
        }
        head.byteCount = scanner.position
        try finish()
    }

    private mutating func take(
        _ name: FieldName, _ value: Range<Int>, _ bytes: Span<UInt8>
    ) throws(ParseStop) {
        switch name {
        case .other, .retryAfter: break
        case .authorization:
            head.authorization = value
            head.authorizationCount += 1
        case .accept: head.accept = head.accept ?? value
        case .forwardedFor:
            head.forwardedFor = head.forwardedFor ?? value
            head.lastForwardedFor = value
        case .realIP: head.realIP = head.realIP ?? value
        case .connection:
            asksToClose = asksToClose || bytes.listHolds("close", value)
            asksToKeep = asksToKeep || bytes.listHolds("keep-alive", value)
        default:
            guard seen & name.bit == 0 else { throw .refused(.duplicateField) }
            seen |= name.bit
            try takeSingleton(name, value, bytes)
        }
    }

    private mutating func takeSingleton(
        _ name: FieldName, _ value: Range<Int>, _ bytes: Span<UInt8>
    ) throws(ParseStop) {
        switch name {
        case .host:
            guard HostField.isValid(bytes.extracting(value)) else { throw .refused(.invalidHost) }
        case .contentLength:
            guard let length = bytes.decimal(value) else { throw .refused(.invalidContentLength) }
            head.contentLength = length
        case .transferEncoding:
            guard bytes.extracting(value).equalsIgnoringCase("chunked"), !head.isHTTP10 else {
                throw .refused(.invalidTransferEncoding)
            }
            head.hasTransferEncoding = true
        case .expect:
            // An HTTP/1.0 client cannot mean it (RFC 9110, section 10.1.1).
            head.expectsContinue =
                !head.isHTTP10 && bytes.extracting(value).equalsIgnoringCase("100-continue")
        case .contentType: head.contentType = value
        case .idempotencyKey: head.idempotencyKey = value
        case .ifMatch: head.ifMatch = value
        default: head.ifNoneMatch = value
        }
    }

    /// The rules that need the whole block.
    private mutating func finish() throws(ParseStop) {
        guard head.isHTTP10 || seen & FieldName.host.bit != 0 else { throw .refused(.invalidHost) }
        guard !head.hasTransferEncoding || head.contentLength == nil else {
            throw .refused(.conflictingLength)
        }
        head.keepsAlive = !asksToClose && (!head.isHTTP10 || asksToKeep)
    }
}
