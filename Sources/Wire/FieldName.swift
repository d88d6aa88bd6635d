/// The header fields that mean something to this module; the raw value is a bit's position.
enum FieldName: UInt32 {
    case host, authorization, contentLength, contentType, transferEncoding, connection, expect
    case idempotencyKey, ifMatch, ifNoneMatch, accept, forwardedFor, realIP, retryAfter, other

    init(_ key: FieldKey) {
        switch key.count {
        case 4: self = key == .host ? .host : .other
        case 6: self = key == .accept ? .accept : key == .expect ? .expect : .other
        case 8: self = key == .ifMatch ? .ifMatch : .other
        case 9: self = key == .realIP ? .realIP : .other
        case 10: self = key == .connection ? .connection : .other
        case 11: self = key == .retryAfter ? .retryAfter : .other
        case 12: self = key == .contentType ? .contentType : .other
        case 13:
            self =
                key == .authorization
                ? .authorization
                : key == .ifNoneMatch ? .ifNoneMatch : .other
        case 14: self = key == .contentLength ? .contentLength : .other
        case 15:
            self =
                key == .forwardedFor
                ? .forwardedFor
                : key == .idempotencyKey ? .idempotencyKey : .other
        case 17: self = key == .transferEncoding ? .transferEncoding : .other
        default: self = .other
        }
    }

    var bit: UInt32 { 1 << rawValue }
}

/// A field's name folded to lower case and packed into numbers, so that it compares in one step
/// and in any case of its letters.
struct FieldKey: Equatable {
    private var head: UInt64 = 0
    private var tail: UInt128 = 0
    private(set) var count = 0

    init() {}

    private init(_ text: String) { for byte in text.utf8 { append(byte) } }

    /// `byte` is one of `[A-Za-z0-9-]`, of which no two become the same but a letter's two cases.
    mutating func append(_ byte: UInt8) {
        head = head << 8 | UInt64(truncatingIfNeeded: tail >> 120)
        tail = tail << 8 | UInt128(byte | 0x20)
        count += 1
    }

    fileprivate static let host = FieldKey("host")
    fileprivate static let accept = FieldKey("accept")
    fileprivate static let expect = FieldKey("expect")
    fileprivate static let ifMatch = FieldKey("if-match")
    fileprivate static let realIP = FieldKey("x-real-ip")
    fileprivate static let connection = FieldKey("connection")
    fileprivate static let retryAfter = FieldKey("retry-after")
    fileprivate static let contentType = FieldKey("content-type")
    fileprivate static let authorization = FieldKey("authorization")
    fileprivate static let ifNoneMatch = FieldKey("if-none-match")
    fileprivate static let contentLength = FieldKey("content-length")
    fileprivate static let forwardedFor = FieldKey("x-forwarded-for")
    fileprivate static let idempotencyKey = FieldKey("idempotency-key")
    fileprivate static let transferEncoding = FieldKey("transfer-encoding")
}
