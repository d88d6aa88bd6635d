import Crypto
import Support

extension Secret {
    borrowing func copied() -> [UInt8] { withBytes { $0.copied } }

    static func holding(_ bytes: [UInt8]) throws(CryptoError) -> Secret {
        try unsafe Secret(copying: bytes.span.bytes)
    }
}

extension Key {
    static func holding(_ bytes: [UInt8]) throws(CryptoError) -> Key {
        try Key(try Secret.holding(bytes))
    }

    borrowing func copied() -> [UInt8] { withBytes { $0.copied } }
}
