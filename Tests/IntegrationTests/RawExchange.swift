import Linux
import StrongroomClient

/// Bytes as they are over a socket, for what no client would send.
enum RawExchange {
    /// Sends, and reads until the daemon closes.
    static func send(_ text: String, to path: String) throws -> String {
        let socket = try UnixSocket.connect(to: path)
        try UnixSocket.setTimeout(30, of: socket)
        try unsafe socket.writeAll(Array(text.utf8).span.bytes)
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            var span = chunk.mutableSpan
            var bytes = unsafe span.mutableBytes
            let count = try socket.read(into: &bytes)
            guard count > 0 else { return String(decoding: received, as: UTF8.self) }
            received += chunk[0..<count]
        }
    }
}
