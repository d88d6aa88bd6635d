/// Why a request's head is refused; always the caller's fault, and always followed by a close.
package enum RequestFault: UInt8, Error, Sendable {
    case badRequest
    case duplicateField
    case invalidHost
    case invalidContentLength
    case invalidTransferEncoding
    case conflictingLength
    case targetTooLong
    case headersTooLarge
    case tooManyFields
    case versionNotSupported

    package var status: Int {
        switch self {
        case .badRequest, .duplicateField, .invalidHost, .invalidContentLength,
            .invalidTransferEncoding, .conflictingLength:
            400
        case .targetTooLong: 414
        case .headersTooLarge, .tooManyFields: 431
        case .versionNotSupported: 505
        }
    }

    /// A sentence for the answer; it says nothing of what was sent.
    package var detail: StaticString {
        switch self {
        case .badRequest: "The request line or a header field is malformed."
        case .duplicateField: "A header field that may be given once was given twice."
        case .invalidHost: "HTTP/1.1 needs exactly one valid Host field."
        case .invalidContentLength: "The Content-Length field is not a decimal number."
        case .invalidTransferEncoding: "The Transfer-Encoding field is not supported."
        case .conflictingLength: "Content-Length and Transfer-Encoding exclude each other."
        case .targetTooLong: "The request line is longer than the limit."
        case .headersTooLarge: "The header fields are larger than the limit."
        case .tooManyFields: "There are more header fields than the limit."
        case .versionNotSupported: "Only HTTP/1.0 and HTTP/1.1 are spoken here."
        }
    }
}

/// How a parse ends early: more bytes could complete the message, or none can.
enum ParseStop: Error {
    case incomplete
    case refused(RequestFault)

    static let malformed = ParseStop.refused(.badRequest)
}
