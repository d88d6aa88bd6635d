import Foundation
import Linux
import Testing

@Suite struct UnixSocketTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func listening(at path: String) -> Errno? {
        refusal { () throws(Errno) in _ = try UnixSocket.listen(at: path, mode: 0o600) }
    }

    private func connecting(to path: String) -> Errno? {
        refusal { () throws(Errno) in _ = try UnixSocket.connect(to: path) }
    }

    @Test func `a path that does not fit is refused by name, before the kernel cuts it`() {
        let room = UnixSocket.pathByteCountMax - scratch.path.utf8.count - 1
        let longest = scratch.file(String(repeating: "s", count: room))
        #expect(longest.utf8.count == 107)
        #expect(listening(at: longest) == nil)
        #expect(listening(at: longest + "s") == .nameTooLong)
        #expect(connecting(to: longest + "s") == .nameTooLong)
        #expect(connecting(to: "") == .nameTooLong)
        #expect(connecting(to: "a\u{0}b") == .nameTooLong)
    }

    @Test func `a socket that answers is not taken over`() throws {
        let path = scratch.file("socket")
        let listener = try UnixSocket.listen(at: path, mode: 0o600)
        #expect(listening(at: path) == Errno(code: EADDRINUSE))
        #expect(connecting(to: path) == nil)
        withExtendedLifetime(listener.number) {}
    }

    @Test(.timeLimit(.minutes(1)))
    func `a socket whose queue is full is not taken over, and not waited for`() throws {
        let path = scratch.file("socket")
        let listener = try UnixSocket.listen(at: path, mode: 0o600, backlog: 0)
        let waiting = try UnixSocket.connect(to: path)
        #expect(listening(at: path) == Errno(code: EADDRINUSE))
        withExtendedLifetime((listener.number, waiting.number)) {}
    }

    @Test(.timeLimit(.minutes(1)))
    func `a full queue is waited at for as long as was said`() throws {
        let path = scratch.file("socket")
        let listener = try UnixSocket.listen(at: path, mode: 0o600, backlog: 0)
        let waiting = try UnixSocket.connect(to: path)
        let refused = refusal { () throws(Errno) in
            _ = try UnixSocket.connect(to: path, timeoutSeconds: 1)
        }
        #expect(refused == .wouldBlock)
        withExtendedLifetime((listener.number, waiting.number)) {}
    }

    @Test func `where listening has ended, who comes is refused and who had come is let in`() throws
    {
        let path = scratch.file("socket")
        let listener = try UnixSocket.listen(at: path, mode: 0o600)
        let early = try UnixSocket.connect(to: path)
        let byte: [UInt8] = [1]
        _ = try unsafe early.send(byte.span.bytes)
        try UnixSocket.endListening(listener)
        #expect(connecting(to: path) == .connectionRefused)
        guard let accepted = try UnixSocket.accept(listener) else { throw Errno.wouldBlock }
        try accepted.endSending()
        var bytes: [UInt8] = [0, 0]
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        #expect(try accepted.read(into: &raw) == 1)
        #expect(try early.read(into: &raw) == 0)
        _ = try unsafe early.send(byte.span.bytes)
        #expect(try accepted.read(into: &raw) == 1)
    }

    @Test func `a socket that nobody listens on is replaced`() throws {
        let path = scratch.file("socket")
        #expect(listening(at: path) == nil)
        #expect(connecting(to: path) == .connectionRefused)
        #expect(listening(at: path) == nil)
    }

    @Test func `a file that is no socket is left where it is`() throws {
        let path = scratch.file("file")
        let bytes = Array("precious".utf8)
        try unsafe DurableFile.create(path, with: bytes.span.bytes, mode: 0o600)
        #expect(listening(at: path) == .exists)
        #expect(try DurableFile.read(path, byteCountMax: 100) == bytes)
    }

    @Test func `an abstract name is never meant`() {
        // As an abstract name it would be refused for want of a listener, not of a file.
        #expect(connecting(to: "@strongroom-no-such-socket") == .noEntry)
    }

    @Test func `nobody waiting is no error`() throws {
        let listener = try UnixSocket.listen(at: scratch.file("socket"), mode: 0o600)
        if let connection = try UnixSocket.accept(listener) {
            Issue.record("connection \(connection.number) came from nowhere")
        }
    }

    @Test func `the peer's numbers are the kernel's`() throws {
        let path = scratch.file("socket")
        let listener = try UnixSocket.listen(at: path, mode: 0o600)
        let client = try UnixSocket.connect(to: path)
        let server = try accepted(by: listener)
        let seen = try PeerCredentials(of: server)
        #expect(seen == PeerCredentials(uid: geteuid(), gid: getegid(), pid: getpid()))
        #expect(try PeerCredentials(of: client) == seen)
        let file = try Descriptor.open("/dev/null", O_RDONLY)
        #expect(throws: Errno.self) { try PeerCredentials(of: file) }
    }

    @Test func `bytes go both ways and an end is an end`() throws {
        let path = scratch.file("socket")
        let listener = try UnixSocket.listen(at: path, mode: 0o600)
        let server = try greeted(by: listener, at: path)
        #expect(try read(server) == [])
        let bytes = Array("too late".utf8)
        #expect(throws: Errno(code: EPIPE)) { try unsafe server.send(bytes.span.bytes) }
    }

    /// The listener's end of a connection whose other end said hello and went away.
    private func greeted(
        by listener: borrowing Descriptor, at path: String
    ) throws -> Descriptor {
        let client = try UnixSocket.connect(to: path)
        let server = try accepted(by: listener)
        #expect(throws: Errno.wouldBlock) { try read(server) }
        let bytes = Array("hello".utf8)
        #expect(try unsafe client.send(bytes.span.bytes) == 5)
        #expect(try read(server) == bytes)
        return server
    }

    private func accepted(by listener: borrowing Descriptor) throws -> Descriptor {
        guard let connection = try UnixSocket.accept(listener) else { throw Errno.wouldBlock }
        return connection
    }

    private func read(_ descriptor: borrowing Descriptor) throws(Errno) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 100)
        var span = buffer.mutableSpan
        var bytes = unsafe span.mutableBytes
        let count = try descriptor.read(into: &bytes)
        return Array(buffer[..<count])
    }
}
