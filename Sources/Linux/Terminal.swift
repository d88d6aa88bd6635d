import Glibc

/// The person at the other end, if there is one.
package enum Terminal {
    package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Asks on the terminal and reads one line without echo; nil where there is no terminal.
    package static func secretLine(prompt: String, byteCountMax: Int) throws(Errno) -> [UInt8]? {
        guard let terminal = try? Descriptor.open("/dev/tty", O_RDWR) else {
            // No controlling terminal is an answer, not a failure.
            return nil
        }
        var before = termios()
        let number = terminal.number
        try call { unsafe tcgetattr(number, &before) }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        try call { unsafe tcsetattr(number, TCSAFLUSH, &silent) }
        defer {
            _ = unsafe tcsetattr(number, TCSAFLUSH, &before)
            _ = try? unsafe terminal.write(Array("\n".utf8).span.bytes)
        }
        try unsafe terminal.writeAll(Array(prompt.utf8).span.bytes)
        return try line(from: terminal, byteCountMax: byteCountMax)
    }

    /// One line without its end; a longer one than allowed is refused, not cut short.
    package static func line(
        from source: borrowing Descriptor, byteCountMax: Int
    ) throws(Errno) -> [UInt8] {
        var line: [UInt8] = []
        // It may be a secret: it never moves, so no copy stays behind.
        line.reserveCapacity(byteCountMax)
        var byte = [UInt8](repeating: 0, count: 1)
        defer { DurableFile.wipe(&byte) }
        do throws(Errno) {
            while true {
                var span = byte.mutableSpan
                var bytes = unsafe span.mutableBytes
                guard try source.read(into: &bytes) == 1, byte[0] != 10 else { return line }
                guard line.count < byteCountMax else { throw .messageTooLong }
                line.append(byte[0])
            }
        } catch {
            DurableFile.wipe(&line)
            throw error
        }
    }
}
