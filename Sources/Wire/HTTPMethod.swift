/// A request's method; one that the routes do not know is `other`, never an error.
package enum HTTPMethod: UInt8, Sendable {
    case get, head, post, put, patch, delete, options, other

    /// Reads a token's key as `MethodKey` packs it; methods are compared with regard to case
    /// (RFC 9110, section 9.1).
    init(_ key: MethodKey) {
        switch key {
        case .get: self = .get
        case .head: self = .head
        case .post: self = .post
        case .put: self = .put
        case .patch: self = .patch
        case .delete: self = .delete
        case .options: self = .options
        default: self = .other
        }
    }

    /// Upper case, as it stands in a request line.
    package var text: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other: "OTHER"
        }
    }
}

/// A method's characters packed into one number, so that a request's is told by one comparison.
struct MethodKey: Equatable {
    private var packed: UInt64 = 0
    private var count = 0

    init() {}

    private init(_ text: String) { for byte in text.utf8 { append(byte) } }

    /// The count keeps a long token, whose first characters are shifted out, from being mistaken.
    mutating func append(_ byte: UInt8) {
        packed = packed << 8 | UInt64(byte)
        count += 1
    }

    static let get = MethodKey("GET")
    static let head = MethodKey("HEAD")
    static let post = MethodKey("POST")
    static let put = MethodKey("PUT")
    static let patch = MethodKey("PATCH")
    static let delete = MethodKey("DELETE")
    static let options = MethodKey("OPTIONS")

    var isEmpty: Bool { count == 0 }
}
