import Wire

/// An answer, whatever its status; its bytes are wiped with it, for many answers hold secrets.
public struct Response: Sendable {
    /// The three-digit status.
    public let status: Int
    /// The body as it came, empty where there was none.
    public let body: SecretText
    /// The status line and the header fields.
    let head: SecretText

    /// The value of a header field whose name is given in lower case; nil where there is none.
    ///
    /// Use `secretHeader` for a value that is secret.
    public func header(_ name: StaticString) -> String? {
        guard let value = secretHeader(name) else { return nil }
        return value.withBytes { AnswerText.string($0) }
    }

    /// The value of a header field that must not be seen, such as an injected credential.
    public func secretHeader(_ name: StaticString) -> SecretText? {
        head.withBytes { bytes in
            guard case .complete(let head) = parseResponseHead(bytes),
                let range = head.field(named: name, bytes)
            else { return nil }
            return SecretText(copying: bytes.extracting(range))
        }
    }

    /// The body as text; for answers that hold no secret.
    public var text: String { body.withBytes { AnswerText.string($0) } }

    /// Itself for a success.
    ///
    /// - Throws: `ClientError.refused` for a status of 400 or more.
    package func success() throws(ClientError) -> Response {
        switch status {
        case 200..<300: return self
        case 400..<600: throw .refused(status: status, problem())
        default: throw .protocolViolation("a status that the vault does not use")
        }
    }
}

enum AnswerText {
    static func string(_ bytes: Span<UInt8>) -> String {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }
}
