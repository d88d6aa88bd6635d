import Wire

/// Requests of one target over HTTP/1.1 with keep-alive.
struct HTTPWorkload: Workload {
    private let beforeToken: [UInt8]
    private let afterToken: [UInt8]
    private var tokens: Tokens
    private let expectedStart: [UInt8]
    private let expectedStatus: Int
    private var headByteCount = 0
    private var byteCount = 0

    init(_ options: Options, _ tokens: Tokens) {
        let line =
            switch options.verb {
            case .credential: "POST \(options.path ?? "/v1/credential")"
            default: "GET \(options.path ?? (options.verb == .get ? "/" : "/v1/verify"))"
            }
        let length = options.verb == .credential ? "Content-Length: 0\r\n" : ""
        let start = "\(line) HTTP/1.1\r\nHost: localhost\r\n\(length)"
        let bearer = tokens.isEmpty ? "" : "Authorization: Bearer "
        beforeToken = Array((start + bearer).utf8)
        afterToken = Array((tokens.isEmpty ? "\r\n" : "\r\n\r\n").utf8)
        self.tokens = tokens
        expectedStatus = options.expectedStatus
        expectedStart = Array("HTTP/1.1 \(options.expectedStatus)".utf8)
    }

    mutating func appendRequest(to output: inout [UInt8]) {
        output.append(contentsOf: beforeToken)
        tokens.appendNext(to: &output)
        output.append(contentsOf: afterToken)
    }

    mutating func answer(_ bytes: Span<UInt8>) throws(BenchFault) -> Answer? {
        if isLikeTheLast(bytes) { return Answer(byteCount: byteCount, isExpected: true) }
        switch parseResponseHead(bytes) {
        case .incomplete: return nil
        case .refused: throw .malformedAnswer
        case .complete(let head):
            guard !head.hasTransferEncoding else { throw .malformedAnswer }
            let total = head.byteCount + (head.contentLength ?? 0)
            guard bytes.count >= total else { return nil }
            let isExpected = head.status == expectedStatus
            if isExpected { (headByteCount, byteCount) = (head.byteCount, total) }
            return Answer(byteCount: total, isExpected: isExpected)
        }
    }

    /// The short way: the expected status, and a head that ends where the last one ended.
    ///
    /// A wrong guess cannot pass: the next answer would not begin where this one is said to end,
    /// and the load ends with a fault.
    private func isLikeTheLast(_ bytes: Span<UInt8>) -> Bool {
        guard byteCount > 0, bytes.count >= byteCount else { return false }
        return bytes.begins(with: expectedStart)
            && bytes.holds(Self.endOfHead, at: headByteCount - Self.endOfHead.count)
    }

    private static let endOfHead = Array("\r\n\r\n".utf8)
}
