/// How a request asks for something to be done (RFC 9110, section 9).
public enum Method: String, Sendable {
    /// Reads.
    case get = "GET"
    /// Reads without a body.
    case head = "HEAD"
    /// Makes something, or runs an operation.
    case post = "POST"
    /// Replaces a value, or renews a token.
    case put = "PUT"
    /// Changes some members (RFC 7396).
    case patch = "PATCH"
    /// Ends something.
    case delete = "DELETE"
}

/// One parameter after the `?` of a request's target.
public struct QueryItem: Hashable, Sendable {
    /// The parameter's name.
    public let name: String
    /// The value as it is meant; it is encoded on the way.
    public let value: String

    /// Pairs a name with its value.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A header field of a request.
public struct Header: Hashable, Sendable {
    /// The field's name, letters, digits and `-`.
    public let name: String
    /// The value, on one line.
    public let value: String

    /// Pairs a name with its value.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Everything about a request but the connection it goes over.
struct RequestText {
    let method: Method
    let path: String
    let query: [QueryItem]
    let headers: [Header]
    let body: SecretText?
    let bearer: SecretText?

    /// Whether sending it twice does no more than sending it once.
    var isRepeatable: Bool {
        method == .get || method == .head
            || headers.contains { $0.name.lowercased() == "idempotency-key" }
    }

    /// The bytes on the wire; refused when a part could break out of its place.
    func encoded() throws(ClientError) -> WipedBuffer {
        guard Self.isPath(path) else { throw .invalidRequest("the path is not an absolute path") }
        let buffer = WipedBuffer(capacity: 1024 + (body?.byteCount ?? 0))
        buffer.append(
            method.rawValue + " " + path + queryText + " HTTP/1.1\r\nHost: strongroom\r\n")
        for header in headers {
            guard Self.isHeader(header) else {
                throw .invalidRequest("a header field is malformed")
            }
            buffer.append("\(header.name): \(header.value)\r\n")
        }
        if let bearer { try Self.append(bearer, to: buffer) }
        if body != nil || method != .get && method != .head && method != .delete {
            buffer.append("Content-Length: \(body?.byteCount ?? 0)\r\n")
        }
        buffer.append("\r\n" as StaticString)
        if let body { buffer.append(body) }
        return buffer
    }

    private var queryText: String {
        let items = query.map { URLText.encoded($0.name) + "=" + URLText.encoded($0.value) }
        return items.isEmpty ? "" : "?" + items.joined(separator: "&")
    }

    private static func append(_ bearer: SecretText, to buffer: WipedBuffer) throws(ClientError) {
        let isToken = bearer.withBytes { bytes in
            !bytes.isEmpty && bytes.indices.allSatisfy { (33...126).contains(bytes[$0]) }
        }
        guard isToken else { throw .invalidRequest("the bearer token holds a forbidden byte") }
        buffer.append("Authorization: Bearer " as StaticString)
        buffer.append(bearer)
        buffer.append("\r\n" as StaticString)
    }

    private static func isPath(_ path: String) -> Bool {
        path.utf8.first == 47 && path.utf8.allSatisfy { (33...126).contains($0) && $0 != 35 }
            && !path.utf8.contains(63)
    }

    private static func isHeader(_ header: Header) -> Bool {
        !header.name.isEmpty
            && header.name.utf8.allSatisfy { URLText.isLetterOrDigit($0) || $0 == 45 }
            && header.value.utf8.allSatisfy { (32...126).contains($0) }
    }
}

/// Percent-encoding (RFC 3986, section 2).
package enum URLText {
    /// Everything but the unreserved characters is encoded, so that a value stays in its place.
    package static func encoded(_ text: String) -> String {
        let buffer = WipedBuffer(capacity: 3 * text.utf8.count)
        let bytes = Array(text.utf8)
        append(bytes.span, to: buffer)
        return buffer.withBytes { AnswerText.string($0) }
    }

    static func append(_ bytes: Span<UInt8>, to buffer: WipedBuffer) {
        for index in bytes.indices {
            let byte = bytes[index]
            if isLetterOrDigit(byte) || [45, 46, 95, 126].contains(byte) {
                buffer.append(byte)
            } else {
                buffer.append(37)
                buffer.append(hexDigit(byte >> 4))
                buffer.append(hexDigit(byte & 15))
            }
        }
    }

    /// `/v1/` and the segments; nil where one is empty, which would lead to another route.
    package static func path(_ segments: [String]) -> String? {
        guard !segments.contains("") else { return nil }
        return "/v1/" + segments.map(segment).joined(separator: "/")
    }

    /// One segment of a path; a dot segment would be another path, so it is encoded too.
    package static func segment(_ text: String) -> String {
        text == "." || text == ".." ? text.replacing(".", with: "%2E") : encoded(text)
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: false
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }
}
