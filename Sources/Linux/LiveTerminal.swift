import Glibc

/// A terminal that a program draws on again and again, and that tells it of single keys.
///
/// What was there before comes back when it ends, in whatever way: on a signal too, for signals
/// are read here and end nothing by themselves.
package struct LiveTerminal: ~Copyable {
    /// What ended a wait.
    package enum Event: Equatable {
        case timeout
        case key(UInt8)
        /// Somebody asked the program to end, or there is no terminal any more.
        case ended
    }

    private let screen: Descriptor
    private let keys: Descriptor
    /// What standard input was set to; nil where it is no terminal and tells no keys.
    private let before: termios?
    private let signals: SignalSource
    private var epoll: Epoll

    private static let signalKey: UInt64 = 1

    /// Takes standard output for the screen, and standard input for keys where it is a terminal.
    package init() throws(Errno) {
        let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP])
        var epoll = try Epoll(eventCountMax: 4)
        try epoll.add(signals.descriptor, key: Self.signalKey, for: .readable)
        let screen = Descriptor(owning: try call { dup(1) })
        let keys = Descriptor(owning: try call { dup(0) })
        before = try Self.takeSingleKeys(keys, &epoll)
        self.screen = screen
        self.keys = keys
        self.signals = signals
        self.epoll = epoll
        // The other screen, no cursor, long lines cut off.
        write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l")
    }

    /// No lines, no echo; Ctrl-C is a key among others.
    private static func takeSingleKeys(
        _ keys: borrowing Descriptor, _ epoll: inout Epoll
    ) throws(Errno) -> termios? {
        let number = keys.number
        guard Terminal.isTerminal(number) else { return nil }
        try epoll.add(keys, key: 0, for: .readable)
        var before = termios()
        try call { unsafe tcgetattr(number, &before) }
        var single = before
        single.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        try call { unsafe tcsetattr(number, TCSAFLUSH, &single) }
        return before
    }

    deinit {
        write("\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
        // What fails here has no terminal any more to put anything back to.
        if var before { _ = unsafe tcsetattr(keys.number, TCSAFLUSH, &before) }
    }

    /// Puts these lines in the place of those before.
    package func show(_ lines: [String]) {
        let rows = lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
        write("\u{1B}[H" + rows + "\u{1B}[J")
    }

    package mutating func wait(milliseconds: Int32) throws(Errno) -> Event {
        guard try epoll.wait(milliseconds: milliseconds) > 0 else { return .timeout }
        guard epoll.ready(0).key != Self.signalKey else { return .ended }
        var byte = [UInt8](repeating: 0, count: 1)
        var span = byte.mutableSpan
        var bytes = unsafe span.mutableBytes
        return try keys.read(into: &bytes) == 1 ? .key(byte[0]) : .ended
    }

    /// A terminal that takes nothing any more is found out by the next wait.
    private func write(_ text: String) { try? unsafe screen.writeAll(Array(text.utf8).span.bytes) }
}
