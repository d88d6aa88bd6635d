import Glibc

/// The person at the other end, if there is one.
package enum Terminal {
    private static let path = "/dev/tty"
    private static let newline: UInt8 = 10

    package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Asks on the terminal and reads one line without echo; nil where there is no terminal.
    package static func secretLine(prompt: String, byteCountMax: Int) throws(Errno) -> [UInt8]? {
        guard let terminal = own() else { return nil }
        var silent = try SilentTerminal(terminal, prompt: prompt)
        return try silent.typed(upTo: newline, byteCountMax: byteCountMax)
    }

    /// All of standard input, typed without echo; nil where it is no terminal.
    package static func secretInput(prompt: String, byteCountMax: Int) throws(Errno) -> [UInt8]? {
        guard isTerminal(0) else { return nil }
        let input = Descriptor(owning: try call { dup(0) })
        var silent = try SilentTerminal(input, prompt: prompt)
        return try silent.typed(upTo: nil, byteCountMax: byteCountMax)
    }

    /// Asks on the terminal, wherever the streams lead, and reads one line; nil where there is none.
    package static func line(prompt: String, byteCountMax: Int) throws(Errno) -> [UInt8]? {
        guard let terminal = own() else { return nil }
        try unsafe terminal.writeAll(Array(prompt.utf8).span.bytes)
        return try line(from: terminal, byteCountMax: byteCountMax)
    }

    /// No controlling terminal is an answer, not a failure.
    private static func own() -> Descriptor? { try? Descriptor.open(path, O_RDWR) }

    /// One line without its end; a longer one than allowed is refused, not cut short.
    package static func line(
        from source: borrowing Descriptor, byteCountMax: Int
    ) throws(Errno) -> [UInt8] {
        try bytes(upTo: newline, byteCountMax: byteCountMax) { (byte) throws(Errno) in
            try next(&byte, from: source)
        }
    }

    /// False at the end of the input.
    static func next(
        _ byte: inout [UInt8], from source: borrowing Descriptor
    ) throws(Errno) -> Bool {
        var span = byte.mutableSpan
        var bytes = unsafe span.mutableBytes
        return try source.read(into: &bytes) == 1
    }

    /// - Parameter next: puts the next byte where it is told; false at the end of the input.
    static func bytes(
        upTo end: UInt8?, byteCountMax: Int, _ next: (inout [UInt8]) throws(Errno) -> Bool
    ) throws(Errno) -> [UInt8] {
        var bytes: [UInt8] = []
        // They may be a secret: they never move, so no copy stays behind.
        bytes.reserveCapacity(byteCountMax)
        var byte = [UInt8](repeating: 0, count: 1)
        defer { byte.wipe() }
        do throws(Errno) {
            while true {
                guard try next(&byte), byte[0] != end else { return bytes }
                guard bytes.count < byteCountMax else { throw .messageTooLong }
                bytes.append(byte[0])
            }
        } catch {
            bytes.wipe()
            throw error
        }
    }
}
