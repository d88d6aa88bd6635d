import Wire

/// What becomes of a connection after an answer, and what the answer says of it.
enum Persistence: Sendable {
    case keep
    /// HTTP/1.0 keeps a connection only when both sides say so.
    case keepAndSay
    case close

    init(_ head: RequestHead) {
        self = !head.keepsAlive ? .close : head.isHTTP10 ? .keepAndSay : .keep
    }

    func closing(if condition: Bool) -> Persistence { condition ? .close : self }

    func append(to output: inout [UInt8]) {
        switch self {
        case .keep: break
        case .keepAndSay: output.append(text: "Connection: keep-alive\r\n" as StaticString)
        case .close: output.append(text: "Connection: close\r\n" as StaticString)
        }
    }
}
