import Vault

/// Sixteen random bytes that name a request in answers and in the log.
package enum RequestID {
    package static let prefix: StaticString = "req_"

    package static func append(_ id: UInt128, to text: inout [UInt8]) {
        prefix.withUTF8Buffer { prefix in unsafe text.append(contentsOf: prefix) }
        Base62.append(id, width: Base62.width16, to: &text)
    }

    package static func text(_ id: UInt128) -> String {
        var bytes: [UInt8] = []
        append(id, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
