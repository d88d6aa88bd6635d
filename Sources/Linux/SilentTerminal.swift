import Glibc

/// A terminal that does not show what is typed; it does again when this ends, and before any signal
/// ends or stops the program.
struct SilentTerminal: ~Copyable {
    private let terminal: Descriptor
    private let prompt: String
    private let before: termios
    private let signals: HeldSignals
    private var epoll: Epoll

    private static let signalKey: UInt64 = 1

    init(_ terminal: consuming Descriptor, prompt: String) throws(Errno) {
        var before = termios()
        let number = terminal.number
        try call { unsafe tcgetattr(number, &before) }
        let signals = try HeldSignals([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP])
        let epoll = try Epoll(eventCountMax: 2)
        try epoll.add(terminal, key: 0, for: .readable)
        try epoll.add(signals.descriptor, key: Self.signalKey, for: .readable)
        self.terminal = terminal
        self.prompt = prompt
        self.before = before
        self.signals = signals
        self.epoll = epoll
    }

    deinit { end() }

    /// What is typed up to the byte `end`, or to the end of the input.
    mutating func typed(upTo end: UInt8?, byteCountMax: Int) throws(Errno) -> [UInt8] {
        try begin()
        return try Terminal.bytes(upTo: end, byteCountMax: byteCountMax) { (byte) throws(Errno) in
            try next(&byte)
        }
    }

    /// Waits for a byte, and lets signals act meanwhile; false at the end of the input.
    private mutating func next(_ byte: inout [UInt8]) throws(Errno) -> Bool {
        while true {
            let count = try epoll.wait(milliseconds: -1)
            if (0..<count).contains(where: { epoll.ready($0).key == Self.signalKey }) {
                end()
                signals.letAct()
                try begin()
            } else if count > 0 {
                return try Terminal.next(&byte, from: terminal)
            }
        }
    }

    private func begin() throws(Errno) {
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        let number = terminal.number
        try call { unsafe tcsetattr(number, TCSAFLUSH, &silent) }
        // One that was opened for reading only shows no prompt.
        try? unsafe terminal.writeAll(Array(prompt.utf8).span.bytes)
    }

    private func end() {
        var before = before
        // What fails here has no terminal any more to put anything back to.
        _ = unsafe tcsetattr(terminal.number, TCSAFLUSH, &before)
        try? unsafe terminal.writeAll(Array("\n".utf8).span.bytes)
    }
}
