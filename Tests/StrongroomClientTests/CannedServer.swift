import Foundation
import Linux
import StrongroomClient
import Support
import Synchronization

/// A daemon that says what the test tells it to say, on a socket of its own.
final class CannedServer: Sendable {
    /// What it does with one request.
    enum Answer: Sendable {
        /// Sends each piece by itself and keeps the connection.
        case pieces([String])
        /// Sends the text and hangs up.
        case last(String)
        /// Reads the request and says nothing until the client goes.
        case silence

        static func whole(_ text: String) -> Answer { .pieces([text]) }
    }

    let path: String
    private let directory: TemporaryDirectory
    /// Guards what was seen, which the test reads while the server's thread writes.
    private let seen = Mutex<[[String]]>([])
    private let isOver = Mutex(false)

    /// - Parameter connections: for each connection, in order, its answers.
    init(_ connections: [[Answer]]) throws {
        directory = try TemporaryDirectory()
        path = directory.file("s")
        let listener = try UnixSocket.listen(at: path, mode: 0o600)
        // The thread owns a listener of its own, which a closure cannot be handed.
        let number = dup(listener.number)
        _ = try Linux.Thread("canned") { [self] in serve(Descriptor(owning: number), connections) }
    }

    /// The requests of each connection, in order.
    var requests: [[String]] { seen.withLock { $0 } }

    func stop() { isOver.withLock { $0 = true } }

    private var goesOn: Bool { isOver.withLock { !$0 } }

    private func serve(_ listener: consuming Descriptor, _ connections: [[Answer]]) {
        for answers in connections {
            guard let socket = accept(listener) else { return }
            seen.withLock { $0.append([]) }
            serve(socket, answers)
        }
    }

    private func accept(_ listener: borrowing Descriptor) -> Descriptor? {
        while goesOn {
            // A failure would leave the client without an answer, which its test then reports.
            if let socket = try? UnixSocket.accept(listener) { return socket }
            SystemTime.sleep(milliseconds: 1)
        }
        return nil
    }

    private func serve(_ socket: consuming Descriptor, _ answers: [Answer]) {
        for answer in answers {
            guard let request = read(socket) else { return }
            seen.withLock { $0[$0.count - 1].append(request) }
            switch answer {
            case .pieces(let pieces): for piece in pieces { send(piece, socket) }
            case .last(let text): return send(text, socket)
            case .silence: while goesOn { SystemTime.sleep(milliseconds: 1) }
            }
        }
    }

    private func send(_ text: String, _ socket: borrowing Descriptor) {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count, goesOn {
            let rest = bytes.span.extracting(start..<bytes.count)
            do {
                start += try unsafe socket.send(rest.bytes)
            } catch .wouldBlock {
                SystemTime.sleep(milliseconds: 1)
            } catch {
                // The client may have gone, as some tests want it to.
                return
            }
        }
        SystemTime.sleep(milliseconds: 1)
    }

    /// A whole request, body included; nil when the client is gone.
    private func read(_ socket: borrowing Descriptor) -> String? {
        var text = ""
        var chunk = [UInt8](repeating: 0, count: 4096)
        while goesOn {
            var span = chunk.mutableSpan
            var bytes = unsafe span.mutableBytes
            do {
                let count = try socket.read(into: &bytes)
                if count == 0 { return nil }
                text += String(decoding: chunk[..<count], as: UTF8.self)
                if Self.isWhole(text) { return text }
            } catch .wouldBlock {
                SystemTime.sleep(milliseconds: 1)
            } catch {
                return nil
            }
        }
        return nil
    }

    private static func isWhole(_ text: String) -> Bool {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
        let length = text[..<end.lowerBound].split(separator: "\r\n")
            .first { $0.hasPrefix("Content-Length: ") }
            .flatMap { Int($0.dropFirst("Content-Length: ".count)) }
        return text[end.upperBound...].utf8.count >= length ?? 0
    }
}

extension CannedServer {
    /// An answer with a JSON body.
    static func json(_ status: String, _ body: String, _ fields: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n\(fields)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    static let ok = json("200 OK", "{\"result\":[]}")
}

/// Runs `body` against a server of its own, which ends with it.
func withServer(
    _ connections: [[CannedServer.Answer]], limits: Connection.Limits = .init(),
    _ body: (Connection, CannedServer) throws -> Void
) throws {
    let server = try CannedServer(connections)
    defer { server.stop() }
    try body(Connection(path: server.path, limits: limits), server)
}

func secret(_ text: String) -> SecretText {
    var bytes = Array(text.utf8)
    return SecretText(taking: &bytes)
}

func text(_ secret: SecretText) -> String {
    secret.withBytes { bytes in
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
