import Crypto
import Support

/// What a call was refused with; nil where it went through.
func refusal<E: Error>(_ body: () throws(E) -> Void) -> E? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

extension [UInt8] {
    /// The bytes that hexadecimal digits spell.
    init(hex: String) {
        let digits = Array(hex.utf8).map { UInt8($0 < 58 ? $0 - 48 : $0 - 87) }
        self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

extension Secret {
    borrowing func copied() -> [UInt8] { withBytes { $0.copied } }

    static func holding(_ bytes: [UInt8]) throws(CryptoError) -> Secret {
        try unsafe Secret(copying: bytes.span.bytes)
    }
}

extension Key {
    static func filled(with byte: UInt8) throws(CryptoError) -> Key {
        try Key(try Secret.holding([UInt8](repeating: byte, count: 32)))
    }

    borrowing func copied() -> [UInt8] { withBytes { $0.copied } }
}

extension Context {
    static func saying(_ text: String) -> Context {
        var context = Context("test/v1")
        context.append(text)
        return context
    }
}
